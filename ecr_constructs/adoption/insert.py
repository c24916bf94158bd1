"""Entries put into the text of an environment file, of which every other character stays as it is.

The places are found by a YAML parser and changed in the text, because no YAML library writes a file back as it was.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml

from ecr_constructs.config.model.file import REPOSITORIES
from ecr_constructs.errors import InvalidInput, Problem

__all__ = ["insert_entries", "with_mapping"]

_STEP = 2
_EMPTY = ("", "~", "null", "Null", "NULL", "{}")

Render = Callable[[int, str], str]
"""Writes entries, given the column of their keys and what ends a line."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Value:
    """Where a value stands in the text.

    Attributes:
        start: Its first character.
        end: The character after its last one.
        column: Its column; that of its keys for a block mapping.
        in_lines: Whether it is a block mapping, each key at the beginning of a line.
    """

    start: int
    end: int
    column: int
    in_lines: bool


def with_mapping(text: str) -> str:
    """Return the text with `{}` where `ecr_repositories:` stands without a value, which is an error elsewhere."""
    found = _find(text)
    if found is None or found[1] is None or text[found[1].start : found[1].end] not in _EMPTY[:-1]:
        return text
    value = found[1]
    before = text[: value.start].rstrip(" ") if value.end > value.start else text[: value.start]
    return f"{before} {{}}{text[value.end :]}"


def insert_entries(text: str, render: Render, *, file: str) -> str:
    """Return the text with entries at the end of `ecr_repositories`, which is made where it is not there.

    Args:
        text: The text, which is right as an environment file.
        render: What writes the entries.
        file: How messages call it.

    Raises:
        InvalidInput: The entries that are there stand in braces, or come from an alias.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    found = _find(text)
    if found is None:
        raise InvalidInput([_refused((), "must be written as `key: value` lines, not in braces", file)])
    root, value = found
    if value is None:
        lines = f"{' ' * root.column}{REPOSITORIES}:{newline}{render(root.column + _STEP, newline)}"
        return _after(text, root, newline + lines, newline)
    if value.in_lines:
        return _after(text, value, render(value.column, newline), newline)
    if "".join(text[value.start : value.end].split()) not in _EMPTY:
        rule = "must hold its entries on lines of their own, not in braces or by an alias"
        raise InvalidInput([_refused((REPOSITORIES,), rule, file)])
    line_end = _line_end(text, value.end)
    rest = text[value.end : line_end]
    head = text[: value.start].rstrip(" ") + (rest if rest.strip() else rest.lstrip(" "))
    return _joined(head, render(root.column + _STEP, newline), text[line_end:], newline)


def _refused(path: tuple[str, ...], rule: str, file: str) -> Problem:
    fix = "Write one key per repository below it, indented, with its options below the key."
    return Problem(path, "adopt-form", rule, "", fix, file)


def _find(text: str) -> tuple[_Value, _Value | None] | None:
    """Return the root mapping and the value of `ecr_repositories`; None where the root is not written in lines."""
    events: list[Any] = list(yaml.parse(text, Loader=yaml.SafeLoader))
    root_at = 2  # behind the start of the stream and that of the document
    if len(events) <= root_at or not isinstance(events[root_at], yaml.MappingStartEvent):
        return None
    children = list(_children(events, root_at))
    root = _value(text, events[root_at : children[-1].stop]) if children else None
    if root is None or not root.in_lines:
        return None
    for key, value in zip(children[::2], children[1::2], strict=True):
        event = events[key.start]
        if isinstance(event, yaml.ScalarEvent) and event.value == REPOSITORIES:
            return root, _value(text, events[value.start : value.stop])
    return root, None


def _children(events: Sequence[yaml.Event], start: int) -> Iterator[range]:
    """Return the events of each key and each value of the mapping that starts here."""
    depth, first = 0, start + 1
    for at in range(start + 1, len(events)):
        if isinstance(events[at], yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(events[at], yaml.CollectionEndEvent):
            depth -= 1
        if depth < 0:
            return
        if depth == 0:
            yield range(first, at + 1)
            first = at + 1


def _value(text: str, events: Sequence[Any]) -> _Value:
    begin = events[0]
    in_lines = isinstance(begin, yaml.MappingStartEvent) and not begin.flow_style
    first = events[1 if in_lines else 0].start_mark
    # What begins with '? ' has its keys in other columns than its lines.
    in_lines = in_lines and not text[first.index - first.column : first.index].strip("\ufeff ")
    ends = [
        event.end_mark.index
        for event in events
        # A mapping or list in lines has no sign at its end: that is where the next thing begins, behind comments. No
        # value at all has none either, and stands where it would begin.
        if isinstance(event, yaml.ScalarEvent) or event.start_mark.index < event.end_mark.index
    ]
    return _Value(begin.start_mark.index, max(ends), first.column, in_lines)


def _after(text: str, value: _Value, lines: str, newline: str) -> str:
    """Return the text with lines behind those of a value, and behind the comments that are indented like it."""
    at = _line_end(text, value.end)
    end = at
    while end < len(text):
        following = _line_end(text, end + 1)
        line = text[end:following]
        content = line.lstrip(" ")
        if content.strip() and not (content.startswith("#") and len(line) - len(content) >= value.column):
            break
        end = following
        at = end if content.strip() else at
    return _joined(text[:at], lines, text[at:], newline)


def _joined(head: str, lines: str, rest: str, newline: str) -> str:
    return head + ("" if head.endswith("\n") else newline) + lines + rest


def _line_end(text: str, at: int) -> int:
    """Return where the line ends that holds the character before a place, its line break included."""
    if at > 0 and text[at - 1] == "\n":
        return at
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1
