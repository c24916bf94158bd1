"""What the constructs of identities are told: repositories and roles, by themselves or by their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.aws import RepositoryArn
from ecr_constructs.core.identities.arguments import role_address
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["HasName", "arns_of", "names_of_roles"]


class HasName(Protocol):
    """Anything with a name, such as the bindings' `IamRole` and `DataAwsIamRole`."""

    @property
    def name(self) -> str:
        """Name of the role."""


def arns_of(repositories: Sequence[RepositoryBase | str]) -> tuple[str, ...]:
    """Return the ARNs of repositories: as text where that is known, so that a plan shows it and its length counts.

    Args:
        repositories: Repositories, and ARNs.
    """
    return tuple(each if isinstance(each, str) else _arn_of(each) for each in repositories)


def names_of_roles(roles: Sequence[str | HasName]) -> tuple[dict[str, str], list[Problem]]:
    """Return what each attachment's Terraform name ends with, by the name of its role.

    Args:
        roles: Names of roles, or objects that have one. The name of a role that is made in the same app is known later:
            its own Terraform name stands in its place.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for index, role in enumerate(roles):
        name = role if isinstance(role, str) else getattr(role, "name", None)
        end = None
        if isinstance(name, str):
            end = getattr(role, "friendly_unique_id", None) if is_unresolved(name) else role_address(name)
        if not isinstance(name, str) or not isinstance(end, str):
            rule = "must be the name of a role, or a role of the app"
            fix = "Give its name as text, or the role itself: attachments are called after it."
            problems.append(Problem(("roles", index), "identity-role", rule, show(role), fix))
            continue
        if end in found.values():
            fix = "Remove the second one."
            problems.append(Problem(("roles", index), "identity-role", "must be named once", show(role), fix))
            continue
        found[name] = end
    return found, problems


def _arn_of(repository: RepositoryBase) -> str:
    registry, name = repository._registry, repository.repository_name
    region, account_id = registry.known_region, getattr(repository, "_account_id", None) or registry.known_account_id
    if not is_unresolved(repository.arn) or is_unresolved(name) or region is None or account_id is None:
        return repository.arn
    arn = RepositoryArn(partition=registry.partition, region=region, account_id=account_id, repository_name=name)
    return str(arn)
