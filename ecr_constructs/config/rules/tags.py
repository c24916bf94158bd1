"""Tags that stand in place of others, or beside others that differ by case alone."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import identities_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.tags import alike
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = [
    "check_tags_of_roles",
    "point_out_tags_alike",
    "point_out_tags_alike_of_one",
    "point_out_tags_in_place",
]


def point_out_tags_in_place(environment: Environment) -> Iterator[Problem]:
    """Point out tags of the file that take the place of those that every resource has by itself."""
    tags = environment.settings.tags
    for key, value in environment.standing_tags.items():
        if tags.get(key, value) != value:
            rule = f"{key} is {show(tags[key])} here, in place of {show(value)}, which the environment gives itself"
            fix = "Remove it, or give it another key, where that is not meant."
            yield Problem(("tags", key), "tags-in-place", rule, fix=fix, severity="warning")


def check_tags_of_roles(environment: Environment) -> Iterator[Problem]:
    """Check that IAM takes the tags of every resource, where a role is made that gets them."""
    role = _owner_of_role(environment)
    if role is not None:
        for key, first in alike(environment.settings.tags, environment.standing_tags):
            rule = f"must differ from {first} by more than case: the role of {role} gets both, and IAM takes one"
            yield Problem(("tags", key), "tags", rule, show(key), "Keep one of the two.")


def point_out_tags_alike(environment: Environment) -> Iterator[Problem]:
    """Point out tags of one resource that differ by case alone."""
    if _owner_of_role(environment) is None:
        for key, first in alike(environment.settings.tags, environment.standing_tags):
            yield _alike(("tags", key), key, first)
    for name, options in environment.settings.ecr_public_repositories.items():
        for key, first in alike({} if options is None else options.tags, environment.tags):
            yield _alike(("ecr_public_repositories", name, "tags", key), key, first)
    for wanted in templates_of(environment):
        for key, first in alike(wanted.keywords.get("resource_tags", {})):
            yield _alike((*wanted.path, "resource_tags", key), key, first)


def point_out_tags_alike_of_one(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    """Point out tags of a repository that differ by case alone from others that it has."""
    if repository.is_made:
        for key, first in alike(repository.options.tags, environment.tags):
            yield _alike(("tags", key), key, first)


def _owner_of_role(environment: Environment) -> str | None:
    """Return what has a role that is made here: the prefix of a template, or the key of an identity."""
    made = [str(wanted.path[1]) for wanted in templates_of(environment) if wanted.keywords.get("create_role")]
    made += [str(wanted.path[0]) for wanted in identities_of(environment) if wanted.names[0][0] == "role"]
    return made[0] if made else None


def _alike(path: KeyPath, key: str, first: str) -> Problem:
    rule = f"{key} and {first} differ by case alone, and are two tags of one resource"
    return Problem(path, "tags-alike", rule, fix="Keep one of the two.", severity="warning")
