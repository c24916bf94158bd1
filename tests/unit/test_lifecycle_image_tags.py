"""Which patterns can match the tag of an image."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.lifecycle.image_tags import why_unmatched

TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")


@pytest.mark.parametrize("pattern", ["*", "v*", "_x", "*.-", "a" * 128, "a" * 64 + "*" + "b" * 64, "*" + "." * 127])
def test_some_tag_matches(pattern):
    assert why_unmatched(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("release/*", "no tag holds '/'"),
        (" ", "no tag holds ' '"),
        ("v1\n", r"no tag holds '\n'"),
        ("größe*", "no tag holds 'ö'"),
        ("\N{ARABIC-INDIC DIGIT ONE}", "no tag holds '\N{ARABIC-INDIC DIGIT ONE}'"),
        (".v*", "no tag begins with '.'"),
        ("-*", "no tag begins with '-'"),
        ("a" * 129, "no tag has more than 128 characters"),
        ("a" * 64 + "*" + "b" * 65, "no tag has more than 128 characters"),
        ("*" + "." * 128, "no tag has more than 128 characters"),
    ],
)
def test_no_tag_matches(pattern, reason):
    assert why_unmatched(pattern) == reason


@given(st.from_regex(TAG, fullmatch=True), st.data())
def test_whatever_matches_a_tag_is_let_through(tag, data):
    """Any part of a tag may be a wildcard."""
    begin = data.draw(st.integers(0, len(tag)))
    end = data.draw(st.integers(begin, len(tag)))
    assert why_unmatched(f"{tag[:begin]}*{tag[end:]}") == ""
    assert why_unmatched(tag) == ""
