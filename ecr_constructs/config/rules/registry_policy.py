"""The policy of the registry: who may replicate into it, and who may have images cached."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import registry_grants_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.core.registry.policy import (
    ReplicationGrant,
    check_grant,
    check_registry_policy,
    registry_statement,
    scope_notices,
)
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["check_grants", "check_policies", "point_out_scope", "policy_paths"]


def check_grants(environment: Environment) -> Iterator[Problem]:
    """Check what each grant says by itself."""
    for path, grant in registry_grants_of(environment):
        for problem in check_grant(grant, environment.place):
            # The prefix of a cache is judged as the cache's own.
            if problem.path[0] != "ecr_repository_prefixes":
                yield problem.under(*path)
        if isinstance(grant, ReplicationGrant) and environment.settings.account_id in grant.account_ids:
            fix = "Remove it: replication between regions of one account needs no policy."
            got = show(environment.settings.account_id)
            yield Problem((*path, "account_id"), "access-own-account", "must be another account", got, fix)


def check_policies(environments: Environments) -> Iterator[Located]:
    """Check each registry's policy as a whole, of which other files may say a part."""
    for file, environment in environments.by_file.items():
        statements = [registry_statement(grant, environment.place) for _, grant in registry_grants_of(environment)]
        if statements:
            path = next(policy_paths(environment), ("account_id",))
            for problem in check_registry_policy(statements, environment.place):
                yield file, problem.moved(*path)


def point_out_scope(environment: Environment) -> Iterator[Problem]:
    """Point out what a registry may ignore of its policy, because its scope is still that of older registries."""
    settings, path = environment.settings.ecr_account_settings, next(policy_paths(environment), ("account_id",))
    statements = [registry_statement(grant, environment.place) for _, grant in registry_grants_of(environment)]
    scope = None if settings is None else settings.registry_policy_scope
    yield from (notice.moved(*path) for notice in scope_notices(statements, scope=scope))


def policy_paths(environment: Environment) -> Iterator[KeyPath]:
    """Return where a file says something of the registry's policy."""
    settings = environment.settings
    if settings.ecr_registry_policy is not None and settings.ecr_registry_policy.replication_sources:
        yield ("ecr_registry_policy",)
    for prefix, cache in settings.ecr_pull_through_caches.items():
        if cache.principals:
            yield ("ecr_pull_through_caches", prefix, "principals")
