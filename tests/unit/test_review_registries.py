"""Whom the policy of a registry lets replicate images into it, and which accounts get images by replication."""

import pytest

from ecr_constructs.review.access.judge import judge_access
from ecr_constructs.review.access.registries import judge_registries
from ecr_constructs.review.registry import judge_registry
from tests.unit.reviewed import change_of

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
NONE, WEB = "ecr_repositories: {}\n", "ecr_repositories: {web: {}}\n"


def file_of(text, env="dev", account=OWN):
    said = "" if account is None else f"account_id: '{account}'\n"
    return f"project: shop\nenv: {env}\nregion: us-east-1\n{said}{text}"


def sources(*said):
    return f"ecr_registry_policy: {{replication_sources: [{', '.join(said)}]}}\n"


def source(account, more=""):
    return f"{{account_id: '{account}'{more}}}"


def files(dev, **others):
    """Return files: of dev its text, of the others what they are of and their text."""
    return {
        "dev.yaml": file_of(dev),
        **{f"{name}.yaml": file_of(text, name, account) for name, (account, text) in others.items()},
    }


def told(base, head, judge=judge_registries):
    return [
        (
            each.severity,
            each.code,
            f"{each.environment} {'-' if each.at_base else ''}{'.'.join(map(str, each.path))}",
            each.what,
        )
        for each in judge(change_of(base, head))
    ]


AT = "ecr_registry_policy.replication_sources"
MAKES = ", and have those made"
OPENED = {
    "a stranger": (NONE, NONE + sources(source(THIRD)), 0, "of any name"),
    "a stranger below a prefix, where repositories are made": (
        WEB,
        WEB + sources(source(THIRD, ", create_repository: true, repository_prefixes: [x/]")),
        0,
        f"whose names begin with x/{MAKES}",
    ),
    "a prefix more": (
        NONE + sources(source(THIRD, ", repository_prefixes: [x/]")),
        NONE + sources(source(THIRD, ", repository_prefixes: [x/, y/]")),
        0,
        "whose names begin with y/",
    ),
    "whatever there is": (
        NONE + sources(source(THIRD, ", repository_prefixes: [x/]")),
        NONE + sources(source(THIRD)),
        0,
        "of any name",
    ),
    "that repositories are made": (
        WEB + sources(source(THIRD)),
        WEB + sources(source(THIRD, ", create_repository: true")),
        0,
        f"of any name{MAKES}",
    ),
    "one more": (
        WEB + sources(source(OTHER)),
        WEB + sources(source(OTHER), source(THIRD)),
        1,
        "of any name",
    ),
}


@pytest.mark.parametrize("case", OPENED)
def test_whoever_may_newly_replicate_into_the_registry_is_a_danger_and_the_way_back_breaks(case):
    base, head, index, which = OPENED[case]
    what = f"{THIRD} replicate images into repositories {which}"
    assert told(files(base), files(head)) == [
        ("danger", "registry-opened", f"dev {AT}.{index}", f"the registry newly lets {what}")
    ]
    assert told(files(head), files(base)) == [
        ("attention", "registry-closed", f"dev -{AT}.{index}", f"the registry no longer lets {what}")
    ]


def test_an_account_of_this_app_has_attention_and_is_missed_as_a_danger():
    prod = {"prod": (OTHER, NONE)}
    base, head = files(WEB, **prod), files(WEB + sources(source(OTHER)), **prod)
    ((severity, *_, what),) = told(base, head)
    assert severity == "attention"
    assert what == f"the registry newly lets {OTHER} (prod) replicate images into repositories of any name"
    ((severity, *_),) = told(head, base)
    assert severity == "danger"


SAME = {
    "another order": (sources(source(OTHER), source(THIRD)), sources(source(THIRD), source(OTHER))),
    "a default that is written out": (
        sources(source(THIRD)),
        sources(source(THIRD, ", create_repository: false, repository_prefixes: ['*']")),
    ),
    "what a wider one covers": (
        sources(source(THIRD)),
        sources(source(THIRD), source(THIRD, ", repository_prefixes: [x/]")),
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_what_may_be_replicated_as_before_is_not_told(case):
    one, other = SAME[case]
    assert told(files(WEB + one), files(WEB + other)) == []
    assert told(files(WEB + other), files(WEB + one)) == []


def test_an_account_that_is_newly_said_and_another_file_of_the_registry_change_nothing():
    text = WEB + sources(source(THIRD))
    base, head = {"dev.yaml": file_of(text, account=None)}, {"dev.yaml": file_of(text)}
    assert told(base, head) == told(head, base) == []
    assert told(files(text, qa=(OWN, NONE)), files(WEB, qa=(OWN, NONE + sources(source(THIRD))))) == []


def to_dev(names, account=OWN):
    said = f"enable_replication: true, replication_destinations: [{{region: us-east-1, registry_id: '{account}'}}]"
    return f"ecr_defaults: {{{said}}}\necr_repositories: {{{names}}}\n"


def test_what_another_environment_replicates_is_told_of_its_file():
    place = "evil ecr_defaults.replication_destinations"
    lets = "the registry of dev newly lets"
    made = "replicate images into repositories whose names begin with shop-dev-web, and have those made"
    over = to_dev("x: {repository_name: shop-dev-web}")
    base, head = files(WEB), files(WEB, evil=(THIRD, over))
    assert told(base, head) == [("danger", "registry-opened", place, f"{lets} {THIRD} {made}")]
    assert [each for each in judge_access(change_of(base, head)) if each.environment == "dev"] == []
    known = files(WEB, evil=(THIRD, NONE))
    assert told(known, head) == [("attention", "registry-opened", place, f"{lets} {THIRD} (evil) {made}")]
    ((severity, *_),) = told(known, files(WEB, evil=(THIRD, to_dev("w: {}"))))
    assert severity == "note"
    assert told(head, known) == []


GETS = "that account has every image that is pushed from now on"


def test_an_account_that_newly_gets_images_is_told_of():
    def opened(base, head, **others):
        found = told(files(base, **others), files(head, **others), judge_registry)
        return [(severity, where, what) for severity, code, where, what in found if code == "replication-opened"]

    place, to_third = "dev ecr_defaults.replication_destinations", to_dev("web: {}", THIRD)
    there = f"is newly replicated to us-east-1 of account {THIRD}"
    assert opened(WEB, to_third) == [("danger", place, f"{there}: {GETS}")]
    assert opened(to_third, WEB) == []
    assert opened(WEB, to_third, prod=(THIRD, NONE)) == [("attention", place, f"{there} (prod): {GETS}")]
    # A new repository like all others, and another region of the own account.
    assert opened(to_third, to_dev("api: {}, web: {}", THIRD)) == [("note", place, f"{there}: {GETS}")]
    assert opened(WEB, to_third.replace("us-east-1", "eu-west-1").replace(THIRD, OWN)) == []


def test_images_of_a_new_environment_that_a_stranger_gets_are_told_of():
    found = told({}, files(to_dev("web: {}", THIRD)), judge_registry)
    assert [severity for severity, *_ in found] == ["danger"]


def test_an_account_that_is_newly_said_moves_no_replica():
    text = "ecr_repositories: {web: {enable_replication: true, replication_destinations: [{region: eu-west-1}]}}\n"
    base, head = {"dev.yaml": file_of(text, account=None)}, {"dev.yaml": file_of(text)}
    assert told(base, head, judge_registry) == told(head, base, judge_registry) == []
    other = {"dev.yaml": file_of(text.replace("eu-west-1", "eu-west-2"))}
    assert [code for _, code, *_ in told(base, other, judge_registry)] == ["replication-removed"]
