"""The values of a tfvars file, each with its line, by the syntax tree of python-hcl2.

The tree is walked here instead of taking the package's own dictionaries: those differ between its releases (and from
the fork that checkov brings along under the same name), drop lines, and cannot tell an expression from text like one.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["JsonText", "Variables", "parse", "read_tfvars"]

_NUMBER = re.compile(r"-?\s*\d+(\.\d+)?([eE][+-]?\d+)?")
_HEREDOC = re.compile(r"<<(-?)([A-Za-z][\w.-]*)[ \t]*\n(.*\n)??[ \t]*\2\s*", re.DOTALL)
_IN_QUOTES = re.compile(r'\\([nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|\$\$\{|%%\{|\$\{|%\{|\\|"')
_IN_HEREDOC = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_WORDS = {"true": True, "false": False, "null": None}
_DEEPEST = 50
_LITERAL_FIX = "Write the value itself: text, a number, true, false, a list or a mapping."


class JsonText(dict[str, object]):
    """What `jsonencode({...})` was given."""


class Variables(dict[str, object]):
    """What a tfvars file says.

    Attributes:
        lines: Line of each value, by its path, counted from 1.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[KeyPath, int] = {}


class _NoLiteralError(Exception):
    """A value is an expression, or of a form that is not known."""


def read_tfvars(text: str, name: str) -> tuple[Variables, list[Problem]]:
    """Read a tfvars file, whose values are literals, or `jsonencode` of one.

    Args:
        text: Its text.
        name: How messages call it.
    """
    text = text.replace("\r\n", "\n") + "\n"
    try:
        tree = parse(text)
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001  # the parser's own errors differ between its releases
        line = getattr(error, "line", None)
        where = f"{name}:{line}" if isinstance(line, int) and line > 0 else name
        fix = "Check quotes, brackets and '=' up to this line."
        return Variables(), [Problem((), "tfvars-syntax", "must be `name = value` lines of HCL", "", fix, where)]
    try:
        return _Reader(text, name).read(tree)
    except RecursionError:
        fix = "Use fewer parentheses and levels."
        return Variables(), [Problem((), "tfvars-syntax", "must not be nested so deeply", "", fix, name)]


def parse(text: str) -> Any:
    """Return the syntax tree of a text that ends with a line end."""
    hcl2 = importlib.import_module("hcl2")
    parses = getattr(hcl2, "parses_to_tree", None) or getattr(hcl2, "parses", None)  # python-hcl2 8, and 7
    return parses(text) if parses else hcl2.parser.Hcl2.lark_parser.parse(text)  # the fork


