"""Changing top-level keys of a YAML text and nothing else, byte for byte.

A change is made at the position that the parser gives for a key, so that comments, order, quotes, indentation and line
ends stay. Where that is not safe, because a value is shared by an anchor for example, the text is refused.
"""

from __future__ import annotations

import abc
import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

import yaml

from ecr_constructs.config.reading.compose import compose
from ecr_constructs.errors import Problem

__all__ = ["Value", "edit_yaml", "split_lines"]

Value = str | int | None
"""What a key is to say; None removes it."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BETWEEN = re.compile(r"\s*:(\s|#[^\r\n]*[\r\n])*")
_SHARED = tuple("&*!")
_BLOCK_STYLES = ("|", ">")
_BY_HAND = "Make the change by hand, or write the key on a line of its own."

_Edit = tuple[int, int, str]


class _NotEditableError(Exception):
    """The place of a key is none where it can be changed safely."""

    def __init__(self, key: str, rule: str) -> None:
        super().__init__(rule)
        self.problem = Problem((key,), "edit-unsafe", rule, "", _BY_HAND)


@dataclasses.dataclass(frozen=True, slots=True)
class _Entry:
    """A top-level key and its value, by their positions in the text."""

    name: str
    key: yaml.ScalarNode
    value: yaml.Node

    @property
    def start(self) -> int:
        return int(self.key.start_mark.index)

    @property
    def end(self) -> int:
        return int(self.value.end_mark.index)


def split_lines(text: str) -> list[str]:
    """Return the lines of a text, each with its own end, at the line ends that a file has (not at U+2028)."""
    return _LINE.findall(text)


def edit_yaml(text: str, changes: Mapping[str, Value], *, after: Sequence[str]) -> tuple[str, list[Problem]]:
    """Return a YAML text with some top-level keys changed, and what stands against it.

    A key that is there gets the new value in its place, or is removed with its line. A new key gets a line of its own:
    `schema_version` before the first key, any other after the last one of `after`.

    Args:
        text: A text that holds one mapping and that `read_yaml` finds nothing wrong with.
        changes: Values by key.
        after: Keys after which a new one may stand.
    """
    root = compose(text, in_characters=True)
    if not isinstance(root, yaml.MappingNode) or not root.value:
        rule = "must hold keys to be changed"
        return text, [Problem((), "edit-unsafe", rule, "", "Make it an environment file first.")]
    edits: list[_Edit] = []
    problems: list[Problem] = []
    editor = (_Flow if root.flow_style else _Block)(text, root, after)
    for key, value in changes.items():
        try:
            edits += editor.edits(key, value)
        except _NotEditableError as error:
            problems.append(error.problem)
    return (text, problems) if problems else (_apply(text, edits), [])


def _apply(text: str, edits: Sequence[_Edit]) -> str:
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


class _Editor(abc.ABC):
    """What is common to mappings in lines and in braces."""

    def __init__(self, text: str, root: yaml.MappingNode, after: Sequence[str]) -> None:
        self.text = text
        self.entries = [_Entry(key.value, key, value) for key, value in root.value]
        self._by_name = {entry.name: entry for entry in self.entries}
        self._after = after

    def edits(self, name: str, value: Value) -> Iterator[_Edit]:
        """Yield what a change comes to."""
        entry = self._by_name.get(name)
        if entry is None:
            if value is not None:
                yield self.inserted(name, value)
            return
        self._check(entry)
        if value is None:
            yield self.removed(entry)
        else:
            start = int(entry.value.start_mark.index)
            space = " " if start == entry.end else ""
            yield start, entry.end, f"{space}{_written(value, entry.value)}"

    @abc.abstractmethod
    def inserted(self, name: str, value: str | int) -> _Edit:
        """Return the edit that adds a key."""

    @abc.abstractmethod
    def removed(self, entry: _Entry) -> _Edit:
        """Return the edit that removes a key."""

    def anchor(self) -> _Entry:
        """Return the entry after which a new one is put."""
        entry = next((each for each in reversed(self.entries) if each.name in self._after), self.entries[-1])
        self._check(entry)
        return entry

    def pair(self, name: str, value: str | int) -> str:
        """Return a new key with its value, in quotes where the file writes its first key or value in some."""
        first = self.entries[0]
        return f"{_written(name, first.key)}: {_written(value, first.value)}"

    def _check(self, entry: _Entry) -> None:
        between = self.text[entry.key.end_mark.index : entry.value.start_mark.index]
        written = self.text[entry.value.start_mark.index : entry.end]
        if not isinstance(entry.value, yaml.ScalarNode) or entry.value.style in _BLOCK_STYLES:
            raise _NotEditableError(entry.name, "must be one value in one line")
        if written.startswith(_SHARED) or self.text[entry.start] in _SHARED:
            raise _NotEditableError(entry.name, "must stand without an anchor, alias or tag")
        if not _BETWEEN.fullmatch(between) and (between or written):
            raise _NotEditableError(entry.name, "must be written as `key: value`")


class _Block(_Editor):
    """A mapping with a line for each key."""

    def inserted(self, name: str, value: str | int) -> _Edit:
        first = self.entries[0]
        if name == "schema_version":
            start = self._line_start(first)
            return start, start, f"{self._indent(first)}{self.pair(name, value)}{self._line_end(first.start)}"
        entry = self.anchor()
        end = self._rest_of_line(entry.end)
        return end, end, f"{self._line_end(entry.end)}{self._indent(first)}{self.pair(name, value)}"

    def removed(self, entry: _Entry) -> _Edit:
        self._indent(entry)
        end = self._rest_of_line(entry.end)
        line_end = _LINE_END.match(self.text, end)
        return self._line_start(entry), line_end.end() if line_end else end, ""

    def _line_start(self, entry: _Entry) -> int:
        return entry.start - int(entry.key.start_mark.column)

    def _indent(self, entry: _Entry) -> str:
        indent = self.text[self._line_start(entry) : entry.start]
        if indent.strip():
            raise _NotEditableError(entry.name, "must be written as `key: value`")
        return indent

    def _rest_of_line(self, position: int) -> int:
        found = _LINE_END.search(self.text, position)
        return found.start() if found else len(self.text)

    def _line_end(self, position: int) -> str:
        """Return how the line of a position ends; the last one may not, then as the first one does."""
        found = _LINE_END.search(self.text, position) or _LINE_END.search(self.text)
        return found.group() if found else "\n"


class _Flow(_Editor):
    """A mapping in braces."""

    def inserted(self, name: str, value: str | int) -> _Edit:
        if name == "schema_version":
            start = self.entries[0].start
            return start, start, f"{self.pair(name, value)}, "
        end = self.anchor().end
        return end, end, f", {self.pair(name, value)}"

    def removed(self, entry: _Entry) -> _Edit:
        for before, each in itertools.pairwise(self.entries):
            if each is entry:
                if "#" in self.text[before.end : entry.start]:
                    raise _NotEditableError(entry.name, "must not follow a comment within braces")
                return before.end, entry.end, ""
        raise _NotEditableError(entry.name, "must not come first within braces")


def _written(value: str | int, like: yaml.Node) -> str:
    """Return a plain word or number, in quotes if it is a word and the other value has some."""
    quote = like.style if isinstance(like, yaml.ScalarNode) and isinstance(value, str) else None
    return f"{quote}{value}{quote}" if quote in ("'", '"') else f"{value}"
