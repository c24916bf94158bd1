"""Reading YAML with the line of every key, and with what YAML lets pass by silently made an error."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import yaml

from ecr_constructs.errors import Problem, show

__all__ = ["YamlDocument", "read_yaml"]

# libyaml's parser is some ten times as fast; wheels have it, builds from source may not.
_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE_KEY = "tag:yaml.org,2002:merge"
_MOST_NODES = 1_000_000

_Path = tuple[str | int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class YamlDocument:
    """What a file says, and where it says it.

    Attributes:
        file: The file as messages name it.
        data: Mappings, lists and scalars of plain Python; None where the file could not be parsed.
        lines: Line of each key and entry, by its path, counted from 1.
        problems: What is wrong with the file as YAML.
    """

    file: str
    data: object
    lines: dict[_Path, int]
    problems: list[Problem]

    def locate(self, problem: Problem) -> Problem:
        """Return the problem with `file:line` of its path, or of the innermost part of the path that is there."""
        path = problem.path
        while path and path not in self.lines:
            path = path[:-1]
        line = self.lines.get(path)
        return problem.at(self.file if line is None else f"{self.file}:{line}")


def read_yaml(file: Path, *, name: str | None = None) -> YamlDocument:
    """Read one YAML file.

    Errors are collected, not raised: text that is not UTF-8 or not YAML, more than one document, a key given twice, a
    key that is not text, an alias that contains itself.

    Args:
        file: The file.
        name: How messages call it; default its path as given.

    Raises:
        OSError: The file cannot be read.
    """
    name = name or file.as_posix()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(
            (), "yaml-encoding", "must be text in UTF-8", f"byte {error.start}", "Save it as UTF-8.", name
        )
        return YamlDocument(name, None, {}, [problem])
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return YamlDocument(name, {}, {}, [])
        builder = _Builder(loader, name)
        data = builder.build(root, ())
        return YamlDocument(name, data, builder.lines, builder.problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = name if mark is None else f"{name}:{mark.line + 1}"
        rule = f"must be YAML ({error.problem or error.context})"
        fix = "Check indentation, quotes and brackets at this line."
        return YamlDocument(name, None, {}, [Problem((), "yaml-syntax", rule, "", fix, where)])
    except yaml.YAMLError as error:
        rule = "must be YAML"
        fix = "Remove what is not text."
        return YamlDocument(name, None, {}, [Problem((), "yaml-syntax", rule, show(str(error)), fix, name)])
    finally:
        loader.dispose()


class _Builder:
    """Turns the nodes of one document into plain data."""

    def __init__(self, loader: yaml.SafeLoader | yaml.CSafeLoader, file: str) -> None:
        self.lines: dict[_Path, int] = {}
        self.problems: list[Problem] = []
        self._loader = loader
        self._file = file
        self._open: set[int] = set()
        self._nodes = 0

    def build(self, node: yaml.Node, path: _Path) -> object:
        """Return the data of a node, and note the lines of all that is in it."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise yaml.YAMLError(f"more than {_MOST_NODES:,} values, aliases counted where they are used")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if id(node) in self._open:
            self._report(node, path, "yaml-alias", "must not contain itself", "Remove the alias.")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        finally:
            self._open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode, path: _Path) -> object:
        try:
            return self._loader.construct_object(node)
        except ValueError as error:
            self._report(
                node, path, "yaml-value", f"must be a value that YAML can read ({error})", "Write it in quotes."
            )
            return None

    def _mapping(self, node: yaml.MappingNode, path: _Path) -> dict[str, object]:
        merged: dict[str, object] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE_KEY:
                merged = {**self._merged(value_node, path), **merged}
        own: dict[str, object] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE_KEY or (key := self._key(key_node, path)) is None:
                continue
            if key in own:
                rule = f"must be given once; it is also at line {self.lines[(*path, key)]}"
                self._report(key_node, (*path, key), "yaml-duplicate-key", rule, "Remove one of the two.")
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            own[key] = self.build(value_node, (*path, key))
        return {**merged, **own}

    def _merged(self, node: yaml.Node, path: _Path) -> dict[str, object]:
        """Return what `<<` brings in: of several mappings the first one that has a key counts."""
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        result: dict[str, object] = {}
        for source in sources:
            if not isinstance(source, yaml.MappingNode):
                self._report(source, path, "yaml-merge", "must merge mappings alone with <<", "Name a mapping.")
                continue
            data = self.build(source, path)
            result = {**(data if isinstance(data, dict) else {}), **result}
        return result

    def _key(self, node: yaml.Node, path: _Path) -> str | None:
        key = self._scalar(node, path) if isinstance(node, yaml.ScalarNode) else None
        if isinstance(key, str):
            return key
        written = show(node.value) if isinstance(node, yaml.ScalarNode) else "a list or mapping"
        rule = f"must have text as keys, and {written} is not read as text"
        self._report(node, path, "yaml-key", rule, "Write the key in quotes.")
        return None

    def _report(self, node: yaml.Node, path: _Path, code: str, rule: str, fix: str) -> None:
        self.problems.append(Problem(path, code, rule, "", fix, f"{self._file}:{node.start_mark.line + 1}"))
