"""Replication: its destinations and limits, what it takes along by accident, and what its destinations need."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import accounts_that_pull, replication_destinations_of, replication_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import REPOSITORIES
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.config.rules.caches import templates_in
from ecr_constructs.config.rules.defaults import place_of
from ecr_constructs.core.registry.pulls import replica_lets_pull
from ecr_constructs.core.registry.replicated_deletions import deletion_notices
from ecr_constructs.core.registry.replication import (
    ReplicationContribution,
    check_contribution,
    check_replication_rules,
    merge_contributions,
    replication_notices,
)
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = [
    "check_counterparts",
    "check_destinations",
    "check_replication_limits",
    "check_replication_of_registry",
    "point_out_accidents",
    "point_out_closed_replicas",
    "point_out_deletions",
]


def check_destinations(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    """Check where one repository is replicated to."""
    if repository.is_made and repository.options.enable_replication:
        # The name is the filter, and whether ECR takes it is checked as the name of the repository.
        contribution = ReplicationContribution(destinations=replication_destinations_of(repository))
        place = environment.place
        yield from check_contribution(contribution, region=place.region, registry_id=place.known_account_id)


def check_replication_limits(environment: Environment) -> Iterator[Problem]:
    """Check what the repositories of an environment ask of the registry together."""
    rules = merge_contributions(replication_of(environment))
    yield from (problem.moved(REPOSITORIES) for problem in check_replication_rules(rules))


def point_out_deletions(environment: Environment) -> Iterator[Problem]:
    """Point out replication rules of which a file says both, that deletions are replicated and that they are not."""
    contributions = replication_of(environment)
    if len(contributions) < 2 and all(len(each.destinations) < 2 for each in contributions):
        return
    by_name = {each.repository_name: each for each in environment.made.values()}
    for name, notice in deletion_notices(contributions, registry_id=environment.settings.account_id):
        repository = by_name[name]
        path = place_of(repository, "replication_destinations")
        yield dataclasses.replace(notice.moved(*path), about=repository.logical_name)


def check_replication_of_registry(environments: Environments) -> Iterator[Located]:
    """Check that one environment configures the registry's replication: a second one would overwrite it."""
    for sharing in environments.registries.values():
        first: tuple[str, KeyPath] | None = None
        for file, environment in sharing.items():
            replicated = [each.path for each in environment.made.values() if replication_destinations_of(each)]
            if replicated and first is not None:
                there = environments.where(*first)
                rule = f"must leave replication to {there}: an account has one configuration of it in a region"
                fix = "Set enable_replication: false in one of the two files."
                yield file, Problem(replicated[0], "replication-shared", rule, "", fix)
            if replicated and first is None:
                first = file, replicated[0]


def point_out_accidents(environments: Environments) -> Iterator[Located]:
    """Point out what is replicated because its name begins with that of another repository."""
    for file, environment in environments.by_file.items():
        contributions = replication_of(environment)
        if not contributions:
            continue
        by_name = {each.repository_name: each for each in environment.made.values()}
        for prefix, notice in replication_notices(contributions, (*by_name, *environment.names_beside)):
            repository = by_name[prefix]
            path = place_of(repository, "enable_replication")
            yield file, dataclasses.replace(notice.moved(*path), about=repository.logical_name)


def check_counterparts(environments: Environments) -> Iterator[Located]:
    """Check that where an account is one of this app, its registry in the destination's region is as well."""
    for file, environment in environments.by_file.items() if environments.all_known else ():
        own = environment.settings.account_id
        for repository in environment.made.values():
            for index, destination in enumerate(replication_destinations_of(repository)):
                account_id = destination.registry_id
                if account_id is None or account_id == own or account_id not in environments.accounts:
                    continue
                path = (*repository.path_of("replication_destinations"), index)
                if own is None:
                    rule = "must come with account_id, which the destination's policy has to name"
                    yield file, Problem(path, "replication-source", rule, "", "Add account_id.")
                elif (account_id, destination.region) not in environments.registries:
                    there = ", ".join(environments.accounts[account_id])
                    rule = f"must be a region for which {there} or another file has an environment of that account"
                    fix = "Add one: its registry policy has to let this account replicate."
                    got = show(destination.region)
                    yield file, Problem((*path, "region"), "replication-counterpart", rule, got, fix)


def point_out_closed_replicas(environments: Environments) -> Iterator[Located]:
    """Point out accounts that may pull a repository and none of its replicas, in a registry of which the app knows.

    A policy is not replicated: a replica has that of the creation template there. Each destination is said once.
    """
    for file, environment in environments.by_file.items():
        said: set[tuple[str, str]] = set()
        for repository in environment.made.values():
            for index, destination in enumerate(replication_destinations_of(repository)):
                account_id = destination.registry_id or environment.settings.account_id or ""
                to = (account_id, destination.region)
                sharing = environments.registries.get(to)
                if sharing is None or to in said:
                    continue
                place, templates = next(iter(sharing.values())).place, templates_in(sharing.values())
                closed = [
                    each
                    for each in accounts_that_pull(repository)
                    if each != account_id and not replica_lets_pull(repository.repository_name, each, templates, place)
                ]
                if closed:
                    said.add(to)
                    path = (*repository.path_of("replication_destinations"), index)
                    rule = (
                        f"{', '.join(closed)} may pull from {repository.logical_name}, and not from its replica in "
                        f"{destination.region}: no creation template of {next(iter(sharing))} lets it"
                    )
                    fix = "Let it pull there by allowed_account_ids of a template that is applied for REPLICATION."
                    about = repository.logical_name
                    yield file, Problem(path, "replication-closed", rule, fix=fix, severity="warning", about=about)
