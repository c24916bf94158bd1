"""Pulls that are not recorded: each principal once, not too many, and not of those that run the images."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import identities_of, pull_exclusions_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.core.identities.ecs_execution import EcsExecution
from ecr_constructs.core.identities.node_pull import NodePull
from ecr_constructs.core.registry.pull_times import (
    EXCLUDED_ARN,
    PullTimeExclusion,
    check_number_of_exclusions,
    exclusion_notices,
)
from ecr_constructs.errors import Problem, show

__all__ = ["check_exclusions", "check_exclusions_of_registry", "point_out_exclusions"]

_KEY = "ecr_pull_time_update_exclusions"


def check_exclusions(environment: Environment) -> Iterator[Problem]:
    """Check that no principal is excluded twice, and how many are."""
    said = environment.settings.ecr_pull_time_update_exclusions
    for index, arn in enumerate(said):
        if arn in said[:index]:
            fix = "Remove one of the two: ECR refuses the second."
            yield Problem((_KEY, index), "pull-exclusion-twice", "must be excluded once", show(arn), fix)
    yield from check_number_of_exclusions(len(said), _KEY)


def check_exclusions_of_registry(environments: Environments) -> Iterator[Located]:
    """Check how many principals the environments of a registry exclude together."""
    for sharing in environments.registries.values():
        number, before = 0, 0
        for file, environment in sharing.items():
            said = environment.settings.ecr_pull_time_update_exclusions
            number += len(said)
            if before and said:
                for problem in check_number_of_exclusions(number, _KEY):
                    yield file, problem
            before += len(said)


def point_out_exclusions(environment: Environment) -> Iterator[Problem]:
    """Point out principals of other accounts, and roles by which the file has images run."""
    runs = dict(_roles_that_run(environment))
    for wanted in pull_exclusions_of(environment):
        if not isinstance(wanted.value, PullTimeExclusion):
            continue
        yield from map(wanted.said, exclusion_notices(wanted.value, environment.place))
        match = EXCLUDED_ARN.fullmatch(wanted.value.principal_arn)
        account_id, kind, name = ("", "", "") if match is None else _taken_apart(match[2], match[3])
        if kind == "role" and name in runs and account_id == environment.settings.account_id:
            rule = f"images that the role {name} pulls would look unused, and {runs[name]} has it pull those that run"
            fix = "Remove it: exclude who looks at images, not who needs them."
            yield Problem(wanted.path, "pull-exclusion-runs", rule, fix=fix, severity="warning")


def _taken_apart(account_id: str, resource: str) -> tuple[str, str, str]:
    return account_id, resource.split("/")[0], resource.rpartition("/")[2]


def _roles_that_run(environment: Environment) -> Iterator[tuple[str, str]]:
    """Yield the names of roles by which the file says that images are started, each with the key that says it."""
    for wanted in identities_of(environment):
        if isinstance(wanted.value, NodePull):
            yield from ((name, "ecr_node_pull") for name in wanted.value.roles)
        elif isinstance(wanted.value, EcsExecution):
            yield wanted.value.role_name, "ecr_ecs_execution_role"
