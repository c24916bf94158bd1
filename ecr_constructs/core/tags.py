"""AWS's rules for resource tags."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "LONGEST_KEY",
    "LONGEST_VALUE",
    "MOST_TAGS",
    "NAME_TAG",
    "ORGANIZATION_TAG",
    "TAG_TEXT",
    "alike",
    "check_tag_value",
    "check_tags",
]

NAME_TAG = "Name"
ORGANIZATION_TAG = "Organization"

# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices
MOST_TAGS = 50
LONGEST_KEY = 128
LONGEST_VALUE = 256
# Letters, digits and separators of any script, but no control characters such as line breaks:
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Tag.html
_CATEGORIES = "LNZ"
_SIGNS = "_.:/=+-@"
TAG_TEXT = re.compile(r"""[^\x00-\x1f!"#$%&'()*,;<>?\[\\\]^`{|}~\x7f-\x9f]*""")
"""What of that holds for the first characters of Unicode, which is what patterns of all languages can say."""


def check_tags(tags: Mapping[str, str], *path: str | int) -> list[Problem]:
    """Return every rule that tags break: at most 50, keys of 1 to 128 and values of up to 256 allowed characters."""
    if is_unresolved(tags):
        return []
    problems = []
    if len(tags) > MOST_TAGS:
        rule = f"must have at most {MOST_TAGS} entries"
        problems.append(Problem(path, "tags", rule, f"{len(tags)}", "Remove some; default tags count as well."))
    for key, value in tags.items():
        if not is_unresolved(key) and not 1 <= len(key) <= LONGEST_KEY:
            rule = f"must have keys of 1 to {LONGEST_KEY} characters"
            problems.append(Problem((*path, key), "tags", rule, show(key), "Shorten the key, or give it a name."))
        if key.lower().startswith("aws:"):
            rule, fix = "must not use keys that start with aws:", "Rename the key: AWS keeps this prefix for itself."
            problems.append(Problem((*path, key), "tags", rule, show(key), fix))
        if not is_unresolved(value) and len(value) > LONGEST_VALUE:
            rule = f"must have values of at most {LONGEST_VALUE} characters"
            problems.append(Problem((*path, key), "tags", rule, f"{len(value)} characters", "Shorten the value."))
        if any(not is_unresolved(text) and not _is_allowed(text) for text in (key, value)):
            rule = "must have letters, digits, spaces and _ . : / = + - @ alone"
            problems.append(Problem((*path, key), "tags", rule, show(f"{key}={value}"), "Remove the other characters."))
    return problems


def alike(keys: Iterable[str], beside: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """Return each key of tags that differs by case alone from an earlier one, or from one beside them, with that.

    IAM compares keys without regard to case and takes one of two
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html); to the other services they are two tags.

    Args:
        keys: The keys.
        beside: Keys that the same resource has as well.
    """
    known = {key.casefold(): key for key in beside}
    for key in keys:
        first = known.setdefault(key.casefold(), key)
        if first != key:
            yield key, first


def check_tag_value(value: str, *path: str | int) -> list[Problem]:
    """Return every rule that the value of a tag breaks that must say something."""
    if is_unresolved(value):
        return []
    rule, fix = f"must be 1 to {LONGEST_VALUE} letters, digits, spaces and _ . : / = + - @", "Write it in these."
    right = value.strip() and len(value) <= LONGEST_VALUE and _is_allowed(value)
    return [] if right else [Problem(path, "tags", rule, show(value), fix)]


def _is_allowed(text: str) -> bool:
    return all(character in _SIGNS or unicodedata.category(character)[0] in _CATEGORIES for character in text)
