"""What exists in AWS and is imported."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.rules.defaults import by_place, count_of
from ecr_constructs.errors import Problem

__all__ = ["point_out_adopted"]


def point_out_adopted(environment: Environment) -> Iterator[Problem]:
    """Point out what is imported; what the defaults say is one notice."""
    for path, repositories in by_place(environment, "adopt").items():
        parts = ", ".join(repositories[0].options.adopt)
        text = f"{count_of(repositories)}: what exists in AWS is imported ({parts})"
        about = repositories[0].logical_name if len(repositories) == 1 else ""
        yield Problem(path, "adopted", text, severity="notice", about=about)
