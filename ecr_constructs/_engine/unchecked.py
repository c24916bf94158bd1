"""Resources whose arguments are made here, without the checks of their types that the bindings do in Python.

Those checks are more than half of what a resource costs. They are for a caller's mistakes; what our own code passes,
mypy has checked, and the kernel refuses a wrong type in any case.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import jsii

__all__ = ["unchecked"]

_log = logging.getLogger(__name__)
_quick: dict[Any, Any] = {}

P = ParamSpec("P")
T = TypeVar("T")


def unchecked(binding: Callable[P, T]) -> Callable[P, T]:
    """Return what makes the same resource as a class of the bindings, at less than half of the cost.

    It is called as the class is, with structs as objects, not as dicts. The first resource of a class is made with all
    checks, and shows whether the bindings are built as is known here; if not, they go on as they are: slower, and
    nothing else.
    """
    return cast("Callable[P, T]", _quick.get(binding) or _first(binding))


def _first(binding: Any) -> Callable[..., Any]:
    def make(scope: Any, id_: str, **arguments: Any) -> Any:
        resource = binding(scope, id_, **arguments)
        _quick[binding] = _unchecked_class(binding, arguments) or binding
        return resource

    return make


def _unchecked_class(binding: Any, example: dict[str, Any]) -> Any:
    try:
        config = getattr(sys.modules[binding.__module__], f"{binding.__name__}Config")
        known = vars(config(**example)) == vars(_filled(config, example))
    except Exception:  # noqa: BLE001 - the bindings' own way needs none of this, whatever the reason
        known = False
    if not known:
        _log.debug("%s has a form that is not known: it goes on checking its arguments", binding)
        return None

    def __init__(self: Any, scope: Any, id_: str, **arguments: Any) -> None:  # noqa: N807
        jsii.create(binding, self, [scope, id_, _filled(config, arguments)])

    return type(binding)(binding.__name__, (binding,), {"__init__": __init__, "__module__": binding.__module__})


def _filled(config: Any, arguments: dict[str, Any]) -> Any:
    """Return a struct with these values, as its own `__init__` would leave it."""
    struct = config.__new__(config)
    struct._values = {name: value for name, value in arguments.items() if value is not None}
    return struct
