"""Whether there is a tag that one pattern matches and others do not, compared with all short tags there are."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_constructs.core.lifecycle.image_tags import TAG, why_unmatched
from ecr_constructs.core.lifecycle.tag_languages import Undecided, matches, tag_for, tags_for
from ecr_constructs.core.lifecycle.tag_machine import LETTERS
from tests.unit import naive_lifecycle

SHORT_TAGS = ["".join(letters) for length in range(1, 6) for letters in itertools.product("ab-", repeat=length)]
SHORT_TAGS = [tag for tag in SHORT_TAGS if TAG.fullmatch(tag)]
PATTERNS = st.text("ab*-", min_size=1, max_size=4)


@settings(deadline=None, max_examples=300)
@given(PATTERNS, st.frozensets(PATTERNS, max_size=4))
def test_a_tag_is_found_if_there_is_one_and_only_then(pattern, others):
    found = tag_for(pattern, others)
    there = [
        tag
        for tag in SHORT_TAGS
        if naive_lifecycle.matches(pattern, tag) and not any(naive_lifecycle.matches(other, tag) for other in others)
    ]
    if found is None:
        assert there == []
    else:
        assert TAG.fullmatch(found)
        assert naive_lifecycle.matches(pattern, found)
        assert not any(naive_lifecycle.matches(other, found) for other in others)


@settings(deadline=None)
@given(PATTERNS, st.frozensets(PATTERNS, max_size=3))
def test_tags_are_found_each_once(pattern, others):
    found = list(itertools.islice(tags_for(pattern, others), 12))
    assert len(found) == len(set(found))
    assert all(matches(pattern, tag) and TAG.fullmatch(tag) for tag in found)
    assert not any(matches(other, tag) for other in others for tag in found)
    short = [tag for tag in SHORT_TAGS if matches(pattern, tag) and not any(matches(other, tag) for other in others)]
    assert len(found) >= min(len(short), 12)


@settings(deadline=None)
@given(st.text("ab*-./ é", min_size=1, max_size=6))
def test_there_is_a_tag_wherever_a_reason_against_it_is_not_said(pattern):
    assert (tag_for(pattern) is None) == bool(why_unmatched(pattern))


@pytest.mark.parametrize(
    ("pattern", "others", "found"),
    [
        ("v*", (), "v1"),
        ("*", (), "build-1"),
        ("*-rc*", (), "1-rc1"),
        ("latest", (), "latest"),
        ("latest", ("l*",), None),
        ("v*", ("v*",), None),
        ("v*", ("v*.*", "v*-*"), "v1"),
        ("a*", ("a", "a*a", "*1", "*b*"), "ac"),
        ("v*", ("v1*", "v2"), "v"),
        ("*a*b*", ("*a*", "x"), None),
        ("-v*", (), None),
        (".", (), None),
        ("*-", ("a*", "1*", "build*"), "b-"),
        ("x" * 128, (), "x" * 128),
        ("x" * 129, (), None),
        ("x" * 128 + "*", (), "x" * 128),
        ("x" * 127 + "*", ("x" * 127,), "x" * 127 + "1"),
    ],
)
def test_the_tag_is_easy_to_read_or_the_shortest(pattern, others, found):
    assert tag_for(pattern, frozenset(others)) == found


def test_a_pattern_that_others_have_between_them_alone_has_no_tag():
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
    assert tag_for("v*", frozenset({"v", *(f"v{letter}*" for letter in letters)})) is None
    assert tag_for("v*", frozenset({"v", *(f"v{letter}*" for letter in letters if letter != "q")})) == "vq"


def test_numbered_tags_come_first_and_the_shortest_others_after_them():
    assert list(itertools.islice(tags_for("v*"), 3)) == ["v1", "v2", "v3"]
    assert list(itertools.islice(tags_for("v*", frozenset({"v1", "v2*"})), 4)) == ["v", "va", "v3", "v4"]
    assert list(tags_for("latest")) == ["latest"]


def test_what_would_take_too_long_is_not_decided():
    # A Z can stand nowhere, which is known after all orders in which other letters can come.
    pairs = itertools.permutations("abcdefghijkl", 2)
    others = {"Z*", *(f"*{letter}Z*" for letter in LETTERS), *(f"*{one}*{two}*{one}*" for one, two in pairs)}
    with pytest.raises(Undecided):
        tag_for("*Z*", frozenset(others))
