"""What tags of images can be, and so which patterns and prefixes can select any.

A tag is 1 to 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two
(https://github.com/opencontainers/distribution-spec/blob/main/spec.md, "Pulling manifests"). ECR's own API names the
length alone, up to 300 (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageIdentifier.html), which no
client that pushes by the specification reaches.
"""

from __future__ import annotations

import re

from ecr_constructs.errors import show

__all__ = [
    "LONGEST_TAG",
    "MOST_WILDCARDS",
    "PROTECTED_TAG",
    "TAG",
    "TAG_FORM",
    "TAG_PATTERN",
    "takes_every_tag_of",
    "why_unmatched",
]

TAG_FORM = "Tags of images are letters, digits, '_', '.' and '-', at most 128 of them."
"""What to tell whoever has written a tag that there cannot be."""

_NEVER_IN_A_TAG = re.compile(r"[^a-zA-Z0-9_.-]")
_NEVER_FIRST = (".", "-")

LONGEST_TAG = 128
"""How many characters a tag has at most."""

TAG = re.compile(rf"[a-zA-Z0-9_][a-zA-Z0-9_.-]{{0,{LONGEST_TAG - 1}}}")
"""A tag that an image can have."""

MOST_WILDCARDS = 4
"""How many `*` a pattern may hold (ECR user guide, "Lifecycle policy properties", "Tag pattern list")."""

TAG_PATTERN = re.compile(rf"(?!([^*]*\*){{{MOST_WILDCARDS + 1}}})[\s\S]+")
"""A pattern that ECR takes."""

PROTECTED_TAG = re.compile(
    rf"(?!([^*]*\*){{{MOST_WILDCARDS + 1}}})(?![.-])(?!(\**[^*]){{{LONGEST_TAG + 1}}})[a-zA-Z0-9_.*-]+"
)
"""A pattern that ECR takes and a tag can match."""


def why_unmatched(pattern: str) -> str:
    """Return why no image can carry a tag that matches, as a clause; empty where one can.

    Args:
        pattern: A pattern, in which `*` stands for any characters or none.
    """
    literal = pattern.replace("*", "")
    if wrong := _NEVER_IN_A_TAG.search(literal):
        return f"no tag holds {show(wrong.group())}"
    if pattern.startswith(_NEVER_FIRST):
        return f"no tag begins with {pattern[0]!r}"
    # Where what is written would be a wrong beginning, the wildcard before it stands for one character at least.
    if len(literal) + literal.startswith(_NEVER_FIRST) > LONGEST_TAG:
        return f"no tag has more than {LONGEST_TAG} characters"
    return ""


def takes_every_tag_of(wide: str, narrow: str) -> bool:
    """Tell whether a pattern matches every tag that another one matches.

    Args:
        wide: The pattern, in which `*` stands for any characters or none.
        narrow: The other one, taken as a tag in which `*` is a letter that nothing but a `*` matches.
    """
    return re.fullmatch(".*".join(map(re.escape, wide.split("*"))), narrow, re.DOTALL) is not None
