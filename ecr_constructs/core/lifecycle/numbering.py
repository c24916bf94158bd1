"""Giving a priority to the rules that have none."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence

from ecr_constructs.core.lifecycle.field_checks import is_whole_number
from ecr_constructs.core.lifecycle.rule import LifecycleRule

__all__ = ["assign_priorities"]


def assign_priorities(rules: Sequence[LifecycleRule]) -> list[LifecycleRule]:
    """Return the rules in the same order, each with a priority.

    Given priorities are kept. The others take the smallest free numbers from 1 on, in the order in which the rules
    stand; `any` rules come after that, each above every rule of its storage class. Where an `any` rule has a given
    priority, the rules that must stay below it choose first (it never changes the order within a storage class).

    When there is no room below such an `any` rule, numbers above it are taken; `check_rules` reports it.
    """
    numbers = {i: rule.rule_priority for i, rule in enumerate(rules) if is_whole_number(rule.rule_priority)}
    ceilings = {rules[i].selected_class: number for i, number in numbers.items() if rules[i].tag_status == "any"}
    automatic = [i for i in range(len(rules)) if i not in numbers]
    taken = set(numbers.values())
    free = (number for number in itertools.count(1) if number not in taken)

    ordinary = [i for i in automatic if rules[i].tag_status != "any"]
    for i in sorted(ordinary, key=lambda i: ceilings.get(rules[i].selected_class, math.inf)):
        numbers[i] = next(free)
    for i in automatic:
        if rules[i].tag_status == "any":
            below = [numbers[j] for j in numbers if rules[j].selected_class == rules[i].selected_class]
            numbers[i] = next(number for number in free if number > max(below, default=0))
    return [dataclasses.replace(rule, rule_priority=numbers[i]) for i, rule in enumerate(rules)]
