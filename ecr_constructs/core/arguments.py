"""Values of the wrong type, told from the types that a signature or a value object declares.

There is one gate for all of them: what a function declares is what it takes. A token passes where what it stands for
may be known only later, which a declared `bool` is not. What looks into a value, such as whether a text is a region, is
the matter of the checks that come after it.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecr_constructs.core.shapes import shape_of
from ecr_constructs.errors import Problem

__all__ = ["Gate", "gate_of"]


class Gate:
    """The types that a function declares for its arguments."""

    def __init__(self, function: Callable[..., Any]) -> None:
        """Read a function's declared types; `self` and `cls` are its first parameter and not looked at."""
        # What is taken by any name is handed on, and looked at where it arrives.
        parameters = [
            each for each in inspect.signature(function).parameters.values() if each.kind is not each.VAR_KEYWORD
        ]
        declared = types.SimpleNamespace(
            __annotations__={each.name: each.annotation for each in parameters if each.annotation is not each.empty}
        )
        hints = typing.get_type_hints(
            typing.cast("Any", declared),
            globalns=function.__globals__,
        )
        self._by_name = {name: shape_of(hint) for name, hint in hints.items()}
        self._positional = [
            each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
        ]
        self._rest = next((each.name for each in parameters if each.kind is each.VAR_POSITIONAL), None)

    def problems(self, args: Sequence[object], kwargs: Mapping[str, object]) -> list[Problem]:
        """Return every argument of the wrong type, each at its name.

        Args:
            args: Positional arguments, the first of them `self` or `cls` where the function has that.
            kwargs: Arguments by name.
        """
        problems: list[Problem] = []
        by_name, count = self._by_name, len(self._positional)
        for name, value in zip(self._positional, args, strict=False):
            if name in by_name:
                problems += by_name[name].problems(value, (name,))
        if self._rest is not None and len(args) > count:
            shape = by_name[self._rest]
            for index, value in enumerate(args[count:]):
                problems += shape.problems(value, (self._rest, index))
        for name, value in kwargs.items():
            if name in by_name:
                problems += by_name[name].problems(value, (name,))
        return problems


@functools.cache
def gate_of(function: Callable[..., Any]) -> Gate:
    """Return the gate of a function, which is made once."""
    return Gate(function)
