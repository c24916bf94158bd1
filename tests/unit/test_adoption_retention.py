"""Lifecycle policies of AWS as options of an environment file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.adoption.retention import (
    has_rules_of,
    retention_options,
    same_document,
    unsayable_lifecycle_policy,
)
from ecr_constructs.core.lifecycle import Shortcuts, compose, parse_policy, render_lifecycle_policy
from ecr_constructs.core.lifecycle.presets import PRESET_NAMES
from ecr_constructs.core.lifecycle.shortcut_checks import PRESET_ALONE

KEEP = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 12}


def rule(selection=KEEP, priority=1, action=None, **more):
    return {"rulePriority": priority, **more, "selection": selection, "action": action or {"type": "expire"}}


def document(*rules):
    return json.dumps({"rules": list(rules)})


numbers = st.none() | st.integers(1, 999_999)
shortcuts = st.builds(
    Shortcuts,
    max_image_count=numbers,
    expire_untagged_after_days=numbers,
    expire_tagged_after_days=numbers,
    protected_tags=st.lists(st.sampled_from(["v*", "latest", "release-*", "*"]), unique=True),
) | st.builds(Shortcuts, max_image_count=numbers, max_untagged_count=numbers)


@given(shortcuts)
def test_what_shortcuts_made_is_said_by_shortcuts(given_shortcuts):
    """Policies that the constructs made come back as the values that they were made of."""
    rules, _ = compose([], given_shortcuts)
    if not rules:
        return
    options = retention_options(render_lifecycle_policy(rules))
    assert options.pop("lifecycle_rules") == []
    assert options.pop("lifecycle_policy") is None
    assert Shortcuts(**options) == given_shortcuts


kept = st.dictionaries(st.sampled_from(["v*", "v1.*", "env-*", "rc-*"]), st.integers(1, 99), max_size=4)
ways = st.sampled_from(["keep_tagged_count", "expire_tagged_after_days", "archive_after_days_without_pull"])


@given(kept, ways, st.integers(1, 99), st.none() | st.integers(90, 999), st.booleans(), st.booleans())
def test_what_is_kept_and_archived_comes_back_as_shortcuts_that_make_the_same(per, way, number, days, archive, safe):
    """Of nested patterns the numbers may be others, of which the same policy is made."""
    values = {way: number, "keep_tagged_per_pattern": per, "delete_archived_after_days": days}
    if archive and (per or way == "keep_tagged_count"):
        values["beyond_kept"] = "archive"
    rules, problems = compose([], Shortcuts(**values, protected_tags=["stable"] if safe else []))
    assert problems == []
    policy = render_lifecycle_policy(rules)
    options = retention_options(policy)
    assert options.pop("lifecycle_rules") == []
    assert options.pop("lifecycle_policy") is None
    again, _ = compose([], Shortcuts(**options))
    assert render_lifecycle_policy(again) == policy


@pytest.mark.parametrize("beside", [[], ["hotfix-*"], ["env-*"]])
@pytest.mark.parametrize("name", PRESET_NAMES)
def test_a_preset_is_known_by_its_rules(name, beside):
    rules, _ = compose([], Shortcuts(retention=name, protected_tags=beside))
    options = retention_options(render_lifecycle_policy(rules))
    assert {key: value for key, value in options.items() if value} == {
        "retention": name,
        **({"protected_tags": beside} if beside else {}),
    }
    assert not {*options} & {*PRESET_ALONE}


@pytest.mark.parametrize(
    "policy",
    [
        document(rule()),
        document(rule(description="Keep the newest 12 images", priority=7)),
        document(
            rule({"tagStatus": "tagged", "tagPrefixList": ["v"], "countType": "imageCountMoreThan", "countNumber": 3})
        ),
    ],
    ids=["no description", "other priority", "prefixes"],
)
def test_any_other_policy_is_kept_as_it_is(policy):
    assert retention_options(policy) == {"lifecycle_policy": json.loads(policy)}


def test_no_policy_is_said_by_setting_everything_aside():
    options = retention_options(None)
    assert options["max_image_count"] is None
    assert not any(options.values())


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (document(rule(description="${x}")), "expression of Terraform"),
        (document(rule(surprise=1)), "rules[0].surprise must be a key that AWS knows here"),
        (document(rule({**KEEP, "countNumber": 0})), "must be a whole number of at least 1, got 0"),
        (document(rule({**KEEP, "storageClass": "standard"})), "Terraform would replace the policy"),
    ],
)
def test_what_no_file_can_say_has_a_reason(policy, reason):
    assert reason in unsayable_lifecycle_policy(policy)


def test_what_a_file_can_say_has_none():
    assert unsayable_lifecycle_policy(document(rule())) == ""


def test_the_order_of_rules_has_no_meaning():
    untagged = rule({**KEEP, "tagStatus": "untagged"}, priority=2)
    assert same_document(document(rule(), untagged), document(untagged, rule()))
    assert not same_document(document(rule()), document(untagged))


def test_what_aws_takes_for_granted_makes_no_other_rules():
    there = document(rule({**KEEP, "storageClass": "standard"}))
    wanted = render_lifecycle_policy(parse_policy(there)[0])
    assert not same_document(there, wanted)
    assert has_rules_of(there, wanted)
    assert not has_rules_of(document(rule(priority=2)), wanted)
