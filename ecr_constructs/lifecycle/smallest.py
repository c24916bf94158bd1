"""The smallest change of a policy by which nothing that is deployed goes."""

from __future__ import annotations

import dataclasses

from ecr_constructs.core.lifecycle.evaluate import Assumptions, Outcome, evaluate, rank
from ecr_constructs.core.lifecycle.origin import Origin
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.lifecycle.preview import Preview

__all__ = ["Change", "smallest_changes"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Another number for a rule.

    Attributes:
        origin: Where the rule was written.
        rule: The rule as it is.
        number: Its `count_number` as it has to be, at least.
    """

    origin: Origin
    rule: LifecycleRule
    number: int


def smallest_changes(preview: Preview, assumptions: Assumptions | None = None) -> list[Change]:
    """Return the smallest numbers of the rules with which everything that is deployed stays, in the order of the rules.

    A number that is raised leaves no image to a later rule, as what an earlier one identifies is shielded; so it is
    enough to raise that of the rule that acts.

    Args:
        preview: What would happen.
        assumptions: What it was made with.
    """
    rules = {each.rule.rule_priority: each.rule for each in preview.written}
    images = [outcome.image for outcome in preview.outcomes]
    ranked = rank(images, at=preview.at, assumptions=assumptions)
    while True:
        outcomes = evaluate(list(rules.values()), images, at=preview.at, assumptions=assumptions)
        lost = [each for each in outcomes if each.action != "keep" and each.image.digest in preview.in_use]
        by_rule: dict[int | None, list[Outcome]] = {}
        for each in lost:
            if each.rule is not None:  # else it goes with its subject, which is deployed as well
                by_rule.setdefault(each.rule.rule_priority, []).append(each)
        needed = {
            priority: ranked[rules[priority].selected_class].number_keeping(
                rules[priority], [each.image for each in found]
            )
            for priority, found in by_rule.items()
        }
        if not needed:
            break
        for priority, number in needed.items():
            rules[priority] = dataclasses.replace(rules[priority], count_number=number)
    return [
        Change(origin=each.origin, rule=each.rule, number=int(rules[each.rule.rule_priority].count_number))
        for each in preview.written
        if rules[each.rule.rule_priority] != each.rule
    ]
