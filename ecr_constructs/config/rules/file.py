"""The file itself: its name, and the tags of everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.tags import MOST_TAGS
from ecr_constructs.errors import Problem, show

__all__ = ["check_file_name", "check_tags_of_all", "check_tags_of_one"]


def check_file_name(environment: Environment) -> Iterator[Problem]:
    """Check that the file is named after its environment."""
    stem = PurePath(environment.file).stem
    if environment.name != stem:
        rule = f"must equal the file's name, {stem}"
        yield Problem(("env",), "environment-name", rule, show(environment.name), "Rename one of the two.")


def check_tags_of_all(environment: Environment) -> Iterator[Problem]:
    """Check that a resource can have the tags of every resource."""
    if len(environment.tags) > MOST_TAGS:
        rule = f"must have at most {MOST_TAGS} entries, with Project, Environment and ManagedBy"
        yield Problem(("tags",), "tags", rule, f"{len(environment.tags)}", "Remove some.")


def check_tags_of_one(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    """Check that a repository can have its own tags as well."""
    # Each map is checked by itself; together they must not be too many for one resource.
    number = len({**environment.tags, **repository.options.tags})
    if repository.is_made and len(environment.tags) <= MOST_TAGS < number:
        rule = f"must have at most {MOST_TAGS} entries, with those of every resource"
        yield Problem(("tags",), "tags", rule, f"{number}", "Remove some.")
