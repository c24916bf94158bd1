"""Pulls that are not recorded: each principal once, not too many, and not of those that run the images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecr_constructs.config.desired import identities_of, pull_exclusions_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.core.aws import parse_repository_arn
from ecr_constructs.core.identities.ecs_execution import EcsExecution
from ecr_constructs.core.identities.node_pull import NodePull
from ecr_constructs.core.registry.pull_times import (
    PullTimeExclusion,
    check_number_of_exclusions,
    exclusion_notices,
    running_notices,
)
from ecr_constructs.errors import Problem, show

__all__ = ["check_exclusions", "check_exclusions_of_registry", "point_out_exclusions", "point_out_running"]

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
    """Point out principals of other accounts."""
    for wanted in pull_exclusions_of(environment):
        if isinstance(wanted.value, PullTimeExclusion):
            yield from map(wanted.said, exclusion_notices(wanted.value, environment.place))


def point_out_running(environments: Environments) -> Iterator[Located]:
    """Point out roles by which a file has images run: the own one, or another that pulls from the registry."""
    running = [(file, each, value) for file, each in environments.by_file.items() for value in _running(each)]
    for file, environment in environments.by_file.items():
        here = [each for each in running if each[0] == file]
        here += [each for each in running if each[0] != file and _is_pulled_by(*each[1:], environment)]
        for wanted in pull_exclusions_of(environment):
            found: list[Problem] = []
            for other_file, other, runs in here:
                by = runs.key if other_file == file else f"{runs.key} of {environments.where(other_file, (runs.key,))}"
                if isinstance(wanted.value, PullTimeExclusion):
                    found += running_notices(wanted.value, runs.role_names, other.settings.account_id, by=by)
            yield from ((file, wanted.said(notice)) for notice in found[:1])


class _Running(NamedTuple):
    """A key by which a file has images run: the names of the roles, and the ARNs of the repositories."""

    key: str
    role_names: tuple[str, ...]
    repositories: tuple[str, ...]


def _running(environment: Environment) -> Iterator[_Running]:
    for wanted in identities_of(environment):
        if isinstance(wanted.value, NodePull):
            yield _Running("ecr_node_pull", wanted.value.roles, wanted.value.repositories)
        elif isinstance(wanted.value, EcsExecution):
            yield _Running("ecr_ecs_execution_role", (wanted.value.role_name,), wanted.value.repositories)


def _is_pulled_by(other: Environment, running: _Running, environment: Environment) -> bool:
    """Whether something of another environment is in the registry of this one, or pulls from it, for all one knows."""
    own, region = environment.settings.account_id, environment.settings.region
    theirs = other.settings.account_id
    if other.settings.region == region and (None in (own, theirs) or own == theirs):
        return True
    arns = (parse_repository_arn(each) for each in running.repositories)
    return any(each is not None and each.region == region and own in (None, each.account_id) for each in arns)
