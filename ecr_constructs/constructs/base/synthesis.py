"""What is left to do when nothing more can be added to an app."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable

from ecr_constructs._engine.door import Annotations, Aspects, Construct, IAspect, IConstruct, implements
from ecr_constructs.errors import Problem

__all__ = ["at_synthesis", "is_said", "mark_said", "point_out", "warn"]

_said: weakref.WeakKeyDictionary[IConstruct, set[tuple[str, str]]] = weakref.WeakKeyDictionary()


def at_synthesis(construct: Construct, act: Callable[[], None]) -> None:
    """Have something called at each synthesis of a construct, when everything has contributed to it."""
    Aspects.of(construct).add(_AtSynthesis(construct, act))


def mark_said(construct: Construct, notices: Iterable[Problem]) -> None:
    """Note what was pointed out already of a construct and all that is in it, so that `warn` does not repeat it."""
    _said.setdefault(construct, set()).update((notice.code, notice.rule) for notice in notices)


def is_said(construct: Construct, notice: Problem) -> bool:
    """Tell whether a notice was pointed out of what a construct is in."""
    return any((notice.code, notice.rule) in _said.get(scope, ()) for scope in construct.node.scopes)


def warn(construct: Construct, notice: Problem) -> None:
    """Attach a notice to a construct, once however often the app is synthesised, unless it was said elsewhere."""
    if is_said(construct, notice):
        return
    _annotate(construct, f"{notice.sentence} [{notice.code}]", notice)


def point_out(construct: Construct, notices: Iterable[Problem]) -> None:
    """Attach what was found before there was a construct, each with the place where it was found."""
    for notice in notices:
        _annotate(construct, str(notice), notice)


def _annotate(construct: Construct, text: str, notice: Problem) -> None:
    if all(entry.data != text for entry in construct.node.metadata):
        annotations = Annotations.of(construct)
        (annotations.add_warning if notice.severity == "warning" else annotations.add_info)(text)


@implements(IAspect)
class _AtSynthesis:
    def __init__(self, construct: Construct, act: Callable[[], None]) -> None:
        self._construct = construct
        self._act = act

    def visit(self, node: IConstruct) -> None:
        # CDKTF comes along at every construct below as well.
        if node is self._construct:
            self._act()
