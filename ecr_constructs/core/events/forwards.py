"""Pushes that a registry hands on to the event bus of another account or region.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html. The events arrive as they are,
with the account and region that they come from.
"""

from __future__ import annotations

import dataclasses

from ecr_constructs.core.events.patterns import pushed_anywhere
from ecr_constructs.core.events.reach import bus_arn
from ecr_constructs.core.events.rules import DEFAULT_BUS, EventRuleSettings
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.places import KnownPlace, Place
from ecr_constructs.errors import Problem

__all__ = ["EventForward"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EventForward:
    """Pushes that are handed on.

    Attributes:
        rule_name: Name of the rule.
        environment: Name of the environment that they are for.
        account_id: Account of the repositories.
        region: Region of the repositories.
        repository_names: The repositories.
        tags: Tags whose pushes are meant.
        to: Account and region of the bus.
        event_bus_name: The bus.
    """

    rule_name: str
    environment: str
    account_id: str
    region: str
    repository_names: tuple[str, ...]
    tags: tuple[str, ...]
    to: KnownPlace
    event_bus_name: str = DEFAULT_BUS

    @property
    def rule(self) -> EventRuleSettings:
        """The rule that hands them on."""
        pattern = pushed_anywhere(self.repository_names, self.tags, account_id=self.account_id, region=self.region)
        return EventRuleSettings(
            name=self.rule_name,
            description=f"Pushes that deploy {self.environment}",
            event_pattern=pattern,
            target=EventTarget(arn=bus_arn(self.to, self.event_bus_name)),
        )

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that it breaks."""
        return self.rule.problems(place)
