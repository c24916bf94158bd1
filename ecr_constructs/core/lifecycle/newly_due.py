"""By which ages and numbers a rule finds an image due that another one does not."""

from __future__ import annotations

import dataclasses
from typing import Final

from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.trap import MORE_THAN_A_REPOSITORY_HOLDS

__all__ = ["Plan", "plan_of"]

_COUNT: Final = "imageCountMoreThan"
_PULLED: Final = "sinceImagePulled"
# Days; Amazon ECR is of 2015.
_OLDEST: Final = 100_000
_ANY_AGE: Final = _OLDEST + 1


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Plan:
    """An image that a rule finds due, beside newer ones, and another one does not.

    Attributes:
        newer: How many newer images the rule has to identify.
        age: Days since it was pushed, or archived.
        pulled: Days since it was last pulled; None where it never was.
        avoids: The other rule, where it must identify none of the newer images.
    """

    newer: int
    age: int
    pulled: int | None = None
    avoids: LifecycleRule | None = dataclasses.field(default=None, compare=False)


def plan_of(rule: LifecycleRule, other: LifecycleRule | None, action: str) -> Plan | None:
    """Return an image that one rule lets go and another one does not, where both identify it first.

    Args:
        rule: The rule, of that action.
        other: The other one, of the same storage class; None where there is none.
        action: How the image goes.

    Returns:
        The image, with as few newer ones and as young as can be; None where there is none by the numbers of the rules.
    """
    number = int(rule.count_number)
    # What the other rule archives is not expired by it, whether it finds it due or not.
    holding = None if other is None or (action == "expire" and other.action_type == "transition") else other
    limit = 0 if holding is None else int(holding.count_number)
    if rule.count_type == _COUNT:
        return _counted(number, holding, limit)
    if number >= _OLDEST:
        return None
    youngest = number + 1
    if holding is None or holding.count_type == _COUNT:
        return Plan(0, youngest)  # it is the newest one, of which any number keeps it
    if holding.count_type != _PULLED:
        return Plan(0, youngest) if youngest <= limit else None
    if youngest <= limit:
        return Plan(0, youngest)
    # It is old enough, and was pulled since.
    return None if rule.count_type == _PULLED else Plan(0, youngest, pulled=1)


def _counted(number: int, holding: LifecycleRule | None, limit: int) -> Plan | None:
    if number >= MORE_THAN_A_REPOSITORY_HOLDS:
        return None
    age = number + 1
    if holding is None:
        return Plan(number, age)
    if holding.count_type == _COUNT:
        return Plan(number, age, avoids=None if number < limit else holding)
    if holding.count_type == _PULLED and age > limit:
        return Plan(number, age, pulled=1)
    return Plan(number, min(age, limit))
