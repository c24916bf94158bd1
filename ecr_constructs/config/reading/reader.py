"""Reading YAML with the line of every key, and with what YAML lets pass by silently made an error."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import yaml

from ecr_constructs.config.reading.compose import COLLECTIONS, DEEPEST, TooLargeError, compose
from ecr_constructs.config.reading.content import file_content
from ecr_constructs.config.reading.scalars import MERGE, TEXT, value_of
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem, file_name, show

__all__ = ["YamlDocument", "parse_yaml", "read_yaml"]

_MOST_NODES = 200_000
_LINE_END = b"\n"
_LARGEST_NUMBER = 2**63

_SYNTAX_FIX = "Check indentation, quotes and brackets up to this line."
_SYNTAX_FIXES = {
    "alias": "Write text that begins with '*' in quotes.",
    "alphabetic or numeric": "Write text that begins with '*' or '&' in quotes.",
    "cannot start any token": "Indent with spaces, and write text that begins with a sign in quotes.",
    "mapping values are not allowed": "Check the indentation, and write text that holds ': ' in quotes.",
}


@dataclasses.dataclass(frozen=True, slots=True)
class YamlDocument:
    """What a file says, and where it says it.

    Attributes:
        file: The file as messages name it.
        data: Mappings, lists and scalars of plain Python; None where the file could not be parsed.
        lines: Line of each key and entry, by its path, counted from 1.
        problems: What is wrong with the file as YAML.
        unread: Paths of values that have such a problem; they are None in the data.
        written: Numbers that the file writes otherwise than Python does, by their path: in both ways.
    """

    file: str
    data: object
    lines: dict[KeyPath, int]
    problems: list[Problem]
    unread: frozenset[KeyPath] = frozenset()
    written: dict[KeyPath, tuple[str, str]] = dataclasses.field(default_factory=dict)

    def line(self, path: KeyPath) -> int | None:
        """Return the line of a path, or of the innermost part of it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def locate(self, problem: Problem) -> Problem:
        """Return the problem with `file:line` of its path, and with what was got as the file has it."""
        line = self.line(problem.path)
        shown, text = self.written.get(problem.path, ("", ""))
        if shown and problem.got == shown:
            problem = dataclasses.replace(problem, got=text)
        return problem.at(self.file if line is None else f"{self.file}:{line}")


def read_yaml(file: Path, *, name: str | None = None) -> YamlDocument:
    """Read one YAML file, as `parse_yaml` does; what is no file, is too large or cannot be read is an error as well.

    Args:
        file: The file.
        name: How messages call it; default its path as given.
    """
    name = name or file_name(file)
    content, problems = file_content(file, name)
    return YamlDocument(name, None, {}, problems) if problems else parse_yaml(content, name)


