"""The lifecycle rules of one repository, wherever they come from."""

from __future__ import annotations

import dataclasses

from ecr_constructs.core.lifecycle import (
    LifecycleRule,
    Origin,
    Retention,
    Shortcuts,
    WrittenRule,
    compose_retention,
    compose_written,
)
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
        rules: The policy: numbered and sorted, each rule with where it was written; empty as long as nobody has
            contributed.
    """

    def __init__(self) -> None:
        self.rules: list[WrittenRule] = []
        self._written: list[_Written] = []
        self._shortcuts = Shortcuts()
        self._givers: dict[str | int, str] = {}  # of the shortcuts, by name

    def add(self, retention: Retention, contributor: str) -> list[Problem]:
        """Add what one place contributes.

        Args:
            retention: What is to be kept; each single value is to be given by one contributor alone.
            contributor: Path of the construct, by which messages to others name it.

        Returns:
            What is wrong, alone or with all that came before; then nothing is added.
        """
        rules, shortcuts = [], retention.shortcuts
        if retention.lifecycle_policy is None:
            first = sum(each.contributor == contributor for each in self._written)
            for index, rule in enumerate(retention.lifecycle_rules, start=first):
                rules.append(WrittenRule(rule, Origin(("lifecycle_rules", index))))
        else:
            rules, problems = compose_retention(retention)
            if problems:
                return problems
        written = [*self._written, *(_Written(rule, origin, contributor) for rule, origin in rules)]
        merged, twice = self._shortcuts.merge(shortcuts)
        composed, problems = compose_written(
            [WrittenRule(each.rule, each.seen_from(contributor)) for each in written], merged
        )
        if twice or problems:
            return [
                *(dataclasses.replace(each, fix=f"Remove it here, or in {self._giver(each)}.") for each in twice),
                *(self._seen_from(contributor, each) for each in problems),
            ]
        self.rules, self._written, self._shortcuts = composed, written, merged
        self._givers.update({name: contributor for name in _SHORTCUTS if getattr(shortcuts, name)})
        return []

    @property
    def preset(self) -> str | None:
        """The preset of a contributor."""
        return self._shortcuts.retention

    def _giver(self, problem: Problem) -> str | None:
        return self._givers.get(problem.path[0]) if problem.path else None

    def _seen_from(self, contributor: str, problem: Problem) -> Problem:
        giver = self._giver(problem)
        return problem if giver is None or giver == contributor else problem.under(giver)
