"""AWS's rules for resource tags."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["MOST_TAGS", "check_tags"]

# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices
MOST_TAGS = 50
_LONGEST_KEY = 128
_LONGEST_VALUE = 256
# Letters, digits and separators of any script, but no control characters such as line breaks:
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Tag.html
_CATEGORIES = "LNZ"
_SIGNS = "_.:/=+-@"


def check_tags(tags: Mapping[str, str], *path: str | int) -> list[Problem]:
    """Return every rule that tags break: at most 50, keys of 1 to 128 and values of up to 256 allowed characters."""
    if is_unresolved(tags):
        return []
    problems = []
    if len(tags) > MOST_TAGS:
        rule = f"must have at most {MOST_TAGS} entries"
        problems.append(Problem(path, "tags", rule, f"{len(tags)}", "Remove some; default tags count as well."))
    for key, value in tags.items():
        if not is_unresolved(key) and not 1 <= len(key) <= _LONGEST_KEY:
            rule = f"must have keys of 1 to {_LONGEST_KEY} characters"
            problems.append(Problem((*path, key), "tags", rule, show(key), "Shorten the key, or give it a name."))
        if key.lower().startswith("aws:"):
            rule, fix = "must not use keys that start with aws:", "Rename the key: AWS keeps this prefix for itself."
            problems.append(Problem((*path, key), "tags", rule, show(key), fix))
        if not is_unresolved(value) and len(value) > _LONGEST_VALUE:
            rule = f"must have values of at most {_LONGEST_VALUE} characters"
            problems.append(Problem((*path, key), "tags", rule, f"{len(value)} characters", "Shorten the value."))
        if any(not is_unresolved(text) and not _is_allowed(text) for text in (key, value)):
            rule = "must have letters, digits, spaces and _ . : / = + - @ alone"
            problems.append(Problem((*path, key), "tags", rule, show(f"{key}={value}"), "Remove the other characters."))
    return problems


def _is_allowed(text: str) -> bool:
    return all(character in _SIGNS or unicodedata.category(character)[0] in _CATEGORIES for character in text)
