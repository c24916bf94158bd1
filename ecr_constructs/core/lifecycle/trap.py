"""Something of a policy that AWS takes and hardly anyone means."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.reach import Kind, asked_by
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem

__all__ = [
    "MORE_THAN_A_REPOSITORY_HOLDS",
    "Said",
    "Trap",
    "all_of",
    "name_of",
    "only_protects",
    "subject_of",
]

Said: TypeAlias = Callable[[KeyPath], bool]
"""Whether someone wrote something at a path."""

MORE_THAN_A_REPOSITORY_HOLDS: Final = 100_000
"""How many images a repository holds unless its quota is raised
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html).
"""

_MORE_DAYS_THAN_ANYTHING_LASTS: Final = 36_500


@dataclasses.dataclass(frozen=True, slots=True)
class Trap:
    """What is to be pointed out of a policy, and the kind of images that shows it.

    Attributes:
        notice: What to say, with a path from the options.
        rule: The rule that it is about; None where it is about what no rule does.
        kind: Images that show it; None where there are none.
        otherwise: The rules that one might take the rule for, where there are such.
    """

    notice: Problem
    rule: LifecycleRule | None = None
    kind: Kind | None = None
    otherwise: tuple[LifecycleRule, ...] = ()


def name_of(rule: LifecycleRule) -> str:
    """Return the name of a rule within a sentence."""
    return f"rule {rule.rule_priority}" + (f' ("{rule.description}")' if rule.description else "")


def subject_of(rule: LifecycleRule) -> str:
    """Return the name of a rule as a sentence begins with it."""
    return f"R{name_of(rule)[1:]}"


def all_of(written: Sequence[WrittenRule]) -> str:
    """Return the names of rules within a sentence."""
    *others, last = (name_of(each.rule) for each in written)
    return f"{', '.join(others)} and {last}" if others else last


def only_protects(rule: LifecycleRule) -> bool:
    """Tell whether a rule acts on nothing and is there to keep images from later ones.

    It keeps more images than a repository holds, any number of those with one tag, which one image has at a time, or
    images of a hundred years.
    """
    number = rule.count_number
    known = not is_unresolved(number) and not isinstance(number, str)
    if rule.count_type != "imageCountMoreThan":
        return known and int(number) >= _MORE_DAYS_THAN_ANYTHING_LASTS
    if rule.tag_status == "tagged" and any(each is not None and "*" not in each for each in asked_by(rule)):
        return True
    return known and int(number) >= MORE_THAN_A_REPOSITORY_HOLDS
