"""What a value must be by the type that is declared for it, in words and as a test."""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ecr_constructs.core.lifecycle import LifecycleRule
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["Shape", "shape_of"]

_CODE = "argument-type"
# Its mistakes have words of their own, also those of type: `core.lifecycle.check_rules`.
_JUDGED_ELSEWHERE = (LifecycleRule,)
_WORDS = {str: "text", bool: "True or False", int: "a whole number", float: "a number", bytes: "bytes"}


class Shape:
    """What a value must be, in words and as a test."""

    words = "anything"

    def problems(self, value: object, path: KeyPath) -> list[Problem]:  # noqa: ARG002 - what the others look at
        """Return what is wrong with the type of a value, or of what is in it."""
        return []

    def wrong(self, value: object, path: KeyPath) -> list[Problem]:
        """Return the problem of a value that is none of these at all."""
        return [Problem(path, _CODE, f"must be {self.words}", _show(value), _fix(self, value))]


_ANYTHING = Shape()


class _Class(Shape):
    """An instance of a class."""

    def __init__(self, kind: type[Any]) -> None:
        self.kind = kind
        self.words = _WORDS.get(kind) or _a(kind.__name__)

    def problems(self, value: object, path: KeyPath) -> list[Problem]:
        return [] if isinstance(value, self.kind) else self.wrong(value, path)


class _Truth(_Class):
    def problems(self, value: object, path: KeyPath) -> list[Problem]:
        if is_unresolved(value):
            fix = "Write True or False: what is made depends on it."
            return [Problem(path, "known-at-synthesis", "must be known at synthesis", "a token", fix)]
        return super().problems(value, path)


class _Number(_Class):
    def problems(self, value: object, path: KeyPath) -> list[Problem]:
        right = isinstance(value, self.kind if self.kind is int else int | float) and not isinstance(value, bool)
        return [] if right and math.isfinite(typing.cast("float", value)) else self.wrong(value, path)


class _Token(Shape):
    """What Terraform knows only later."""

    words = "a token"

    def problems(self, value: object, path: KeyPath) -> list[Problem]:
        return [] if is_unresolved(value) else self.wrong(value, path)


class _Record(_Class):
    """A value object, with the types of its fields."""

    @functools.cached_property
    def fields(self) -> dict[str, Shape]:
        hints = typing.get_type_hints(self.kind)
        return {field.name: shape_of(hints[field.name]) for field in dataclasses.fields(self.kind)}

    def problems(self, value: object, path: KeyPath) -> list[Problem]:
        if not isinstance(value, self.kind):
            return self.wrong(value, path)
        return [
            problem
            for name, shape in self.fields.items()
            for problem in shape.problems(getattr(value, name), (*path, name))
        ]


class _List(Shape):
    """Several values in order; text is one value."""

    def __init__(self, entries: Shape) -> None:
        self.entries = entries
        self.words = "a list" if entries is _ANYTHING else f"a list, each entry {entries.words}"

    def problems(self, value: object, path: KeyPath) -> list[Problem]:
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Collection):
            return self.wrong(value, path)
        if self.entries is _ANYTHING:
            return []
        return [problem for index, each in enumerate(value) for problem in self.entries.problems(each, (*path, index))]


class _Mapping(Shape):
    """Values by key."""

    def __init__(self, keys: Shape, values: Shape) -> None:
        self.keys, self.values = keys, values
        self.words = "a mapping" if values is _ANYTHING else f"a mapping of {keys.words} to {values.words}"

    def problems(self, value: object, path: KeyPath) -> list[Problem]:
        if not isinstance(value, Mapping):
            return self.wrong(value, path)
        problems = []
        for key, each in value.items():
            place = (*path, key if isinstance(key, str | int) else str(key))
            problems += self.keys.problems(key, place) or self.values.problems(each, place)
        return problems


class _Either(Shape):
    """Any of several."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        # A token is asked first: it must not be refused as a truth value.
        self.shapes = sorted(shapes, key=lambda shape: not isinstance(shape, _Token))
        self.words = " or ".join(dict.fromkeys(shape.words for shape in shapes))

    def problems(self, value: object, path: KeyPath) -> list[Problem]:
        telling: list[Problem] = []
        for shape in self.shapes:
            found = shape.problems(value, path)
            if not found:
                return []
            # A value of the right kind with something wrong inside is told by that, and a token as one.
            if any(problem.path != path or problem.code != _CODE for problem in found):
                telling = telling or found
        return telling or self.wrong(value, path)


class _Nothing(Shape):
    words = "None"

    def problems(self, value: object, path: KeyPath) -> list[Problem]:
        return [] if value is None else self.wrong(value, path)


def shape_of(hint: Any) -> Shape:
    """Return the shape of what a type hint declares."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        shapes = [shape_of(each) for each in arguments]
        return _ANYTHING if _ANYTHING in shapes else _Either(shapes)
    if hint is None or hint is types.NoneType:
        return _Nothing()
    if hint is Any or hint is object:
        return _ANYTHING
    if origin is typing.Literal:
        return _Class(str)  # which words there are, the checks of the values say, with what was probably meant
    if isinstance(hint, typing.NewType):
        return shape_of(hint.__supertype__)
    kind = origin or hint
    if not isinstance(kind, type):
        raise TypeError(f"no gate knows the type {hint!r}")
    if issubclass(kind, Mapping):
        return _Mapping(*map(shape_of, arguments)) if arguments else _Mapping(_ANYTHING, _ANYTHING)
    if kind is not str and kind is not bytes and issubclass(kind, Iterable) and not hasattr(kind, "resolve"):
        return _List(shape_of(arguments[0]) if arguments else _ANYTHING)
    return _plain(kind)


def _plain(kind: type[Any]) -> Shape:
    if hasattr(kind, "resolve") and getattr(kind, "_is_protocol", False):
        return _Token()
    if getattr(kind, "_is_protocol", False):
        return _ANYTHING  # whoever reads it says what it lacks
    if kind is bool:
        return _Truth(kind)
    if kind in (int, float):
        return _Number(kind)
    if kind.__module__.startswith("ecr_constructs.core.") and kind not in _JUDGED_ELSEWHERE:
        return _Record(kind)
    return _Class(kind)


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


def _show(value: object) -> str:
    """Return a value as text, or its class where its text would say little."""
    plain = value is None or isinstance(value, str | int | float | bool | list | tuple | dict)
    return show(value) if plain else _a(type(value).__name__)


def _fix(shape: Shape, value: object) -> str:
    """Return what to do, by what was probably meant."""
    kinds = shape.shapes if isinstance(shape, _Either) else [shape]
    if any(isinstance(each, _List) for each in kinds) and isinstance(value, str):
        return f"Write [{show(value)}]: text is no list of its letters."
    if any(isinstance(each, _Truth) for each in kinds) and str(value).lower() in ("true", "false", "yes", "no"):
        return "Write True or False, without quotes."
    if is_unresolved(value) and not isinstance(value, str):
        return "Give the token as such a value: Token.as_string, Token.as_number or Token.as_list."
    if any(isinstance(each, _Class) and each.kind is str for each in kinds) and isinstance(value, int | float):
        return "Put it in quotes."
    records = [each.kind.__name__ for each in kinds if isinstance(each, _Class) and each.kind not in _WORDS]
    if records:
        return f"Give the {' or the '.join(records)} itself."
    return f"Give {shape.words}."
