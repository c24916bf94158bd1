"""Where a change is said: in the later file, or in the former where the later one does not say it any more.

And the findings of two kinds, each at such a place.
"""

from __future__ import annotations

import dataclasses
from typing import TypedDict

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.rules.defaults import place_of
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.finding import Finding, Severity

__all__ = ["Said", "at", "breaks", "said_of", "said_of_one", "watches_less"]


class Said(TypedDict):
    """A place, as `Finding` takes it."""

    path: KeyPath
    at_base: bool


def at(*path: str | int, at_base: bool = False) -> Said:
    """Return a place in a file.

    Args:
        *path: Keys from the outermost inward.
        at_base: Whether the file is the former one.
    """
    return {"path": path, "at_base": at_base}


def said_of(before: Environment, after: Environment, *keys: str) -> Said:
    """Return where the first of some keys of an environment is said; the top of the file where none of them is."""
    for environment, at_base in ((after, False), (before, True)):
        for key in keys:
            if key in environment.settings.model_fields_set:
                return at(key, at_base=at_base)
    return at()


def said_of_one(before: DeclaredRepository, after: DeclaredRepository, *keys: str) -> Said:
    """Return where the first of some options of a repository is said; the repository's place where none of them is."""
    for repository, at_base in ((after, False), (before, True)):
        for key in keys:
            if repository.is_said((key,)):
                return at(*place_of(repository, key), at_base=at_base)
    return at(*after.path)


def breaks(
    code: str,
    environment: Environment,
    said: Said,
    what: str,
    fix: str,
    *details: str,
    repositories: tuple[str, ...] = (),
    severity: Severity = "attention",
) -> Finding:
    """Return that a change breaks something.

    Args:
        code: Stable identifier.
        environment: The environment.
        said: Where it is said.
        what: What it means.
        fix: What to do instead.
        *details: More of it, line by line.
        repositories: Logical names of the repositories that it is about.
        severity: How grave it is.
    """
    return Finding(
        code=code,
        severity=severity,
        consequence="breaks",
        environment=environment.name,
        what=what,
        fix=fix,
        repositories=repositories,
        details=details,
        **said,
    )


def watches_less(
    code: str,
    environment: Environment,
    said: Said,
    what: str,
    fix: str,
    *details: str,
    repositories: tuple[str, ...] = (),
) -> Finding:
    """Return that something is watched or protected less; the arguments are those of `breaks`."""
    found = breaks(code, environment, said, what, fix, *details, repositories=repositories)
    return dataclasses.replace(found, consequence="loosens watching")
