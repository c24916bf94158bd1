"""Names of repositories: that ECR takes them, and that no two have the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_constructs.config.declared import DeclaredRepository, nearest_repository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["check_default_name", "check_name", "check_names_of_registry", "check_unique_names", "misnamed"]


def check_name(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    """Check the name of one repository, whoever made it up."""
    return check_repository_name(repository.repository_name, "repository_name")


def check_default_name(environment: Environment) -> Iterator[Problem]:
    """Check that the defaults give no name to all repositories."""
    name = environment.defaults.repository_name
    if name is not None:
        fix = "Remove it, and use ecr_repository_name to shape all names."
        path = (DEFAULTS, "repository_name")
        yield Problem(path, "repository-name-default", "must not name every repository", show(name), fix)


def check_unique_names(environment: Environment) -> Iterator[Problem]:
    """Check that no two repositories of an environment have the same name."""
    first: dict[str, str] = {}
    for logical_name, repository in environment.made.items():
        name = repository.repository_name
        if repository.is_said(("repository_name",)) and "repository_name" not in repository.own_keys:
            # A problem of the default.
            continue
        owner = first.setdefault(name, logical_name)
        if owner != logical_name:
            rule = f"must have a name of its own; {owner} is {name} too"
            fix = "Give one of the two another repository_name."
            yield Problem(repository.path, "repository-name-taken", rule, "", fix)


def check_names_of_registry(environments: Environments) -> Iterator[Located]:
    """Check that no two environments of one registry make repositories of the same name."""
    for sharing in environments.registries.values():
        first: dict[str, tuple[str, KeyPath]] = {}
        for file, environment in sharing.items():
            for repository in environment.made.values():
                owner, path = first.setdefault(repository.repository_name, (file, repository.path))
                if owner != file:
                    there = environments.where(owner, path)
                    rule = f"must have a name that {there} does not have, in the same account and region"
                    fix = "Give it another repository_name."
                    if repository.is_named_by_template:
                        fix = "Put {env} into ecr_repository_name, or give it another repository_name."
                    got = show(repository.repository_name)
                    yield file, Problem(repository.path, "repository-name-taken", rule, got, fix)


def misnamed(said: Sequence[str], index: int, path: KeyPath, environment: Environment, code: str) -> Problem | None:
    """Return what is wrong with a logical name in the list of a key: that it is declared nowhere, or named again.

    Args:
        said: The list.
        index: Which of it.
        path: Where the list is said.
        environment: The environment whose repositories are meant.
        code: The code of the problem.
    """
    name = said[index]
    if name not in environment.repositories:
        fix = nearest_repository(name, environment.repositories) or "Declare it, or remove it here."
        rule = "must be the logical name of a repository of the environment"
        return Problem((*path, index), code, rule, show(name), fix)
    if name in said[:index]:
        return Problem((*path, index), code, "must be named once", show(name), "Remove the second one.")
    return None
