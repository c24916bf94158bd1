"""Identities: the repositories that they are about, and their names and tags."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import (
    IDENTITY_KEYS,
    identities_of,
    names_for,
    repositories_are_known,
    wanted_of,
)
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.config.rules.names import misnamed
from ecr_constructs.core.tags import MOST_TAGS, alike
from ecr_constructs.errors import KeyPath, Problem, key_of, show

__all__ = [
    "check_identities_of_consumers",
    "check_identity_names",
    "check_identity_repositories",
    "check_identity_tags",
    "point_out_closed_to_lambda",
]


def check_identity_repositories(environment: Environment) -> Iterator[Problem]:
    """Check the repositories that identities are about: each declared, named once, and published where it is read."""
    if not repositories_are_known(environment):
        return
    for key in IDENTITY_KEYS:
        options = getattr(environment.settings, key)
        said: tuple[str, ...] = () if options is None else options.repositories or ()
        for index, name in enumerate(said):
            path = (key, "repositories")
            if (problem := misnamed(said, index, path, environment, "identity-repository")) is not None:
                yield problem
            elif key == "ecr_ssm_read" and environment.repositories[name].ssm_path is None:
                rule, fix = "must be a repository that is published", "Remove it, or set publish_to_ssm: true."
                yield Problem((*path, index), "identity-unpublished", rule, show(name), fix)


def check_identities_of_consumers(environments: Environments) -> Iterator[Located]:
    """Check the identities of an environment whose repositories are those of a source, now that these are known."""
    for file, environment in environments.by_file.items():
        if environment.source is not None:
            for wanted in identities_of(environment):
                yield from ((file, problem) for problem in wanted.problems(environment.place))
            yield from ((file, problem) for problem in check_identity_repositories(environment))


def check_identity_names(environment: Environment) -> Iterator[Problem]:
    """Check that no two roles, and no two policies, of an environment have one name; IAM tells none apart by case."""
    first: dict[tuple[str, str], KeyPath] = {}
    for wanted in wanted_of(environment):
        for kind, name, rest in wanted.names:
            owner = first.setdefault((kind, name.casefold()), wanted.path)
            if kind in ("policy", "role") and owner != wanted.path:
                rule = f"must be a name of its own; the {kind} of {key_of(owner)} has it too"
                yield Problem((*wanted.path, *rest), "identity-taken", rule, show(name), "Give one another name.")


def check_identity_tags(environment: Environment) -> Iterator[Problem]:
    """Check that identities can have their own tags as well as those of every resource."""
    for wanted in identities_of(environment):
        tags = wanted.keywords.get("tags", {})
        number = len({**environment.tags, **tags})
        if len(environment.tags) <= MOST_TAGS < number:
            rule = f"must have at most {MOST_TAGS} entries, with those of every resource"
            yield Problem((*wanted.path, "tags"), "tags", rule, f"{number}", "Remove some.")
        for key, other in alike(tags, environment.tags) if wanted.names[0][0] == "role" else ():
            rule = f"must differ from {other} by more than case: the role gets both, and IAM takes one"
            yield Problem((*wanted.path, "tags", key), "tags", rule, show(key), "Keep one of the two.")


def point_out_closed_to_lambda(environment: Environment) -> Iterator[Problem]:
    """Point out repositories that roles may create functions from, and that do not let Lambda read them."""
    options = environment.settings.ecr_lambda_pull
    if options is None:
        return
    closed = [
        name
        for name in names_for(environment, "ecr_lambda_pull", options.repositories) or ()
        if name in environment.made and not environment.made[name].options.enable_lambda_pull
    ]
    if closed:
        which = closed[0] if len(closed) == 1 else f"{closed[0]} and {len(closed) - 1} more"
        rule = f"no function can be created from {which}: Lambda itself may not read the images"
        fix = "Set enable_lambda_pull: true there, or name other repositories."
        yield Problem(("ecr_lambda_pull",), "identity-lambda-closed", rule, fix=fix, severity="warning")
