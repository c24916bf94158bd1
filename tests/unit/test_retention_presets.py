"""Retention by one word, and what the guide says of it."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
import yaml

from ecr_constructs.core.lifecycle import LifecycleRule, Shortcuts, compose, mutability_notices, policy_notices
from ecr_constructs.core.lifecycle.compose import compose_written
from ecr_constructs.core.lifecycle.evaluate import evaluate
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.presets import PRESET_NAMES, PRESETS
from ecr_constructs.core.lifecycle.shortcut_checks import PRESET_ALONE
from ecr_constructs.core.repository import RepositorySettings

AT = datetime.datetime(2026, 11, 29, tzinfo=datetime.UTC)
PAGE = (Path(__file__).parents[2] / "docs" / "retention.md").read_text(encoding="utf-8")
GUIDE = PAGE.partition("## Shortcuts and presets")[2].partition("\n## ")[0]
WRITTEN_OUT = dict(re.findall(r"```yaml\n# (\w+)\n(.*?)```", GUIDE, re.DOTALL))


def table(first: str) -> list[list[str]]:
    """Return the cells below the heading of a table whose first cell is this."""
    (rows,) = re.findall(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", GUIDE, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.splitlines()]


def rules_of(**values) -> list[LifecycleRule]:
    rules, problems = compose([], Shortcuts(**values))
    assert problems == []
    return rules


def pushed(number: int, days: int, tags) -> list[Image]:
    """Return images, the newest first, a minute between them."""
    return [
        Image(
            digest=f"sha256:{'-'.join(tags(each))}-{each:04}",
            pushed_at=AT - datetime.timedelta(days=days, minutes=each),
            tags=tags(each),
        )
        for each in range(number)
    ]


def outcomes(images, **values) -> list[str]:
    return [each.action for each in evaluate(rules_of(**values), images, at=AT)]


@pytest.mark.parametrize("name", PRESET_NAMES)
def test_each_preset_is_written_out_in_the_guide(name):
    written = Shortcuts(**yaml.safe_load(WRITTEN_OUT[name]))
    assert written == Shortcuts(**PRESETS[name])
    assert [*map(str, rules_of(retention=name))] == [*map(str, compose([], written)[0])]
    assert {*WRITTEN_OUT} == {*PRESET_NAMES}


def cells():
    tags = {
        "`latest`, `stable`": lambda _: ["latest", "stable"],
        "`v{version}`": lambda each: [f"v1.{each}"],
        "`env-prod-{timestamp}`": lambda each: [f"env-prod-{each}"],
        "`env-{env}-{timestamp}`": lambda each: [f"env-dev-{each}"],
        "`git-{sha}`": lambda each: [f"git-{each}"],
        "none": lambda _: [],
    }
    rows = table("tag")
    assert [row[0] for row in rows] == [*tags]
    return [(name, tags[row[0]], said) for row in rows for name, said in zip(PRESET_NAMES, row[1:], strict=True)]


@pytest.mark.parametrize(("name", "tags", "said"), cells(), ids=[f"{name}-{said}" for name, _, said in cells()])
def test_images_of_each_kind_of_tag_stay_and_go_as_the_guide_says(name, tags, said):
    young, old = pushed(150, 0, tags), pushed(150, 1000, tags)
    if said == "stay":
        assert {*outcomes(old, retention=name)} == {"keep"}
    elif found := re.match(r"newest (\d+)", said):
        for images in (young, old):
            assert outcomes(images, retention=name).count("keep") == int(found[1])
    elif found := re.match(r"(\d+) days?", said):
        days = int(found[1])
        assert {*outcomes(pushed(1, days - 1, tags), retention=name)} == {"keep"}
        assert {*outcomes(pushed(1, days, tags)[:0] + pushed(2, days, tags)[1:], retention=name)} == {"expire"}
    else:
        assert said == "archived, then deleted"
        assert {*outcomes(young, retention=name)} == {"keep"}
        assert {*outcomes(old, retention=name)} == {"transition"}


def test_a_number_and_an_age_alone_do_what_the_table_says():
    builds = lambda each: [f"git-{each}"]  # noqa: E731
    today, last_year = pushed(21, 0, builds), pushed(20, 365, builds)
    assert outcomes(today, keep_tagged_count=20).count("expire") == 1
    assert {*outcomes(today, expire_tagged_after_days=30)} == {"keep"}
    assert {*outcomes(last_year, keep_tagged_count=20)} == {"keep"}
    assert {*outcomes(last_year, expire_tagged_after_days=30)} == {"expire"}


def test_the_rules_of_two_patterns_are_those_of_the_table():
    rules = rules_of(keep_tagged_per_pattern={"v*": 20, "env-*": 50}, keep_tagged_count=30)
    said = [(" and ".join(f"`{tag}`" for tag in rule.tag_pattern_list), f"{rule.count_number}") for rule in rules]
    assert [tuple(row) for row in table("rule")] == [*said[:-1], ("every other tagged image", "30")]


def test_a_narrower_pattern_has_the_larger_of_the_numbers():
    rules = rules_of(keep_tagged_per_pattern={"v*": 50, "v1.*": 3, "v2.*": 80})
    numbers = {rule.tag_pattern_list: rule.count_number for rule in rules}
    assert numbers == {("v1.*", "v2.*"): 80, ("v1.*",): 50, ("v2.*",): 80, ("v*",): 50}
    assert [*numbers][-1] == ("v*",)


def test_the_order_of_patterns_in_the_file_has_no_meaning():
    assert rules_of(keep_tagged_per_pattern={"a*": 1, "b*": 2}) == rules_of(keep_tagged_per_pattern={"b*": 2, "a*": 1})


def test_what_is_kept_per_pattern_is_no_mistaken_and():
    written, _ = compose_written([], Shortcuts(keep_tagged_per_pattern={"a*": 1, "b*": 2}))
    assert "lifecycle-tags-and" not in [notice.code for notice in policy_notices(written)]


def test_protected_tags_protect_in_the_archive_where_something_expires_from_it():
    rules = rules_of(delete_archived_after_days=90, protected_tags=["v*", "w*"])
    assert [rule.description for rule in rules if rule.selected_class == "archive"] == [
        "Protect archived images tagged v*",
        "Protect archived images tagged w*",
        "Expire images archived for more than 90 days",
    ]
    assert not any(rule.selected_class == "archive" for rule in rules_of(protected_tags=["v*"], max_image_count=5))


@pytest.mark.parametrize(("number", "protected"), [(None, True), (1, False)])
def test_they_do_so_from_written_rules_without_a_priority(number, protected):
    """A rule with a priority of its own may come first, and comes alone."""
    rule = LifecycleRule(tag_status="any", count_type="sinceImageTransitioned", count_number=90, rule_priority=number)
    rules, problems = compose([rule], Shortcuts(protected_tags=["v*"]))
    assert problems == []
    assert any(each.selected_class == "archive" and each.tag_pattern_list == ("v*",) for each in rules) == protected


def mutabilities():
    for presets, mutability, filters in table("preset"):
        names = re.findall(r"`(\w+)`", presets) or ["production", "compliance", "releases"]
        for name in names:
            yield name, mutability.strip("`"), re.findall(r"\w+", filters.partition("]")[0]) if "[" in filters else []


@pytest.mark.parametrize(("name", "mutability", "filters"), [*mutabilities()])
def test_the_mutability_that_the_guide_advises_has_no_notice(name, mutability, filters):
    advised = "MUTABLE" if mutability == "any" else mutability
    settings = RepositorySettings(image_tag_mutability=advised, image_tag_mutability_exclusion_filters=tuple(filters))
    assert mutability_notices(name, settings) == []


@pytest.mark.parametrize("name", ["production", "compliance", "releases"])
@pytest.mark.parametrize(
    ("mutability", "filters", "fits"),
    [
        ("MUTABLE", (), False),
        ("IMMUTABLE_WITH_EXCLUSION", ("latest", "v*"), False),
        ("IMMUTABLE_WITH_EXCLUSION", ("*",), False),
        ("MUTABLE_WITH_EXCLUSION", ("v*", "env-*"), True),
        ("MUTABLE_WITH_EXCLUSION", ("dev-*",), False),
        ("${var.mutability}", (), True),
    ],
)
def test_tags_that_are_kept_for_good_and_can_be_pushed_again_are_pointed_out(name, mutability, filters, fits):
    settings = RepositorySettings(image_tag_mutability=mutability, image_tag_mutability_exclusion_filters=filters)
    notices = mutability_notices(name, settings)
    assert [notice.code for notice in notices] == ([] if fits else ["retention-mutability"])
    assert all(notice.severity == "warning" for notice in notices)


@pytest.mark.parametrize("value", [5, {"v*": 5}])
@pytest.mark.parametrize("name", sorted({*PRESET_ALONE} - {"beyond_kept"}))
def test_a_number_beside_a_preset_is_a_problem(name, value):
    if isinstance(value, dict) != (name == "keep_tagged_per_pattern"):
        return
    rules, problems = compose([], Shortcuts(retention="production", **{name: value}))
    assert rules == []
    assert (name, "lifecycle-preset-alone") in [(each.key, each.code) for each in problems]


def test_a_tag_that_is_protected_beside_a_preset_has_no_number_any_more():
    rules = rules_of(retention="development", protected_tags=["v*", "env-dev-*"])
    assert [rule.count_number for rule in rules if rule.tag_pattern_list == ("v*",)] == [999_999]
    assert [rule.count_number for rule in rules if rule.tag_pattern_list == ("env-*",)] == [30]


@pytest.mark.parametrize("name", PRESET_NAMES)
def test_beside_a_preset_every_tag_may_be_protected(name):
    rules = rules_of(retention=name, protected_tags=["*"])
    assert [rule.count_number for rule in rules if rule.tag_pattern_list == ("*",)][:1] == [999_999]
    assert [rule.tag_status for rule in rules if not rule.description.startswith("Protect")][:1] == ["untagged"]


@pytest.mark.parametrize(
    ("values", "code", "key"),
    [
        ({"retention": "prod"}, "lifecycle-retention", "retention"),
        ({"retention": "${var.x}"}, "lifecycle-retention", "retention"),
        ({"keep_tagged_count": 5, "beyond_kept": "delete"}, "lifecycle-beyond-kept", "beyond_kept"),
        ({"keep_tagged_count": 5, "beyond_kept": "${var.x}"}, "lifecycle-beyond-kept", "beyond_kept"),
        ({"keep_tagged_per_pattern": ["v*"]}, "lifecycle-kept-patterns", "keep_tagged_per_pattern"),
        ({"keep_tagged_per_pattern": {"v*": "${var.x}"}}, "lifecycle-kept-patterns", "keep_tagged_per_pattern.v*"),
        ({"keep_tagged_per_pattern": {"v*": 0}}, "lifecycle-count-number", "keep_tagged_per_pattern.v*"),
        ({"keep_tagged_per_pattern": {"": 5}}, "lifecycle-tag", "keep_tagged_per_pattern.''"),
        ({"keep_tagged_per_pattern": {"**": 5}}, "lifecycle-kept-patterns", "keep_tagged_per_pattern.**"),
    ],
)
def test_what_constructs_alone_can_be_given_wrong(values, code, key):
    rules, problems = compose([], Shortcuts(**values))
    assert rules == []
    assert [(each.code, each.key) for each in problems] == [(code, key)]


def test_what_two_places_keep_is_joined():
    one = Shortcuts(keep_tagged_per_pattern={"v*": 5}, retention="production")
    other = Shortcuts(keep_tagged_per_pattern={"w*": 6}, beyond_kept="archive")
    merged, problems = one.merge(other)
    assert problems == []
    expected = Shortcuts(keep_tagged_per_pattern={"v*": 5, "w*": 6}, retention="production", beyond_kept="archive")
    assert merged == expected
    assert hash(merged) == hash(expected)


def test_a_pattern_or_a_preset_that_two_places_give_is_a_problem():
    one = Shortcuts(keep_tagged_per_pattern={"v*": 5}, retention="production")
    _, problems = one.merge(Shortcuts(keep_tagged_per_pattern={"v*": 6}, retention="releases"))
    assert [(each.path, each.code) for each in problems] == [
        (("retention",), "lifecycle-shortcut-twice"),
        (("keep_tagged_per_pattern", "v*"), "lifecycle-shortcut-twice"),
    ]
