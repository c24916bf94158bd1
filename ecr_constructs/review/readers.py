"""Who reads what an environment publishes, as far as its files know."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import wanted_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.identities.codebuild import CodeBuild
from ecr_constructs.core.identities.ecs_execution import EcsExecution
from ecr_constructs.core.identities.oidc_role import OidcRole
from ecr_constructs.core.identities.ssm_read import SsmRead
from ecr_constructs.review.change import Side

__all__ = ["consumers_of", "readers_of"]


def readers_of(environment: Environment) -> dict[str, tuple[str, ...]]:
    """Return who may read the parameters of each published repository, by its logical name."""
    found: dict[str, list[str]] = {}
    published = {name: path for name, each in environment.repositories.items() if (path := each.ssm_path) is not None}
    for who, names in _readers(environment, published):
        for name in names:
            found.setdefault(name, []).append(who)
    return {name: tuple(readers) for name, readers in found.items()}


def consumers_of(environment: Environment, side: Side) -> tuple[str, ...]:
    """Return who takes repositories from an environment."""
    names = [
        each.name
        for each in side.environments.values()
        if each.source is not None
        and each.source.environment is not None
        and each.source.environment.name == environment.name
    ]
    return (f"{', '.join(sorted(names))}: takes repositories from here",) if names else ()


def _readers(environment: Environment, published: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield who reads the parameters of which repositories."""
    for wanted in wanted_of(environment):
        value = wanted.value
        if isinstance(value, SsmRead):
            names = [*published] if value.repositories is None else [*value.repositories]
            yield f"read by the policy {value.policy_name}{_of_roles(value.roles)}", names
        elif isinstance(value, CodeBuild):
            yield f"read by the policy {value.policy_name}{_of_roles(value.roles)}", [*value.published_names]
        elif isinstance(value, OidcRole):
            jobs = ", ".join(each.name for each in value.sources)
            yield f"read by the role {value.role_name} of jobs of {jobs}", [*value.published_names]
        elif isinstance(value, EcsExecution):
            said = {f"/{each.lstrip('/')}".rpartition("/")[0] for each in value.parameter_names}
            names = [name for name, path in published.items() if path in said]
            yield f"read by the role {value.role_name}, for the containers of tasks", names


def _of_roles(roles: tuple[str, ...]) -> str:
    return f", which is attached to {', '.join(roles)}" if roles else ""
