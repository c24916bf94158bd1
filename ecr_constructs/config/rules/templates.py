"""Repository creation templates: one for each prefix, and which names a push may make."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.registry.pushes import push_notices
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.errors import Problem

__all__ = ["check_templates_once", "point_out_pushes"]


def check_templates_once(environment: Environment) -> Iterator[Problem]:
    """Check that no cache has a template of its own beside that of its prefix."""
    settings = environment.settings
    for prefix, cache in settings.ecr_pull_through_caches.items():
        if cache.creation_template is not None and prefix in settings.ecr_creation_templates:
            path = ("ecr_pull_through_caches", prefix, "creation_template")
            rule = "must be the only template of the prefix; ecr_creation_templates has one"
            yield Problem(path, "template-twice", rule, "", "Say it in one of the two.")


def point_out_pushes(environment: Environment) -> Iterator[Problem]:
    """Point out a template by which a push of any name makes a repository."""
    for wanted in templates_of(environment):
        if isinstance(wanted.value, CreationTemplate):
            yield from map(wanted.said, push_notices(wanted.value))