class _Reader:
    """Turns the tree of one file into values."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._problems: list[Problem] = []
        self._variables = Variables()

    def read(self, tree: Any) -> tuple[Variables, list[Problem]]:
        """Return the variables of the file, and what is wrong with it."""
        for node in _trees(_only(tree, "body")):
            if node.data == "attribute":
                key, value = _trees(node)
                self._put(self._variables, (self._source(key).strip(),), node, value)
            elif node.data == "block":
                rule = "must be a `name = value` line, not a block"
                self._report((), node, "tfvars-block", rule, "A tfvars file holds values alone.")
        return self._variables, self._problems

    def _put(self, mapping: dict[str, object], path: KeyPath, node: Any, value: Any) -> None:
        key = str(path[-1])
        if key in mapping:
            rule = f"must be given once; it is also at line {self._variables.lines[path]}"
            self._report(path, node, "tfvars-duplicate", rule, "Remove one of the two.")
            return
        self._variables.lines[path] = node.meta.line
        try:
            mapping[key] = self._value(value, path)
        except _NoLiteralError:
            mapping[key] = None
            got = show(" ".join(self._source(value).split()))
            self._report(path, value, "tfvars-literal", "must be a literal", _LITERAL_FIX, got)

    def _value(self, node: Any, path: KeyPath) -> object:
        if len(path) > _DEEPEST:
            raise _NoLiteralError
        inner, kind = _trees(node), node.data
        if kind == "expr_term" and len(inner) == 1 and self._is_only(node, inner[0]):
            return self._value(inner[0], path)
        if kind == "tuple":
            return self._items(inner, path)
        if kind == "object":
            return self._object(inner, path, {})
        if kind == "function_call":
            return self._jsonencode(inner, path)
        return _scalar(self._source(node).strip())

    def _is_only(self, node: Any, inner: Any) -> bool:
        """Return whether a term is nothing but another, perhaps in parentheses."""
        around = self._source(node).replace(self._source(inner), "", 1).strip("() \t\n")
        return not around or around.startswith(("#", "//", "/*"))

    def _items(self, nodes: list[Any], path: KeyPath) -> list[object]:
        items: list[object] = []
        for index, node in enumerate(nodes):
            place = (*path, index)
            self._variables.lines[place] = node.meta.line
            try:
                items.append(self._value(node, place))
            except _NoLiteralError:
                items.append(None)
                got = show(" ".join(self._source(node).split()))
                self._report(place, node, "tfvars-literal", "must be a literal", _LITERAL_FIX, got)
        return items

    def _object(self, elements: list[Any], path: KeyPath, mapping: dict[str, object]) -> dict[str, object]:
        for element in elements:
            key, value = _trees(element)
            self._put(mapping, (*path, self._key(key)), element, value)
        return mapping

    def _key(self, node: Any) -> str:
        source = self._source(node).strip()
        if re.fullmatch(r"[A-Za-z_][\w-]*", source):
            return source
        key = _scalar(source)
        if not isinstance(key, str):
            raise _NoLiteralError
        return key

    def _jsonencode(self, inner: list[Any], path: KeyPath) -> JsonText:
        name, *arguments = inner
        values = [each for argument in arguments for each in _trees(argument)]
        if self._source(name).strip() != "jsonencode" or len(values) != 1:
            raise _NoLiteralError
        value = self._value(values[0], path)
        if not isinstance(value, dict):
            raise _NoLiteralError
        return JsonText(value)

    def _source(self, node: Any) -> str:
        if not hasattr(node, "meta"):  # a token
            return str(node)
        return "" if node.meta.empty else self._text[node.meta.start_pos : node.meta.end_pos]

    def _report(self, path: KeyPath, node: Any, code: str, rule: str, fix: str, got: str = "") -> None:
        line = self._variables.lines.get(path, 1) if node.meta.empty else node.meta.line
        self._problems.append(Problem(path, code, rule, got, fix, f"{self._name}:{line}"))


def _trees(node: Any) -> list[Any]:
    """Return what a node is made of, without punctuation, line ends and comments."""
    return [child for child in node.children if hasattr(child, "data") and str(child.data) != "new_line_or_comment"]


def _only(node: Any, kind: str) -> Any:
    return next(child for child in _trees(node) if child.data == kind)


def _scalar(source: str) -> object:
    """Return the value of a literal that is neither a list nor a mapping."""
    if source in _WORDS:
        return _WORDS[source]
    try:
        if _NUMBER.fullmatch(source):
            number = source.replace(" ", "")
            return int(number) if number.lstrip("-").isdigit() else json.loads(number)
        if len(source) > 1 and source[0] == source[-1] == '"':
            return _IN_QUOTES.sub(_unescaped, source[1:-1])
    except (OverflowError, ValueError) as error:  # too many digits, or no character of that number
        raise _NoLiteralError from error
    if heredoc := _HEREDOC.fullmatch(source):
        body = _IN_HEREDOC.sub(_unescaped, heredoc[3] or "")
        return "".join(_dedented(body)) if heredoc[1] else body
    raise _NoLiteralError


def _unescaped(found: re.Match[str]) -> str:
    text = found[0]
    if text in ("$${", "%%{"):
        return text[1:]
    if text in ("${", "%{", "\\", '"'):
        raise _NoLiteralError
    return _ESCAPES.get(text[1]) or chr(int(text[2:], 16))


def _dedented(body: str) -> Iterator[str]:
    """Yield the lines of a heredoc of the form `<<-` without the indentation that they share."""
    lines = body.splitlines(keepends=True)
    indents = [len(line) - len(line.lstrip(" \t")) for line in lines]
    shared = min((indent for indent, line in zip(indents, lines, strict=True) if line.strip()), default=0)
    yield from (line[min(shared, indent) :] for indent, line in zip(indents, lines, strict=True))
