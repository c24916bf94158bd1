"""Whatever becomes one construct of the registry, judged by itself: the core knows the rules of each."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import wanted_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.registry.public import PublicSettings
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.core.wording import line_notices
from ecr_constructs.errors import Problem

__all__ = ["check_wanted", "point_out_lines"]


def check_wanted(environment: Environment) -> Iterator[Problem]:
    """Check account settings, exclusions, caches, templates, the findings log and public repositories."""
    for wanted in wanted_of(environment):
        yield from wanted.problems(environment.place)


def point_out_lines(environment: Environment) -> Iterator[Problem]:
    """Point out descriptions of several lines where one is shown."""
    for wanted in wanted_of(environment):
        if isinstance(wanted.value, CreationTemplate | PublicSettings):
            yield from map(wanted.said, line_notices(wanted.value.description, "description"))
