"""A rule of EventBridge with its target, and the names of buses and rules.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from ecr_constructs.core.events.patterns import check_pattern, check_pattern_values
from ecr_constructs.core.events.reach import bus_arn
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.places import Place
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.core.wording import check_wording
from ecr_constructs.errors import Problem, show

__all__ = [
    "BUS_NAME",
    "DEFAULT_BUS",
    "LONGEST_RULE_NAME",
    "EventRuleSettings",
    "check_another_bus",
    "check_bus_name",
    "check_rule_name",
    "rule_arn",
]

DEFAULT_BUS = "default"
"""The bus of an account and region at which the events of AWS's services arrive."""

LONGEST_RULE_NAME = 64
_LONGEST_DESCRIPTION = 512
_RULE_NAME = re.compile(r"[.\-_A-Za-z0-9]+")
BUS_NAME = re.compile(r"[/.\-_A-Za-z0-9]{1,256}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EventRuleSettings:
    """A rule as far as it is checked here; see `EventRule` for what each argument means."""

    event_pattern: Mapping[str, object]
    target: EventTarget
    name: str | None = None
    description: str | None = None
    event_bus_name: str = DEFAULT_BUS

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the arguments break; those of the target begin with `target`."""
        problems = [] if self.name is None else check_rule_name(self.name, "name")
        problems += _check_description(self.description)
        if not self.event_pattern:
            fix = "Say which events are meant."
            problems.append(Problem(("event_pattern",), "event-pattern", "must match something", "nothing", fix))
        problems += check_pattern_values(self.event_pattern, "event_pattern")
        problems += check_pattern(self.event_pattern, "event_pattern", fix="Shorten it, or divide it among rules.")
        problems += check_bus_name(self.event_bus_name, "event_bus_name")
        found = [*self.target.problems(place), *check_another_bus(self.target, place, self.event_bus_name)]
        return [*problems, *(each.under("target") for each in found)]


def check_rule_name(name: str, *path: str | int, longest: int = LONGEST_RULE_NAME) -> list[Problem]:
    """Check the name of a rule: letters, digits, `.`, `-` and `_`.

    Args:
        name: The name, or what the names of several rules begin with.
        *path: Where it is said.
        longest: Most characters; 64 of a whole name.
    """
    if is_unresolved(name) or (len(name) <= longest and _RULE_NAME.fullmatch(name)):
        return []
    rule = f"must be 1 to {longest} letters, digits, '.', '-' and '_'"
    return [Problem(path, "event-rule-name", rule, show(name), "Write it as in shop-dev-deploy.")]


def check_bus_name(name: str, *path: str | int) -> list[Problem]:
    """Check the name of an event bus: 1 to 256 letters, digits, `.`, `-`, `_` and `/`."""
    if is_unresolved(name) or BUS_NAME.fullmatch(name):
        return []
    rule = "must be the name of an event bus: 1 to 256 letters, digits, '.', '-', '_' and '/'"
    return [Problem(path, "event-bus", rule, show(name), "Write its name alone, as in default.")]


def check_another_bus(target: EventTarget, place: Place, event_bus_name: str) -> list[Problem]:
    """Check that events do not go back to the bus that they come from, where they would match again."""
    if target.arn != bus_arn(place, event_bus_name):
        return []
    rule, fix = "must be another event bus than that of the rule", "Send the events elsewhere."
    return [Problem(("arn",), "event-target", rule, show(target.arn), fix)]


def rule_arn(place: Place, name: str, event_bus_name: str = DEFAULT_BUS) -> str:
    """Return the ARN of a rule, or the pattern of several in whose names `*` stands."""
    bus = "" if event_bus_name == DEFAULT_BUS else f"{event_bus_name}/"
    return f"arn:{place.partition}:events:{place.region}:{place.account_id}:rule/{bus}{name}"


def _check_description(description: str | None) -> list[Problem]:
    if description is None or is_unresolved(description):
        return []
    path = ("description",)
    if len(description) > _LONGEST_DESCRIPTION:
        rule = f"must have at most {_LONGEST_DESCRIPTION} characters"
        return [Problem(path, "event-description", rule, f"{len(description):,}", "Shorten it.")]
    return check_wording(description, *path, code="event-description")
