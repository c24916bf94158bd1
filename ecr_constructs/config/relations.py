"""What environments have to do with each other: where the repositories of one are another's, and shared registries."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import forward_of, registry_grants_of, replication_destinations_of, scanning_of
from ecr_constructs.config.environment import Environment, Source
from ecr_constructs.config.model.workloads import MADE_HERE
from ecr_constructs.core.aws import partition_of
from ecr_constructs.errors import KeyPath, Problem, nearest, show

__all__ = ["INHERITED", "Environments", "Located", "Where", "relate"]

Where = Callable[[str, KeyPath], str]
"""Returns `file:line` of a path in a file."""

Located = tuple[str, Problem]
"""A file, and a problem whose path starts at its top."""

INHERITED: KeyPath = ("ecr_strategy",)
"""Where a file declares what it takes from its source without naming it."""

_Registry = tuple[str, str]


@dataclasses.dataclass(frozen=True, eq=False)
class Environments:
    """All environments of an app.

    Attributes:
        by_file: The environments by file, in one order.
        where: Names places in files.
        all_known: Whether no file was left out because of its problems; if one was, what is missing is not reported.
    """

    by_file: Mapping[str, Environment]
    where: Where
    all_known: bool

    @cached_property
    def files(self) -> dict[str, str]:
        """The file of each environment, by its name."""
        return {environment.name: file for file, environment in self.by_file.items()}

    @cached_property
    def registries(self) -> dict[_Registry, dict[str, Environment]]:
        """The environments of each account and region, as far as they say their account."""
        found: dict[_Registry, dict[str, Environment]] = {}
        for file, environment in self.by_file.items():
            if (registry := environment.registry) is not None:
                found.setdefault(registry, {})[file] = environment
        return found

    @cached_property
    def accounts(self) -> dict[str, dict[str, Environment]]:
        """The environments of each account."""
        found: dict[str, dict[str, Environment]] = {}
        for file, environment in self.by_file.items():
            if (account_id := environment.settings.account_id) is not None:
                found.setdefault(account_id, {})[file] = environment
        return found


def relate(environments: Environments) -> tuple[Environments, list[Located]]:
    """Return the environments with what they know of each other, and what is wrong with their sources.

    Those are the source of each cross-account environment; what the others replicate into its registry; which
    repositories of others are there, and which of those are scanned; and which pushes deploy others.
    """
    problems: list[Located] = []
    related = dict(environments.by_file)
    for file, environment in environments.by_file.items():
        if environment.settings.ecr_strategy == "cross_account":
            found = _find_source(environment, environments)
            if isinstance(found, Problem):
                problems.append((file, found))
            elif found is not None:
                related[file] = _with_source(environment, found)
                problems += [(file, problem) for problem in _check_partition(environment, found)]
    related = _with_forwards(_with_replicated(related))
    return dataclasses.replace(environments, by_file=related), problems


def _find_source(environment: Environment, environments: Environments) -> Source | Problem | None:
    settings, where, all_known = environment.settings, environments.where, environments.all_known
    local = {file: each for file, each in environments.by_file.items() if each.settings.ecr_strategy == "local"}
    account_id, region, name = settings.ecr_account_id, settings.ecr_account_region, settings.ecr_source_env
    for file, each in environments.by_file.items():
        if each.name == name:
            return _named_source(environment, file, each, where)
    there = [
        (file, each)
        for file, each in local.items()
        if (each.settings.account_id, each.settings.region) == (account_id, region)
    ]
    known = ", ".join(each.name for _, each in there)
    if name is not None:
        fix = nearest(name, [each.name for each in local.values()]) or "Correct it, or add the two keys."
        if account_id is None or region is None:
            rule = "must be an environment of this app, or come with ecr_account_id and ecr_account_region"
            return Problem(("ecr_source_env",), "strategy-source", rule, show(name), fix) if all_known else None
        if there and all_known:
            rule = f"must be the environment that is in that account and region: {known}"
            return Problem(("ecr_source_env",), "strategy-source", rule, show(name), fix)
        return Source(account_id, region)
    if account_id is None or region is None:
        return None
    if len(there) > 1:
        both = " and ".join(where(file, ("env",)) for file, _ in there)
        rule = f"must come with ecr_source_env: {both} are both there"
        return Problem(("ecr_account_id",), "strategy-source", rule, "", f"Set it to one of {known}.")
    if there:
        return Source(account_id, region, there[0][1])
    return Source(account_id, region) if all_known else None


def _named_source(environment: Environment, file: str, source: Environment, where: Where) -> Source | Problem:
    settings, named = environment.settings, source.settings
    if named.ecr_strategy != "local":
        rule = f"must be an environment that makes repositories; {where(file, ('ecr_strategy',))} is cross_account too"
        fix = f"Name the source of {source.name}."
        return Problem(("ecr_source_env",), "strategy-source", rule, show(source.name), fix)
    for key, said, known, named_key in (
        ("ecr_account_id", settings.ecr_account_id, named.account_id, "account_id"),
        ("ecr_account_region", settings.ecr_account_region, named.region, "region"),
    ):
        if said is not None and known is not None and said != known:
            rule = f"must be that of {where(file, (named_key,))}, {known}"
            return Problem((key,), "strategy-source", rule, show(said), "Leave it out: it is known from there.")
    account_id = settings.ecr_account_id or named.account_id
    if account_id is None:
        fix = f"Add it here, or account_id to {file}."
        rule = f"must come with ecr_account_id: {file} does not say its account"
        return Problem(("ecr_source_env",), "strategy-source", rule, "", fix)
    return Source(account_id, named.region, source)


def _with_source(environment: Environment, source: Source) -> Environment:
    """Return a cross-account environment with its source; without repositories of its own it refers to all of it."""
    repositories = environment.repositories
    if not repositories and source.environment is not None:
        repositories = {name: _referred(each, environment) for name, each in source.environment.repositories.items()}
    return dataclasses.replace(environment, source=source, repositories=repositories)


def _check_partition(environment: Environment, source: Source) -> Iterator[Problem]:
    if partition_of(source.region) != environment.partition:
        rule = f"must lie in the partition of {environment.settings.region}"
        fix = "Images cannot be pulled from another partition: make the repositories here."
        yield Problem(("ecr_strategy",), "strategy-partition", rule, show(source.region), fix)


def _referred(repository: DeclaredRepository, environment: Environment) -> DeclaredRepository:
    """Return a source's repository as one that an environment refers to."""
    options = environment.defaults
    if not repository.options.publish_to_ssm and "publish_to_ssm" not in options.model_fields_set:
        options = options.model_copy(update={"publish_to_ssm": False})
    return dataclasses.replace(
        repository,
        options=options,
        environment=environment.settings,
        path=INHERITED,
        own_keys=frozenset(),
        ecr_config=MADE_HERE,
    )


