"""What several rules need to know of defaults: which repositories take an option from which place of the file."""

from __future__ import annotations

from collections.abc import Sequence

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.errors import KeyPath

__all__ = ["by_place", "count_of", "place_of"]


def place_of(repository: DeclaredRepository, key: str) -> KeyPath:
    """Return where an option of a repository is said: by itself, or by the defaults; else the repository's place."""
    if key in repository.own_keys:
        return (*repository.path, key)
    return (DEFAULTS, key) if key in repository.options.model_fields_set else repository.path


def by_place(environment: Environment, key: str) -> dict[KeyPath, list[DeclaredRepository]]:
    """Return the repositories for which an option is switched on, by the place that does it."""
    found: dict[KeyPath, list[DeclaredRepository]] = {}
    for repository in environment.made.values():
        if getattr(repository.options, key):
            found.setdefault(place_of(repository, key), []).append(repository)
    return found


def count_of(repositories: Sequence[DeclaredRepository]) -> str:
    """Return the one repository's name, or how many there are."""
    return repositories[0].logical_name if len(repositories) == 1 else f"{len(repositories)} repositories"
