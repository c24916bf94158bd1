"""Repository creation templates: one for each prefix."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.errors import Problem

__all__ = ["check_templates_once"]


def check_templates_once(environment: Environment) -> Iterator[Problem]:
    """Check that no cache has a template of its own beside that of its prefix."""
    settings = environment.settings
    for prefix, cache in settings.ecr_pull_through_caches.items():
        if cache.creation_template is not None and prefix in settings.ecr_creation_templates:
            path = ("ecr_pull_through_caches", prefix, "creation_template")
            rule = "must be the only template of the prefix; ecr_creation_templates has one"
            yield Problem(path, "template-twice", rule, "", "Say it in one of the two.")