def parse_yaml(content: bytes, name: str) -> YamlDocument:
    """Parse what a YAML file holds.

    Errors are collected, not raised: text that is not UTF-8 or not YAML, more than one document, a key given twice, a
    key that is not text, a tag, an alias that contains itself, an expression of Terraform, and what is too large or too
    deep to be meant. An empty file says nothing: its data is an empty mapping.

    Args:
        content: The file's content.
        name: How messages call it.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(_LINE_END, 0, error.start) + 1
        got = f"the byte {content[error.start]:#04x}"
        return _unreadable(name, "yaml-encoding", "must be text in UTF-8", got, "Save it as UTF-8.", f"{name}:{line}")
    try:
        return _build(text, name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = name if mark is None else f"{name}:{mark.line + 1}"
        if error.problem == "but found another document":
            fix = "Remove the line '---' and what follows, or move that to a file of its own."
            return _unreadable(name, "yaml-documents", "must hold one document", "another one", fix, where)
        reason = error.problem or error.context or "of a kind that cannot be read"
        fix = next((fix for words, fix in _SYNTAX_FIXES.items() if words in reason), _SYNTAX_FIX)
        return _unreadable(name, "yaml-syntax", f"must be YAML ({reason})", "", fix, where)
    except yaml.YAMLError as error:
        reason, position = getattr(error, "reason", None) or str(error), getattr(error, "position", None)
        where = name if position is None else f"{name}:{content.count(_LINE_END, 0, position) + 1}"
        return _unreadable(name, "yaml-syntax", f"must be YAML ({reason})", "", "Remove what is not text.", where)
    except TooLargeError as error:
        where = f"{name}:{error.line}"
        return _unreadable(name, "yaml-size", f"must hold {error}", "", "Use fewer levels and aliases.", where)


def _unreadable(name: str, code: str, rule: str, got: str, fix: str, where: str) -> YamlDocument:
    return YamlDocument(name, None, {}, [Problem((), code, rule, got, fix, where)])


def _build(text: str, name: str) -> YamlDocument:
    root = compose(text)
    if root is None:
        return YamlDocument(name, {}, {}, [])
    builder = _Builder(name)
    data = builder.build(root, ())
    if data is None and not builder.problems:
        data = {}
    return YamlDocument(name, data, builder.lines, builder.problems, frozenset(builder.unread), written=builder.written)


def _tag(node: yaml.Node) -> str:
    return f"must not carry the tag {node.tag.replace('tag:yaml.org,2002:', '!!')}"


def _expression(text: str) -> str:
    return f"must be plain text, and {show(text)} is an expression of Terraform"


class _Builder:
    """Turns the nodes of one document into plain data."""

    def __init__(self, file: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []
        self.unread: set[KeyPath] = set()
        self.written: dict[KeyPath, tuple[str, str]] = {}
        self._file = file
        self._open: set[int] = set()
        self._reported: set[tuple[int, str]] = set()
        self._nodes = 0

    def build(self, node: yaml.Node, path: KeyPath) -> object:
        """Return the data of a node, and note the lines of all that is in it."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            limit = f"at most {_MOST_NODES:,} values, those of an alias counted wherever it stands"
            raise TooLargeError(limit, node)
        if len(path) > DEEPEST:
            raise TooLargeError(f"at most {DEEPEST} levels, those of an alias counted", node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if id(node) in self._open:
            self._refuse(node, path, "yaml-alias", "must not contain itself", "Remove the alias.")
            return None
        if node.tag not in COLLECTIONS:
            self._refuse(node, path, "yaml-tag", _tag(node), "Remove the tag.")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        finally:
            self._open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> object:
        try:
            # `<<` merges as a key alone.
            value = value_of(node.value, TEXT if node.tag == MERGE else node.tag)
        except KeyError:
            self._refuse(node, path, "yaml-tag", _tag(node), "Remove the tag.")
            return None
        except ValueError:
            # Text that its tag does not suit, and more digits than Python reads.
            rule = f"must be a value that YAML can read, and {show(node.value)} is none"
            self._refuse(node, path, "yaml-value", rule, "Write it in quotes, without a tag.")
            return None
        if isinstance(value, int) and abs(value) >= _LARGEST_NUMBER:
            self._refuse(node, path, "yaml-value", "must be a number of at most 64 bits", "Use a smaller one.")
            return None
        if isinstance(value, str) and is_unresolved(value):
            self._refuse(node, path, "yaml-expression", _expression(value), "Write the value itself.")
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and show(value) != node.value:
            self.written[path] = show(value), node.value
        return value

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, object]:
        merged: dict[str, object] = {}
        for key_node, value_node in reversed(node.value):
            if key_node.tag == MERGE:
                merged |= self._merged(value_node, path)
        own: dict[str, object] = {}
        for key_node, value_node in node.value:
            if key_node.tag == MERGE or (key := self._key(key_node, path)) is None:
                continue
            if key in own:
                rule = f"must be given once; it is also at line {self.lines[(*path, key)]}"
                self._report(key_node, (*path, key), "yaml-duplicate-key", rule, "Remove one of the two.")
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            own[key] = self.build(value_node, (*path, key))
        return {**merged, **own}

    def _merged(self, node: yaml.Node, path: KeyPath) -> dict[str, object]:
        """Return what `<<` brings in: of several mappings the first one that has a key counts."""
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        result: dict[str, object] = {}
        for source in reversed(sources):
            if not isinstance(source, yaml.MappingNode):
                fix = "Write <<: *name, where &name stands before a mapping."
                self._report(source, path, "yaml-merge", "must merge mappings alone with <<", fix)
                continue
            data = self.build(source, path)
            result |= data if isinstance(data, dict) else {}
        return result

    def _key(self, node: yaml.Node, path: KeyPath) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            rule = "must have text as keys, not lists or mappings"
            self._report(node, path, "yaml-key", rule, "Write text before the ':'.")
        elif node.tag != TEXT:
            rule = f"must have text as keys, and {show(node.value)} is not read as text"
            self._report(node, path, "yaml-key", rule, "Write the key in quotes.")
        elif is_unresolved(node.value):
            rule = _expression(node.value).replace("must be plain text", "must have plain text as keys")
            self._report(node, path, "yaml-expression", rule, "Write the key itself.")
        else:
            return str(node.value)
        return None

    def _refuse(self, node: yaml.Node, path: KeyPath, code: str, rule: str, fix: str) -> None:
        """Report a value, which is None from here on: what it is used for need not be reported as well."""
        self.unread.add(path)
        self._report(node, path, code, rule, fix)

    def _report(self, node: yaml.Node, path: KeyPath, code: str, rule: str, fix: str) -> None:
        if (id(node), code) not in self._reported:  # once, however often an alias repeats it
            self._reported.add((id(node), code))
            self.problems.append(Problem(path, code, rule, "", fix, f"{self._file}:{node.start_mark.line + 1}"))
