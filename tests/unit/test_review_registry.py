"""Caches, templates and replication that a change takes away."""

import pytest

from ecr_constructs.review.registry import judge_registry
from tests.unit.reviewed import change_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\n"
TO = "replication_destinations"


def caches(said):
    return f"ecr_pull_through_caches: {{{said}}}\n"


def template(said, prefix="team"):
    return f"ecr_creation_templates: {{{prefix}: {{applied_for: [{said}]}}}}\n"


def replicated(*regions, also=""):
    listed = ", ".join(f"{{region: {each}}}" for each in regions)
    return f"ecr_defaults: {{enable_replication: true, {TO}: [{listed}]}}\necr_repositories: {{web: {{{also}}}}}\n"


def found(base, head, **others):
    more = {f"{name}.yaml": text for name, text in others.items()}
    return [*judge_registry(change_of({"dev.yaml": DEV + base, **more}, {"dev.yaml": DEV + head, **more}))]


def told(base, head):
    return [
        (each.code, ".".join(map(str, each.path)), each.at_base, each.repositories, each.what)
        for each in found(base, head)
    ]


MADE = "repositories that ECR makes below team for"
AWS = "get what AWS gives: mutable tags, no access of others, nothing that expires"
STAY = "no more: the replicas there stay, and no new image comes"
CASES = {
    "a cache that goes": (
        caches("quay: quay"),
        "",
        [
            (
                "cache-removed",
                "ecr_pull_through_caches.quay",
                True,
                (),
                "images of quay.io are cached below quay no more: what is cached stays as it is",
            )
        ],
    ),
    "a cache of another registry": (
        caches("images: quay"),
        caches("images: k8s"),
        [
            (
                "cache-replaced",
                "ecr_pull_through_caches.images.upstream",
                False,
                (),
                "images below images come from registry.k8s.io instead of quay.io, by the same names",
            )
        ],
    ),
    "a cache of a part of its registry": (
        caches("quay: {upstream: quay}"),
        caches("quay: {upstream: quay, upstream_repository_prefix: acme}"),
        [
            (
                "cache-replaced",
                "ecr_pull_through_caches.quay.upstream_repository_prefix",
                False,
                (),
                "images below quay come from quay.io/acme instead of quay.io, by the same names",
            )
        ],
    ),
    "a template that goes": (
        template("REPLICATION"),
        "",
        [("template-removed", "ecr_creation_templates.team", True, (), f"{MADE} replication {AWS}")],
    ),
    "a template of a cache that goes": (
        caches("team: {upstream: quay, creation_template: {max_image_count: 5}}"),
        caches("team: quay"),
        [
            (
                "template-removed",
                "ecr_pull_through_caches.team.creation_template",
                True,
                (),
                f"{MADE} a cache {AWS}",
            )
        ],
    ),
    "a template for less": (
        template("PULL_THROUGH_CACHE, REPLICATION"),
        template("PULL_THROUGH_CACHE"),
        [("template-removed", "ecr_creation_templates.team.applied_for", False, (), f"{MADE} replication {AWS}")],
    ),
    "a destination that goes": (
        replicated("eu-central-1", "us-east-1"),
        replicated("us-east-1"),
        [
            (
                "replication-removed",
                f"ecr_defaults.{TO}",
                False,
                ("web",),
                f"is replicated to eu-central-1 {STAY}",
            )
        ],
    ),
    "replication that is switched off": (
        replicated("us-east-1"),
        replicated("us-east-1", also="enable_replication: false"),
        [
            (
                "replication-removed",
                "ecr_repositories.web.enable_replication",
                False,
                ("web",),
                f"is replicated to us-east-1 {STAY}",
            )
        ],
    ),
    "replication of which nothing is said any more": (
        replicated("us-east-1"),
        "ecr_repositories: {web: {}}\n",
        [
            (
                "replication-removed",
                "ecr_defaults.enable_replication",
                True,
                ("web",),
                f"is replicated to us-east-1 {STAY}",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_registry_brings_no_more_is_told(case):
    base, head, expected = CASES[case]
    assert told(base, head) == expected
    assert {(each.severity, each.consequence) for each in found(base, head)} == {("attention", "breaks")}


KEPT = {
    "a comment": (caches("quay: quay"), f"# caches\n{caches('quay: quay')}"),
    "a cache by another spelling": (caches("quay: quay"), caches("quay: {upstream: quay.io}")),
    "all of a registry": (
        caches("quay: quay"),
        caches("quay: {upstream: quay, upstream_repository_prefix: ROOT}"),
    ),
    "another order": (caches("quay: quay, k8s: k8s"), caches("k8s: k8s, quay: quay")),
    "a cache that comes": ("", caches("quay: quay")),
    "a template for more": (template("REPLICATION"), template("REPLICATION, PULL_THROUGH_CACHE")),
    "a template that says more": (
        template("REPLICATION"),
        template("REPLICATION").replace("]}", "], max_image_count: 5}"),
    ),
    "more destinations": (replicated("us-east-1"), replicated("us-east-1", "eu-central-1")),
    "destinations in another order": (
        replicated("us-east-1", "eu-central-1"),
        replicated("eu-central-1", "us-east-1"),
    ),
    "the own account written out": (
        replicated("us-east-1"),
        replicated("us-east-1").replace("us-east-1}", "us-east-1, registry_id: '111111111111'}"),
    ),
    "a repository that goes": (replicated("us-east-1"), ""),
    "destinations that were not used": (
        f"ecr_repositories: {{web: {{enable_replication: false, {TO}: [{{region: us-east-1}}]}}}}\n",
        "ecr_repositories: {web: {}}\n",
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_what_the_registry_brings_as_before_is_not_told(case):
    assert told(*KEPT[case]) == []


def test_a_destination_in_another_account_is_named_with_it_and_with_who_is_there():
    base = replicated("eu-west-1").replace("eu-west-1}", "eu-west-1, registry_id: '222222222222'}")
    qa = "project: shop\nenv: qa\nregion: eu-west-1\naccount_id: '222222222222'\n"
    (each,) = found(base, "ecr_repositories: {web: {}}\n", qa=qa)
    assert each.what == f"is replicated to eu-west-1 of account 222222222222 {STAY}"
    assert each.details == ("qa: is there, or takes its images from there",)


def test_repositories_that_are_replicated_no_more_are_told_the_same():
    two = "ecr_repositories: {api: {}, web: {}}\n"
    base = f"ecr_defaults: {{enable_replication: true, {TO}: [{{region: us-east-1}}]}}\n{two}"
    one, other = found(base, two)
    assert (one.what, one.fix, one.path) == (other.what, other.fix, other.path)
