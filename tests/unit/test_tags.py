"""Tags, held to botocore's model of them."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.tags import MOST_TAGS, check_tags
from ecr_constructs.core.tokens import is_unresolved
from tests.unit.aws_models import SESSION

PATTERN = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$"
SSM = SESSION.get_service_model("ssm")


def matches(text: str) -> bool:
    """Match the pattern, of which Python's `re` does not know the classes."""
    return all(unicodedata.category(sign)[0] in "LZN" or sign in "_.:/=+-@" for sign in text)


def test_keys_and_values_have_the_pattern_and_the_lengths_of_the_model():
    key, value = SSM.shape_for("TagKey").metadata, SSM.shape_for("TagValue").metadata

    assert key["pattern"] == value["pattern"] == PATTERN
    for length in range(key["max"] + 3):
        assert (check_tags({"k" * length: ""}) == []) == (key["min"] <= length <= key["max"])
    for length in range(value["max"] + 3):
        assert (check_tags({"key": "v" * length}) == []) == (value["min"] <= length <= value["max"])


def test_every_character_is_allowed_where_the_pattern_has_it():
    wrong = [
        sign
        for sign in map(chr, [*range(0x3100), *range(0xFF00, 0x10000), 0x1F600, sys.maxunicode])
        if (check_tags({f"k{sign}": "v"}) == []) != matches(sign)
    ]
    assert wrong == []


@given(st.text(max_size=5).filter(lambda text: not is_unresolved(text)))
def test_keys_and_values_are_held_to_the_same_characters(text):
    assert (check_tags({f"k{text}": "v"}) == []) == (check_tags({"k": text}) == []) == matches(text)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("", "v", "tags.'': must have keys of 1 to 128 characters, got ''."),
        ("aws:x", "v", "tags.aws:x: must not use keys that start with aws:, got 'aws:x'."),
        ("AWS:x", "v", "tags.AWS:x: must not use keys that start with aws:, got 'AWS:x'."),
        ("k", "v" * 257, "tags.k: must have values of at most 256 characters, got 257 characters."),
        ("k", "a\tb", r"tags.k: must have letters, digits, spaces and _ . : / = + - @ alone, got 'k=a\tb'."),
    ],
)
def test_a_wrong_tag_is_reported_once(key, value, words):
    (problem,) = check_tags({key: value}, "tags")

    assert problem.code == "tags"
    assert str(problem).startswith(words)


def test_there_may_be_fifty_tags_and_no_more():
    assert check_tags({f"k{number}": "" for number in range(MOST_TAGS)}) == []
    (problem,) = check_tags({f"k{number}": "" for number in range(MOST_TAGS + 1)}, "web", "tags")
    assert (MOST_TAGS, problem.key, problem.got) == (50, "web.tags", "51")


def test_every_wrong_tag_is_reported():
    assert [problem.key for problem in check_tags({"a": "!", "b": "v", "": "v", "c": "?"}, "tags")] == [
        "tags.a",
        "tags.''",
        "tags.c",
    ]


@pytest.mark.parametrize("tags", [{"${var.key}": "v"}, {"k": "${var.value}!"}, {"k": "#{TfToken[TOKEN.0]}" * 20}])
def test_what_terraform_knows_later_passes(tags):
    assert check_tags(tags) == []


def test_a_map_that_terraform_knows_later_passes():
    class Later:
        def resolve(self, context: object) -> object:
            return context

    assert check_tags(Later()) == []
