"""What is kept, archived and said by one word, as constructs take it from one place or from several."""

from __future__ import annotations

import pytest

from ecr_constructs import InvalidInput, LifecyclePolicy, Repository, RepositoryCreationTemplate
from ecr_constructs._engine.door import TerraformVariable
from tests.constructs.synthesised import codes, only, rules, synth, warnings

LASTING = {
    "image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION",
    "image_tag_mutability_exclusion_filters": ["latest", "stable"],
}


@pytest.fixture
def web(stack):
    return Repository(stack, "Web", repository_name="shop/web", **LASTING)


@pytest.fixture
def retain(stack, web):
    """Return a function that adds a policy to the repository under another name each time."""

    def retain(**arguments):
        number = len(stack.node.children)
        return LifecyclePolicy(stack, f"Retention{number}", repository=web, **arguments)

    return retain


def short(found):
    """Return the storage class, tags, count and action of each rule."""
    return [
        (
            each["selection"].get("storageClass", "standard"),
            " ".join(each["selection"].get("tagPatternList", [each["selection"]["tagStatus"]])),
            each["selection"]["countNumber"],
            each["action"]["type"],
        )
        for each in found
    ]


def test_what_is_kept_stands_between_protection_and_what_is_left(stack, retain):
    retain(
        keep_tagged_per_pattern={"v*": 20, "env-*": 50},
        keep_tagged_count=30,
        beyond_kept="archive",
        delete_archived_after_days=90,
        expire_untagged_after_days=7,
        protected_tags=["stable"],
    )
    assert short(rules(stack)) == [
        ("standard", "stable", 999999, "expire"),
        ("archive", "stable", 36500, "expire"),
        ("standard", "env-* v*", 50, "transition"),
        ("standard", "env-*", 50, "transition"),
        ("standard", "v*", 20, "transition"),
        ("standard", "untagged", 7, "expire"),
        ("standard", "*", 30, "transition"),
        ("archive", "any", 90, "expire"),
    ]


def test_images_that_nobody_pulls_are_archived_and_then_deleted(stack, retain):
    retain(archive_after_days_without_pull=60, delete_archived_after_days=120)
    archive, delete = rules(stack)
    assert archive["selection"]["countType"] == "sinceImagePulled"
    assert archive["action"] == {"type": "transition", "targetStorageClass": "archive"}
    assert delete["selection"] == {
        "tagStatus": "any",
        "storageClass": "archive",
        "countType": "sinceImageTransitioned",
        "countUnit": "days",
        "countNumber": 120,
    }


def test_numbers_of_images_may_be_known_later_where_they_are_not_compared(stack, retain):
    number = TerraformVariable(stack, "Number", type="number")
    retain(keep_tagged_count=number.number_value, delete_archived_after_days=number.number_value)
    text = only(stack, "aws_ecr_lifecycle_policy")["policy"]
    assert text.count('"countNumber":${var.Number}') == 2


def test_tags_are_protected_beside_a_preset_of_another_place(stack, web, retain):
    retain(retention="releases")
    retain(protected_tags=["hotfix-*"])
    assert short(rules(stack))[:5] == [
        ("standard", tag, 999999, "expire") for tag in ("latest", "stable", "v*", "env-prod-*", "hotfix-*")
    ]
    assert warnings(web) == []


def test_a_number_of_another_place_is_refused_beside_a_preset_and_names_it(retain):
    retain(keep_tagged_count=5)
    with pytest.raises(InvalidInput) as caught:
        retain(retention="releases")
    assert codes(caught) == [("dev/Retention2.keep_tagged_count", "lifecycle-preset-alone")]


def test_tags_that_can_be_pushed_again_are_pointed_out_once(stack):
    site = Repository(stack, "Site", repository_name="shop/site")
    LifecyclePolicy(site, "Retention", repository=site, retention="production")
    synth(stack)
    synth(stack)
    (warning,) = warnings(site)
    assert warning.startswith("'production' keeps images by tags that can be pushed again, v* and env-prod-*")


def test_so_they_are_of_a_template(stack):
    made = RepositoryCreationTemplate(stack, "New", prefix="shop", applied_for=["REPLICATION"], retention="releases")
    RepositoryCreationTemplate(
        stack, "Old", prefix="team", applied_for=["REPLICATION"], retention="releases", **LASTING
    )
    assert [warning.rpartition("[")[2] for warning in warnings(made)] == ["retention-mutability]"]
    assert len(synth(stack)["resource"]["aws_ecr_repository_creation_template"]) == 2
    assert not warnings(stack.node.find_child("Old"))


@pytest.mark.parametrize("value", [["v*"], {"v*": "20"}, "v*"])
def test_patterns_are_given_with_numbers(retain, value):
    with pytest.raises(InvalidInput) as caught:
        retain(keep_tagged_per_pattern=value)
    ((key, _),) = codes(caught)
    assert key.startswith("keep_tagged_per_pattern")
