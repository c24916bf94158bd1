"""The door of the constructs: what is not of the type that a signature declares goes no further."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ecr_constructs._engine.door import Construct
from ecr_constructs._engine.which import refuse_others
from ecr_constructs.core.arguments import gate_of
from ecr_constructs.errors import raise_problems

__all__ = ["checks_arguments"]

_T = TypeVar("_T", bound=type)


def checks_arguments(cls: _T) -> _T:
    """Have the constructor and the public methods of a class refuse arguments of the wrong type, all at once.

    The types are those of the signatures. Every public class of constructs is decorated with this; its own checks then
    look at values of the right type alone.
    """
    for name, member in list(vars(cls).items()):
        if name.startswith("_") and name != "__init__":
            continue
        if isinstance(member, types.FunctionType):
            setattr(cls, name, _gated(member))
        elif isinstance(member, classmethod | staticmethod):
            setattr(cls, name, type(member)(_gated(member.__func__)))
    return cls


def _gated(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def gated(*args: Any, **kwargs: Any) -> Any:
        problems = gate_of(function).problems(args, kwargs)
        if problems:
            refuse_others(*args, *kwargs.values())
            raise_problems(problems, source=_place(function, args, kwargs))
        return function(*args, **kwargs)

    return gated


def _place(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Return the path of the construct that a call makes, or of the one that it belongs to."""
    given = inspect.signature(function).bind_partial(*args, **kwargs).arguments
    first = args[0] if args else None
    if "scope" not in given:
        return first.node.path if isinstance(first, Construct) else function.__qualname__
    scope = given["scope"].node.path if isinstance(given["scope"], Construct) else "?"
    return f"{scope}/{given['id']}" if "id" in given else scope
