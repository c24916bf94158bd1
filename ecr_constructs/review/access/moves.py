"""What was decided on both sides of a change, one beside the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ecr_constructs.core.evaluation.evaluate import Decision
from ecr_constructs.core.evaluation.truth import Truth

__all__ = ["RANK", "Move"]

RANK: Final[Mapping[Truth, int]] = MappingProxyType({False: 0, None: 1, True: 2})
"""How much an answer allows: what is not known counts as more than nothing, and less than all."""


@dataclasses.dataclass(frozen=True, slots=True)
class Move:
    """What was decided of an ability on both sides.

    Attributes:
        before: Before.
        after: After.
        situation: The conditions under which it differs, where it depends on conditions on both sides.
        actions: The actions that differ, where that is not so of all that the ability takes.
        is_alone: Whether nothing but these actions differs, which are no ability.
    """

    before: Decision
    after: Decision
    situation: str = ""
    actions: tuple[str, ...] = ()
    is_alone: bool = False

    @property
    def opens(self) -> bool:
        """Whether more is allowed than before, or maybe."""
        return self.is_other or RANK[self.after.truth] > RANK[self.before.truth]

    @property
    def is_other(self) -> bool:
        """Whether it depends on something else than before, of which it is not known whether that is more."""
        return self.before.truth is None and self.after.truth is None

    @property
    def closes(self) -> bool:
        """Whether less is allowed than before."""
        return RANK[self.after.truth] < RANK[self.before.truth]