def _with_replicated(environments: Mapping[str, Environment]) -> dict[str, Environment]:
    """Return the environments with what the others replicate into their registries, and have there.

    Of several environments in one registry the first has the registry's policy, or the one that says something of it;
    that several do is a problem of its own.
    """
    owners: dict[_Registry, str] = {}
    for file, environment in environments.items():
        registry = environment.registry
        if registry is not None and (registry not in owners or registry_grants_of(environment)):
            owners[registry] = file
    incoming: dict[str, dict[str, list[str]]] = {}
    for source in environments.values():
        account_id = source.settings.account_id
        for repository in source.made.values():
            for destination in replication_destinations_of(repository):
                to = (destination.registry_id or account_id or "", destination.region)
                if account_id not in (None, to[0]) and to in owners:
                    names = incoming.setdefault(owners[to], {}).setdefault(str(account_id), [])
                    names.append(repository.repository_name)
    result = dict(environments)
    for file, environment in environments.items():
        replicated = {account: tuple(sorted(set(names))) for account, names in sorted(incoming.get(file, {}).items())}
        result[file] = dataclasses.replace(
            environment,
            replicated=replicated,
            scanned_beside=tuple(_scanned_beside(environment, environments.values())),
            names_beside=tuple(_names_beside(environment, environments.values())),
        )
    return result


def _with_forwards(environments: Mapping[str, Environment]) -> dict[str, Environment]:
    """Return the environments with the pushes that each hands on to those whose source it is."""
    result = dict(environments)
    for file, environment in environments.items():
        consumers = [
            each
            for each in environments.values()
            if each.source is not None
            and each.source.environment is not None
            and each.source.environment.name == environment.name
        ]
        found = [forward for each in consumers if (forward := forward_of(each)) is not None]
        if found:
            forwards = tuple(sorted(found, key=lambda each: each.environment))
            result[file] = dataclasses.replace(environment, forwards=forwards)
    return result


def _scanned_beside(environment: Environment, others: Iterable[Environment]) -> Iterator[str]:
    """Return what other environments of the registry have scanned on push, which one with ENHANCED has to name."""
    if environment.registry is not None and scanning_of(environment):
        for other in others:
            if other is not environment and other.registry == environment.registry:
                yield from (each.repository_name for each in other.made.values() if each.options.scan_on_push)


def _names_beside(environment: Environment, others: Iterable[Environment]) -> Iterator[str]:
    """Return the repositories of other environments that are not known to be in another registry.

    Only for an environment that has filters, which may match them by accident.
    """
    filters = scanning_of(environment) or any(map(replication_destinations_of, environment.made.values()))
    settings = environment.settings
    for other in others if filters else ():
        apart = None not in (settings.account_id, other.settings.account_id)
        elsewhere = other.settings.region != settings.region or (
            apart and other.settings.account_id != settings.account_id
        )
        if other is not environment and not elsewhere:
            yield from (each.repository_name for each in other.made.values())
