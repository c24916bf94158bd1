"""Whatever becomes one construct of the registry, judged by itself: the core knows the rules of each."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import registry_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.errors import Problem

__all__ = ["check_wanted"]


def check_wanted(environment: Environment) -> Iterator[Problem]:
    """Check account settings, caches, templates, the findings log and public repositories."""
    for wanted in registry_of(environment):
        yield from wanted.problems(environment.place)
