"""Rules that AWS takes but that never act, and tag lists that mean something else than they seem to."""

import fnmatch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_constructs.core.lifecycle import LifecycleRule, Origin, inert_notices, tag_list_notices


def rule(status="any", patterns=(), prefixes=(), **changes):
    return LifecycleRule(
        tag_status=status,
        tag_pattern_list=patterns,
        tag_prefix_list=prefixes,
        **{"count_type": "imageCountMoreThan", "count_number": 10, **changes},
    )


def tagged(*patterns, **changes):
    return rule("tagged", patterns, **changes)


def prefixed(*prefixes, **changes):
    return rule("tagged", (), prefixes, **changes)


ARCHIVE = {"count_type": "sinceImageTransitioned", "count_number": 90}


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ([tagged("*"), tagged("v*")], ["lifecycle-inert"]),
        ([tagged("v*"), tagged("v1*")], ["lifecycle-inert"]),
        ([tagged("v*"), tagged("v1*", "release")], ["lifecycle-inert"]),
        ([prefixed("v"), tagged("v*")], ["lifecycle-inert"]),
        ([tagged("v*"), prefixed("v")], ["lifecycle-inert"]),
        ([tagged("*"), tagged("${var.tag}")], ["lifecycle-inert"]),
        ([tagged("*"), rule("untagged"), rule()], ["lifecycle-inert"]),
        ([tagged("*"), rule()], ["lifecycle-any-skips-tagged"]),
        ([rule("untagged"), rule()], ["lifecycle-any-skips-untagged"]),
        ([tagged("v1*"), tagged("v*")], []),
        ([tagged("v*", "release"), tagged("v*")], []),
        ([tagged("v*"), tagged("*-v")], []),
        ([tagged("a*b"), tagged("a*")], []),
        ([tagged("v.*"), tagged("vx1")], []),
        ([tagged("${var.tag}"), tagged("v*")], []),
        ([tagged("v*"), tagged("${var.tag}")], []),
        ([tagged("v*"), rule("tagged", "${jsonencode(var.tags)}")], []),
        ([prefixed("v*"), tagged("v*")], []),
        ([tagged("v*"), rule()], []),
        ([rule("untagged"), tagged("v*")], []),
        ([tagged("*"), tagged("v*", **ARCHIVE)], []),
        ([tagged("*", **ARCHIVE), tagged("v*", **ARCHIVE)], ["lifecycle-inert"]),
        ([tagged("v*", rule_priority=2), tagged("*", rule_priority=1)], ["lifecycle-inert"]),
    ],
)
def test_a_rule_is_named_when_earlier_rules_are_certain_to_identify_all_that_it_selects(rules, codes):
    assert [notice.code for notice in inert_notices(rules)] == codes


def test_the_sentence_names_both_rules():
    (notice,) = inert_notices([tagged("*", rule_priority=5, description="Old"), tagged("v*", rule_priority=9)])
    assert notice.sentence == (
        'Rule 9 never acts: rule 5 ("Old") comes first and identifies every image that it selects, '
        "and later rules leave alone what an earlier one identifies."
    )


def test_the_sentence_on_an_any_rule_says_what_is_left_to_it():
    (notice,) = inert_notices([tagged("*"), rule()])
    assert notice.sentence == "Rule 2 acts on untagged images alone: rule 1 comes first and identifies the others."


TAGS = st.text("ab", min_size=1, max_size=3)
PATTERNS = st.text("ab*", min_size=1, max_size=3)
TAGGED_RULES = st.one_of(
    st.lists(PATTERNS, min_size=1, max_size=2).map(lambda patterns: tagged(*patterns)),
    st.lists(TAGS, min_size=1, max_size=2).map(lambda prefixes: prefixed(*prefixes)),
)
RULES = st.lists(TAGGED_RULES | st.just(rule("untagged")), min_size=2, max_size=5)


def identifies(each, tags):
    """AWS's definition: each entry of the list matches one of the image's tags."""
    if each.tag_status != "tagged":
        return each.tag_status == "any" or not tags
    globs = [*each.tag_pattern_list, *(f"{prefix}*" for prefix in each.tag_prefix_list)]
    return bool(tags) and all(any(fnmatch.fnmatchcase(tag, glob) for tag in tags) for glob in globs)


@settings(deadline=None)
@given(RULES, st.booleans(), st.lists(st.lists(TAGS, max_size=3), max_size=20))
def test_a_rule_that_is_said_never_to_act_has_no_image_of_its_own(rules, closing, images):
    rules = [*rules, rule()] if closing else rules
    for notice in inert_notices(rules):
        if notice.code == "lifecycle-inert":
            number = int(notice.sentence.split()[1])
            *earlier, named = rules[:number]
            assert all(any(identifies(other, tags) for other in earlier) for tags in images if identifies(named, tags))


def test_a_tag_list_of_several_entries_is_said_to_mean_and():
    (notice,) = tag_list_notices([tagged("v*", "w*", "release", description="Releases")])
    assert notice.code == "lifecycle-tags-and"
    assert notice.sentence == (
        "Rule 1 (\"Releases\") selects only images that carry a tag for each of 'v*', 'w*' and 'release', "
        "not those that match one of them. For alternatives write one rule each."
    )


def test_a_prefix_list_of_several_entries_means_and_too():
    assert [notice.code for notice in tag_list_notices([prefixed("v", "w")])] == ["lifecycle-tags-and"]


def test_a_wildcard_in_a_prefix_is_named():
    (notice,) = tag_list_notices([prefixed("v*")])
    assert notice.code == "lifecycle-prefix-wildcard"
    assert "Use tag_pattern_list" in notice.sentence


def test_single_entries_and_expressions_are_what_they_seem():
    assert tag_list_notices([tagged("v*"), prefixed("v"), rule("tagged", "${jsonencode(var.tags)}"), rule()]) == []


@pytest.mark.parametrize(
    ("each", "field", "reason"),
    [
        (tagged("release/*"), "tag_pattern_list", "no tag holds '/', so none matches 'release/*'"),
        (prefixed("release/"), "tag_prefix_list", "no tag holds '/', so none matches 'release/'"),
        (tagged("-v*"), "tag_pattern_list", "no tag begins with '-', so none matches '-v*'"),
    ],
)
def test_a_tag_that_no_image_can_have_is_named(each, field, reason):
    (notice,) = tag_list_notices([each], [Origin(("lifecycle_rules", 0))])
    assert (notice.code, notice.key) == ("lifecycle-selects-nothing", f"lifecycle_rules[0].{field}")
    assert notice.sentence.startswith(f"Rule 1 never selects an image: {reason}. ")


def test_a_tag_that_terraform_knows_later_may_be_any():
    assert tag_list_notices([tagged("${var.branch}/*"), prefixed("${var.branch}/")]) == []


def test_a_wildcard_in_a_prefix_is_said_once():
    assert [notice.code for notice in tag_list_notices([prefixed("release/*")])] == ["lifecycle-prefix-wildcard"]
