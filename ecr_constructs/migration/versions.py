"""The versions of the environment file, and what each of them changed in it.

The numbers are those of a format that also described networks, databases and domains. Of its steps up to the current
version one concerns repositories, so a file is brought from any version by that step alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from ecr_constructs.errors import Problem, show
from ecr_constructs.migration.edit import Value

__all__ = ["CURRENT", "NEWEST_FOREIGN", "Plan", "Step", "check_version", "is_said", "plan_migration", "strategy_of"]

CURRENT = 7
"""The version of the files that this package reads."""

NEWEST_FOREIGN = 12
"""The newest version of the meroku layout that is understood."""

_VERSION = "schema_version"
_STRATEGY = "ecr_strategy"
_SOURCE = ("ecr_account_id", "ecr_account_region")

_Change = tuple[dict[str, Value], list[str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What one version changed.

    Attributes:
        version: The version that it leads to.
        about: What it concerns.
        change: Returns new values of top-level keys, and a note on each; None where it concerns no repository.
    """

    version: int
    about: str
    change: Callable[[Mapping[str, object]], _Change] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """How a file comes to the current version.

    Attributes:
        version: The version that the file says, None if it says none.
        changes: New values of top-level keys; None removes one. Empty where nothing is to do.
        notes: What is changed and why, a line each.
    """

    version: int | None
    changes: dict[str, Value]
    notes: list[str]


def is_said(value: object) -> bool:
    """Return whether a value says anything: null and empty text do not."""
    return value is not None and value != ""


def strategy_of(data: Mapping[str, object]) -> tuple[str, str]:
    """Return the strategy of a file that does not say one, and the reason for it.

    Development makes its own repositories; any other environment that names an account for them refers to those.
    """
    if data.get("env") == "dev":
        return "local", "env is dev"
    if is_said(data.get("ecr_account_id")):
        return "cross_account", "ecr_account_id is set"
    return "local", "ecr_account_id is not set"


def _say_strategy(data: Mapping[str, object]) -> _Change:
    changes: dict[str, Value] = {}
    notes: list[str] = []
    strategy = data.get(_STRATEGY)
    if not is_said(strategy):
        strategy, reason = strategy_of(data)
        changes[_STRATEGY] = strategy
        notes.append(f"{_STRATEGY}: {strategy}, because {reason}")
    unused = [key for key in _SOURCE if key in data] if strategy == "local" else []
    changes |= dict.fromkeys(unused)
    notes += [f"{key} is removed: with ecr_strategy: local it means nothing" for key in unused]
    return changes, notes


STEPS = (
    Step(2, "databases"),
    Step(3, "DNS"),
    Step(4, "scaling of the backend"),
    Step(5, "account and profile"),
    Step(6, "networks"),
    Step(7, "where the repositories are", _say_strategy),
)
"""Every version after the first, in order."""


def check_version(data: Mapping[str, object], *, newest: int = CURRENT) -> list[Problem]:
    """Check that a file says a version that is known, or none."""
    if _VERSION not in data:
        return []
    version = data[_VERSION]
    rule = f"must be a whole number from 1 to {newest}"
    if not isinstance(version, int) or isinstance(version, bool):
        return [Problem((_VERSION,), "schema-version", rule, show(version), "Write the number, without quotes.")]
    if version > newest:
        fix = "It was made for a newer release of this package, or for another program: leave it as it is."
        return [Problem((_VERSION,), "schema-version", rule, show(version), fix)]
    return [] if version >= 1 else [Problem((_VERSION,), "schema-version", rule, show(version), f"Use {CURRENT}.")]


def plan_migration(data: Mapping[str, object]) -> Plan:
    """Return how a file comes to the current version.

    A file without a version counts as the oldest. That changes the meaning of none that is right as the current
    version: one that leaves out `ecr_strategy` there means local, and must not have an `ecr_account_id`.

    Args:
        data: What the file says; `check_version` found nothing wrong with it.
    """
    version = data.get(_VERSION)
    said = version if isinstance(version, int) else None
    if said == CURRENT:
        return Plan(said, {}, [])
    plan = Plan(said, {_VERSION: CURRENT}, [f"{_VERSION}: {CURRENT}, was {'not said' if said is None else said}"])
    for step in STEPS:
        if step.version > (said or 1) and step.change is not None:
            changes, notes = step.change(data)
            plan.changes.update(changes)
            plan.notes.extend(notes)
    return plan
