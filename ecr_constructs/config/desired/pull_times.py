"""Whose pulls are not to be recorded."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.registry.pull_times import EXCLUDED_ARN, PullTimeExclusion, exclusion_address

__all__ = ["pull_exclusions_of"]


def pull_exclusions_of(environment: Environment) -> Iterator[Wanted]:
    """Return the roles and users whose pulls are not recorded, each by itself and sorted, so that no order matters."""
    said = environment.settings.ecr_pull_time_update_exclusions
    for arn, index in sorted((arn, index) for index, arn in enumerate(said)):
        # What is none has no name, and is refused before anything is made of it.
        address = exclusion_address(arn) if EXCLUDED_ARN.fullmatch(arn) else ""
        value = PullTimeExclusion(principal_arn=arn)
        yield Wanted(
            value=value,
            path=("ecr_pull_time_update_exclusions", index),
            construct="PullTimeUpdateExclusion",
            id=f"Exclusion_{address}",
            logical_id=address,
            keywords=keywords_of(value),
            paths={"principal_arn": ()},
            names=(("pull time update exclusion", arn, ()),),
        )
