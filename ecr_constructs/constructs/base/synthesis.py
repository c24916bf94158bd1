"""What is left to do when nothing more can be added to an app."""

from __future__ import annotations

from collections.abc import Callable

from ecr_constructs._engine.door import Annotations, Aspects, Construct, IAspect, IConstruct, implements

__all__ = ["at_synthesis", "warn"]


def at_synthesis(construct: Construct, act: Callable[[], None]) -> None:
    """Have something called at each synthesis of a construct, when everything has contributed to it."""
    Aspects.of(construct).add(_AtSynthesis(construct, act))


def warn(construct: Construct, text: str) -> None:
    """Attach a warning to a construct, once however often the app is synthesised."""
    if all(entry.data != text for entry in construct.node.metadata):
        Annotations.of(construct).add_warning(text)


@implements(IAspect)
class _AtSynthesis:
    def __init__(self, construct: Construct, act: Callable[[], None]) -> None:
        self._construct = construct
        self._act = act

    def visit(self, node: IConstruct) -> None:
        # CDKTF comes along at every construct below as well.
        if node is self._construct:
            self._act()
