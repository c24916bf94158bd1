"""Codes of problems as the package's source gives them, each with the severity and the place of its `Problem`.

Where a code is no text in the call itself, it is followed to where it comes from: through variables, loops over tables,
f-strings, and the parameters of functions to all that calls them.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
from collections.abc import Iterator
from pathlib import Path

from ecr_constructs.errors import Problem

__all__ = ["Given", "given_codes"]

ROOT = Path(__file__).parents[2]
FIELDS = [field.name for field in dataclasses.fields(Problem)]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# What a consequence of a change is in the catalogue: a file may acknowledge each.
OF_A_REVIEW = {"danger": "warning", "attention": "warning", "note": "notice"}


@dataclasses.dataclass(frozen=True)
class Given:
    """A code, the severity that its problem is made with (None where that is another's), and where."""

    code: str
    severity: str | None
    place: str


@functools.cache
def given_codes() -> frozenset[Given]:
    """Return every code that is given to a problem somewhere in the package."""
    return frozenset(_Package().given())


class _Package:
    """The source of the package, with what each part of it is part of."""

    def __init__(self) -> None:
        self.parents: dict[ast.AST, ast.AST] = {}
        self.files: dict[ast.AST, str] = {}
        self.calls: dict[str, list[ast.Call]] = {}
        for file in sorted((ROOT / "ecr_constructs").rglob("*.py")):
            module = ast.parse(file.read_text(encoding="utf-8"))
            self.files[module] = file.relative_to(ROOT).as_posix()
            for node in ast.walk(module):
                self.parents.update(dict.fromkeys(ast.iter_child_nodes(node), node))
                if isinstance(node, ast.Call):
                    self.calls.setdefault(_name_of(node.func), []).append(node)

    def given(self) -> Iterator[Given]:
        for name, positions in (("Problem", FIELDS), ("replace", [])):
            for call in self.calls[name]:
                code = _argument(call, "code", positions)
                if code is not None and not _is_handed_on(code):
                    severity = _argument(call, "severity", positions) if positions else ast.Constant(None)
                    for text in self.texts(code):
                        for how in {"error"} if severity is None else self.constants(severity):
                            yield Given(text, how, self.place(call))
        for call in self.calls["Finding"]:  # a consequence of a change; how grave it is may be a matter of judgement
            code, severity = (_argument(call, name, []) for name in ("code", "severity"))
            if code is not None and severity is not None:
                known = isinstance(severity, ast.Constant | ast.IfExp)
                for how in self.constants(severity) if known else {None}:
                    yield from (Given(text, OF_A_REVIEW.get(how), self.place(call)) for text in self.texts(code))

    def texts(self, node: ast.AST) -> set[str]:
        """Return every text that an expression may stand for."""
        return {text for text in self.constants(node) if text is not None}

    def constants(self, node: ast.AST) -> set[str | None]:
        match node:
            case ast.Constant(str() | None as value):
                return {value}
            case ast.Name() | ast.IfExp():
                return {text for each in self.alternatives(node) for text in self.constants(each)}
            case ast.FormattedValue(value):
                return self.constants(value)
            case ast.JoinedStr(parts):
                found = {""}
                for part in parts:
                    found = {f"{before}{text}" for before in found for text in self.texts(part)}
                return {*found}
            case ast.Call(ast.Attribute(value, "replace"), [ast.Constant(str() as old), ast.Constant(str() as new)]):
                return {text.replace(old, new) for text in self.texts(value)}
        raise AssertionError(f"{self.place(node)}: where does {ast.unparse(node)} come from?")

    def alternatives(self, node: ast.AST) -> Iterator[ast.AST]:
        """Return every expression that this one may stand for, without names in it."""
        match node:
            case ast.Name(name):
                for each in self.bound(name, node):
                    yield from self.alternatives(each)
            case ast.IfExp(_, one, other):
                yield from self.alternatives(one)
                yield from self.alternatives(other)
            case ast.Subscript(ast.Dict(_, values)):
                yield from values
            case ast.Attribute(_, name):  # a field: whatever is given by that name
                found = [
                    keyword.value
                    for calls in self.calls.values()
                    for call in calls
                    for keyword in call.keywords
                    if keyword.arg == name
                ]
                for each in found:
                    yield from self.alternatives(each)
            case _:
                yield node

    def entries(self, node: ast.AST) -> Iterator[ast.AST]:
        """Return what a loop over an expression takes one after the other."""
        match node:
            case ast.Call(ast.Attribute(ast.Name(name), "items")):
                for call in self.calls["setdefault"]:
                    if self.scope(call) is self.scope(node) and ast.unparse(call.func) == f"{name}.setdefault":
                        yield ast.Tuple(call.args)
            case ast.Name():
                for each in self.alternatives(node):
                    yield from self.entries(each)
            case ast.Tuple(entries) | ast.List(entries):
                yield from entries

    def bound(self, name: str, at: ast.AST) -> Iterator[ast.AST]:
        """Return what a name is given in the innermost scope that has it."""
        scope: ast.AST | None = self.scope(at)
        while scope is not None:
            found = [*self.parameter(name, scope), *self.assigned(name, scope)]
            if found:
                yield from found
                return
            scope = self.scope(scope) if scope in self.parents else None
        raise AssertionError(f"{self.place(at)}: where does {name} come from?")

    def parameter(self, name: str, scope: ast.AST) -> Iterator[ast.AST]:
        """Return what is given to the parameter of a function by all that calls it."""
        if not isinstance(scope, FUNCTIONS):
            return
        positions = [each.arg for each in (*scope.args.posonlyargs, *scope.args.args)]
        if name not in (*positions, *(each.arg for each in scope.args.kwonlyargs)):
            return
        private = scope.name.startswith("_")
        for call in self.calls.get(scope.name, []):
            if not private or self.module(call) is self.module(scope):
                given = _argument(call, name, positions[1:] if positions[:1] in (["self"], ["cls"]) else positions)
                if given is not None:
                    yield given

    def assigned(self, name: str, scope: ast.AST) -> Iterator[ast.AST]:
        for node in ast.walk(scope):
            if node is scope or self.scope(node) is not scope:
                continue
            match node:
                case ast.Assign([target], value) | ast.AnnAssign(target, _, ast.AST() as value):
                    yield from self.matched(name, target, [value])
                case ast.For(target, over) | ast.comprehension(target, over):
                    if name in {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}:
                        yield from self.matched(name, target, [*self.entries(over)])

    def matched(self, name: str, target: ast.AST, values: list[ast.AST]) -> Iterator[ast.AST]:
        """Return what a name gets where these values are assigned to a target with that name in it."""
        match target:
            case ast.Name() if target.id == name:
                yield from values
            case ast.Tuple(parts):
                for number, part in enumerate(parts):
                    if name in {each.id for each in ast.walk(part) if isinstance(each, ast.Name)}:
                        rows = [row for value in values for row in self.alternatives(value)]
                        inner = [row.elts[number] for row in rows if isinstance(row, ast.Tuple)]
                        yield from self.matched(name, part, inner)

    def scope(self, node: ast.AST) -> ast.AST:
        """Return the function that a node is in, or the module."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, FUNCTIONS):
                return node
        return node

    def module(self, node: ast.AST) -> ast.AST:
        while node in self.parents:
            node = self.parents[node]
        return node

    def place(self, node: ast.AST) -> str:
        return f"{self.files[self.module(node)]}:{node.lineno}"


def _is_handed_on(code: ast.AST) -> bool:
    """Whether it is the code of something that has one already."""
    return isinstance(code, ast.Attribute) and code.attr == "code"


def _name_of(callee: ast.AST) -> str:
    return callee.id if isinstance(callee, ast.Name) else callee.attr if isinstance(callee, ast.Attribute) else ""


def _argument(call: ast.Call, name: str, positions: list[str]) -> ast.AST | None:
    """Return what a call gives to a parameter, if it does."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    given = dict(zip(positions, call.args, strict=False))
    return given.get(name)
