"""What differs between two values of JSON, place by place. Pure."""

from __future__ import annotations

import dataclasses
import difflib
import json
from collections.abc import Iterator
from typing import Any

from ecr_constructs.errors import KeyPath, key_of, nearest

__all__ = ["ABSENT", "Difference", "differences", "key_or_all", "lines_of", "written"]

_WIDEST = 160  # characters of a value that is shown within a line
_MOST = 40  # differences that are shown


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT = _Absent()
"""What is there in the place of a value that is not."""


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ.

    Attributes:
        path: Keys and indices from the outermost inward.
        expected: What should be there, or `ABSENT`.
        got: What is there, or `ABSENT`.
        hint: A key beside it that may be meant: `Did you mean 'tags'?`
    """

    path: KeyPath
    expected: Any
    got: Any
    hint: str = ""

    @property
    def is_new(self) -> bool:
        """Whether there should be nothing."""
        return self.expected is ABSENT

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing."""
        return self.got is ABSENT

    def __str__(self) -> str:
        place = key_or_all(self.path)
        hint = f" {self.hint}" if self.hint else ""
        return f"{place}: expected {written(self.expected)}, got {written(self.got)}{'.' if hint else ''}{hint}"


def differences(expected: Any, got: Any, path: KeyPath = ()) -> list[Difference]:
    """Return where a value differs from what is expected of it, in the order of the keys.

    Mappings are compared key by key, lists entry by entry with what was put in or taken out told as such. Values are
    equal where `==` says so, so that `unittest.mock.ANY` and the like can be expected; a truth value equals no number.

    Args:
        expected: What should be there.
        got: What is there.
        path: Where they are.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        return list(_of_mappings(expected, got, path))
    if isinstance(expected, list) and isinstance(got, list):
        return list(_of_lists(expected, got, path))
    return [] if _equal(expected, got) else [Difference(path, expected, got)]


def _equal(expected: Any, got: Any) -> bool:
    """Tell whether two values are the same to Terraform."""
    if isinstance(expected, bool) or isinstance(got, bool):
        both = isinstance(expected, bool) and isinstance(got, bool)
        return (both or not isinstance(expected, int | float)) and bool(expected == got)
    return bool(expected == got)


def key_or_all(path: KeyPath) -> str:
    """Return a path as it is written in messages."""
    return key_of(path) or "all of it"


def lines_of(found: list[Difference]) -> str:
    """Return differences as lines for a message, indented by two."""
    shown = [f"  {each}" for each in found[:_MOST]]
    if len(found) > _MOST:
        shown.append(f"  and {len(found) - _MOST} more")
    return "\n".join(shown)


def written(value: Any) -> str:
    """Return a value as a message shows it: as JSON, with its end left out where it is long."""
    if value is ABSENT:
        return repr(value)
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."


def _of_mappings(expected: dict[str, Any], got: dict[str, Any], path: KeyPath) -> Iterator[Difference]:
    unexpected = got.keys() - expected.keys()
    for key in sorted({*expected, *got}, key=str):
        here = (*path, key)
        if key not in got:
            yield Difference(here, expected[key], ABSENT, nearest(key, unexpected))
        elif key not in expected:
            yield Difference(here, ABSENT, got[key])
        else:
            yield from differences(expected[key], got[key], here)


def _of_lists(expected: list[Any], got: list[Any], path: KeyPath) -> Iterator[Difference]:
    if len(expected) == len(got):
        for at, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from differences(one, other, (*path, at))
        return
    # By their texts, so that one entry more is one difference; an entry that is any value is like no text.
    before, after = ([_written_out(each) for each in side] for side in (expected, got))
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(b - a, d - c)
        for at in range(both):
            yield from differences(expected[a + at], got[c + at], (*path, c + at))
        for entry in expected[a + both : b]:
            yield Difference((*path, c + both), entry, ABSENT)
        for at in range(c + both, d):
            yield Difference((*path, at), ABSENT, got[at])


def _written_out(value: Any) -> str:
    """Return all of a value as text, its keys sorted."""
    try:
        return json.dumps(value, sort_keys=True)
    except (TypeError, ValueError):
        return repr(value)
