"""What a review says of repositories that are there already, and whose policies a change overwrites."""

import pytest

from tests.unit.reviewed import review_of

DEV = "project: shop\nenv: dev\nregion: eu-west-1\naccount_id: '111111111111'\n"
WEB = "ecr_repositories:\n  web: {}\n"
DB = "{adopt: true, repository_name: prod/db, max_image_count: 1}"


def told(base, head, base_files=None, **others):
    before = {"dev.yaml": DEV + base, **(base_files or {})}
    found = review_of(before, {"dev.yaml": DEV + head, **others})
    return [
        (each.severity, each.code, ".".join(map(str, each.path)), each.repositories)
        for each in found
        if each.code.startswith(("retention", "repository-adopted"))
    ]


def test_the_images_of_an_adopted_repository_go_by_the_policy_that_it_gets():
    assert told(WEB, f"{WEB}  db: {DB}\n") == [
        ("danger", "retention-expires-tagged", "ecr_repositories.db.max_image_count", ("db",)),
        ("attention", "repository-adopted", "ecr_repositories.db.adopt", ("db",)),
    ]
    expires, adopted = (
        each
        for each in review_of({"dev.yaml": DEV + WEB}, {"dev.yaml": f"{DEV}{WEB}  db: {DB}\n"})
        if each.consequence == "deletes images"
    )
    assert expires.what == "is adopted, and its policy from then on expires tagged images: of 2 the oldest"
    assert expires.details[1] == "(the policy that it has now is not known, and is taken for none)"
    assert adopted.what.startswith("is adopted: its policies and its tags' mutability become those of this file")


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ("{adopt: true, repository_name: prod/db}", "adopt"),  # the default of this package
        ("{adopt: [repository], repository_name: prod/db, expire_tagged_after_days: 3}", "expire_tagged_after_days"),
    ],
)
def test_whatever_rule_it_is_and_whatever_else_is_adopted(options, path):
    assert told(WEB, f"{WEB}  db: {options}\n")[0][:3] == (
        "danger",
        "retention-expires-tagged",
        f"ecr_repositories.db.{path}",
    )


def test_a_repository_that_was_referred_to_is_adopted_as_well():
    service = "services:\n  - name: pay\n    ecr_config: {mode: %s}\n"
    uri = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/ext/pay"
    base = service % f"manual_repo, repository_uri: {uri}"
    head = service % "create_ecr" + "    repository_name: ext/pay\n    adopt: true\n"
    assert [each[1] for each in told(base, head)] == ["retention-expires-tagged", "repository-adopted"]


@pytest.mark.parametrize(
    "head",
    [
        f"{WEB}  db: {{repository_name: prod/db, max_image_count: 1}}\n",  # made, and empty
        f"{WEB}  db: {{adopt: [lifecycle_policy], repository_name: prod/db, max_image_count: 1}}\n",
        "ecr_repositories:\n  web: {adopt: true}\n",  # of one that was made here nothing becomes another one
    ],
)
def test_what_has_no_images_of_before_is_no_finding(head):
    assert told(WEB, head) == []


def test_without_a_policy_nothing_expires():
    head = f"{WEB}  db: {{adopt: true, repository_name: prod/db, max_image_count: null}}\n"
    assert [each[1] for each in told(WEB, head)] == ["repository-adopted"]


def test_one_that_another_environment_made_is_compared_with_that():
    other = DEV.replace("env: dev", "env: old") + "ecr_repositories:\n  db: {repository_name: prod/db, %s}\n"
    head = f"{WEB}  db: {DB}\n"
    assert told(WEB, head, {"old.yaml": other % "max_image_count: 1"}) == []
    ((*first, _),) = told(WEB, head, {"old.yaml": other % "max_image_count: 2"})
    assert first == ["danger", "retention-expires-tagged", "ecr_repositories.db.max_image_count"]
    elsewhere = other.replace("111111111111", "222222222222") % "max_image_count: 1"
    assert len(told(WEB, head, {"old.yaml": elsewhere})) == 2
