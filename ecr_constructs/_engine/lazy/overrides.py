"""Which methods of the engine a construct's class overrides: looked up once for each class, and not for each construct.

jsii goes through all members of the class each time that a construct is made, so that JavaScript calls back into Python
for what is overridden. For a class of a hundred members that takes as long as the call itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecr_constructs._engine.lazy.best_effort import best_effort

__all__ = ["look_up_once", "looking_up_once"]

Lookup = Callable[[Any, Any], list[Any]]


def look_up_once() -> None:
    """Have jsii remember what it found."""
    with best_effort("remembering what classes override"):
        from jsii import _kernel

        if not hasattr(_kernel._get_overides, "__wrapped__"):
            _kernel._get_overides = looking_up_once(_kernel._get_overides)  # type: ignore[assignment]


def looking_up_once(find: Lookup) -> Lookup:
    """Return a lookup that goes through a class again only after it has got or lost a member, as a test may do it."""
    known: dict[tuple[Any, ...], list[Any]] = {}

    def looked_up(klass: Any, construct: Any) -> list[Any]:
        own = type(construct)
        # Where jsii stops looking: what comes after is of the engine itself.
        members = tuple(len(vars(each)) for each in own.__mro__ if vars(each).get("__jsii_declared_type__") is None)
        key = (klass, own, members)
        if key not in known:
            known[key] = find(klass, construct)
        return known[key]

    looked_up.__wrapped__ = find  # type: ignore[attr-defined]
    return looked_up
