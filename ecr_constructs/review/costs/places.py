"""Where a file says what costs."""

from __future__ import annotations

from collections.abc import Iterable

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.errors import KeyPath

__all__ = ["path_in_file", "shared_path"]


def path_in_file(repository: DeclaredRepository, path: KeyPath) -> KeyPath:
    """Return the path of an option, which it begins with: in the defaults where they say it, else in the repository."""
    if path and repository.is_said(path) and path[0] not in repository.own_keys:
        return (DEFAULTS, *path)
    return (*repository.path, *path)


def shared_path(paths: Iterable[KeyPath]) -> KeyPath:
    """Return where the file says something of several repositories: the defaults if they do, else the first one."""
    found = list(paths)
    return next((path for path in found if path[:1] == (DEFAULTS,)), found[0])
