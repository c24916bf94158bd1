"""The lifecycle rules of one repository, wherever they come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Literal

from ecr_constructs.core.lifecycle import LifecycleRule, Origin, Shortcuts, compose
from ecr_constructs.errors import Problem

__all__ = ["LifecycleContributions"]

_SHORTCUTS = tuple(field.name for field in dataclasses.fields(Shortcuts))


@dataclasses.dataclass(frozen=True, slots=True)
class _Written:
    rule: LifecycleRule
    origin: Origin
    contributor: str

    def seen_from(self, contributor: str) -> Origin:
        """Return where the rule was written, with its contributor where that is another one."""
        if self.contributor == contributor:
            return self.origin
        return dataclasses.replace(self.origin, path=(self.contributor, *self.origin.path))


class LifecycleContributions:
    """What several places ask of one lifecycle policy.

    Attributes:
        rules: The policy: numbered and sorted, empty as long as nobody has contributed.
    """

    def __init__(self) -> None:
        self.rules: list[LifecycleRule] = []
        self._written: list[_Written] = []
        self._shortcuts = Shortcuts()
        self._givers: dict[str | int, str] = {}  # of the shortcuts, by name

    def add(
        self,
        rules: Iterable[LifecycleRule],
        shortcuts: Shortcuts,
        contributor: str,
        *,
        path: tuple[str, ...] = ("lifecycle_rules",),
        form: Literal["fields", "json"] = "fields",
    ) -> list[Problem]:
        """Add what one place contributes.

        Args:
            rules: Rules that are written out.
            shortcuts: Retention in single values, each to be given by one contributor alone.
            contributor: Path of the construct, by which messages to others name it.
            path: Where the contributor was given the rules.
            form: How they were written there.

        Returns:
            What is wrong, alone or with all that came before; then nothing is added.
        """
        first = sum(each.contributor == contributor for each in self._written)
        added = [
            _Written(rule, Origin((*path, index), form), contributor) for index, rule in enumerate(rules, start=first)
        ]
        written = [*self._written, *added]
        merged, twice = self._shortcuts.merge(shortcuts)
        composed, problems = compose(
            [each.rule for each in written], merged, origins=[each.seen_from(contributor) for each in written]
        )
        if twice or problems:
            return [
                *(dataclasses.replace(each, fix=f"Remove it here, or in {self._giver(each)}.") for each in twice),
                *(self._seen_from(contributor, each) for each in problems),
            ]
        self.rules, self._written, self._shortcuts = composed, written, merged
        self._givers.update({name: contributor for name in _SHORTCUTS if getattr(shortcuts, name)})
        return []

    def _giver(self, problem: Problem) -> str | None:
        return self._givers.get(problem.path[0]) if problem.path else None

    def _seen_from(self, contributor: str, problem: Problem) -> Problem:
        giver = self._giver(problem)
        return problem if giver is None or giver == contributor else problem.under(giver)
