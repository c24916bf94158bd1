"""Rules about registries that several environments share, or replicate into."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.config.model.kms import KeyToCreate
from ecr_constructs.config.registry_checks import secret_of
from ecr_constructs.config.sources import Located, Where
from ecr_constructs.core.aws import account_root_arn
from ecr_constructs.core.registry.policy import check_registry_policy, grant_pull_through, grant_replication
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["check_shared_registries", "with_replicated"]

_Registry = tuple[str, str]


def with_replicated(environments: Mapping[str, Environment]) -> dict[str, Environment]:
    """Return the environments with what the others replicate into their registries.

    Of several environments in one registry the first has the registry's policy; `check_shared_registries` finds the
    other ones that say something of it.

    Args:
        environments: The environments by file, in one order.
    """
    owners: dict[_Registry, str] = {}
    for file, environment in environments.items():
        registry = _registry_of(environment)
        if registry is not None and (registry not in owners or _says_policy(environment)):
            owners[registry] = file
    incoming: dict[str, dict[str, list[str]]] = {}
    for source in environments.values():
        account_id = source.settings.account_id
        for repository in source.made.values():
            for destination in repository.replication_destinations:
                to = (destination.registry_id or account_id or "", destination.region)
                if account_id not in (None, to[0]) and to in owners:
                    names = incoming.setdefault(owners[to], {}).setdefault(str(account_id), [])
                    names.append(repository.repository_name)
    result = dict(environments)
    for file, environment in environments.items():
        replicated = {account: tuple(sorted(set(names))) for account, names in sorted(incoming.get(file, {}).items())}
        beside = tuple(_scanned_beside(environment, environments.values()))
        if replicated or beside:
            result[file] = dataclasses.replace(environment, replicated=replicated, scanned_beside=beside)
    return result


def _scanned_beside(environment: Environment, others: Iterable[Environment]) -> Iterator[str]:
    """Return what other environments of the registry have scanned on push, which one with ENHANCED has to name."""
    registry = _registry_of(environment)
    if registry is not None and next(_scanning(environment), None) is not None:
        for other in others:
            if other is not environment and _registry_of(other) == registry:
                yield from (each.repository_name for each in other.made.values() if each.options.scan_on_push)


def check_shared_registries(
    environments: Mapping[str, Environment], *, where: Where, all_known: bool
) -> Iterator[Located]:
    """Check that each registry is configured by one environment, and that replicas have somewhere to go.

    Args:
        environments: The environments by file, in one order.
        where: Names places in files.
        all_known: Whether no file was left out because of its problems; if one was, what is missing is not reported.
    """
    registries: dict[_Registry, dict[str, Environment]] = {}
    accounts: dict[str, dict[str, Environment]] = {}
    for file, environment in environments.items():
        if (registry := _registry_of(environment)) is not None:
            registries.setdefault(registry, {})[file] = environment
            accounts.setdefault(registry[0], {})[file] = environment
    for sharing in registries.values():
        for what, code, find in _ONE_PER_REGISTRY:
            yield from _check_one(sharing, what, code, find, where)
        for named in (_caches, _templates, _secrets, _aliases):
            yield from _check_named(sharing, named, "an account and region", where)
    for sharing in accounts.values():
        yield from _check_named(sharing, _public, "an account", where)
    for file, environment in environments.items():
        yield from ((file, problem) for problem in _check_policy_size(environment))
    if all_known:
        yield from _check_counterparts(environments, registries, accounts)


def _registry_of(environment: Environment) -> _Registry | None:
    settings = environment.settings
    return None if settings.account_id is None else (settings.account_id, settings.region)


def _says_policy(environment: Environment) -> bool:
    return next(_policy(environment), None) is not None


def _scanning(environment: Environment) -> Iterator[KeyPath]:
    for repository in environment.made.values():
        if repository.options.enable_enhanced_scanning:
            yield repository.path_of("enable_enhanced_scanning")
    if environment.settings.ecr_enable_inspector:
        yield ("ecr_enable_inspector",)


def _policy(environment: Environment) -> Iterator[KeyPath]:
    settings = environment.settings
    if settings.ecr_registry_policy is not None and settings.ecr_registry_policy.replication_sources:
        yield ("ecr_registry_policy",)
    for prefix, cache in settings.ecr_pull_through_caches.items():
        if cache.principals:
            yield ("ecr_pull_through_caches", prefix, "principals")


def _findings(environment: Environment) -> Iterator[KeyPath]:
    if environment.settings.ecr_enable_scan_findings_logging:
        yield ("ecr_enable_scan_findings_logging",)


def _account_settings(environment: Environment) -> Iterator[KeyPath]:
    if environment.settings.ecr_account_settings is not None:
        yield ("ecr_account_settings",)


_Find = Callable[[Environment], Iterator[KeyPath]]
_ONE_PER_REGISTRY: tuple[tuple[str, str, _Find], ...] = (
    ("the scanning configuration", "scanning-shared", _scanning),
    ("the registry's policy", "registry-policy-shared", _policy),
    ("the findings log", "findings-shared", _findings),
    ("the account's settings", "account-settings-shared", _account_settings),
)


def _check_one(
    sharing: Mapping[str, Environment], what: str, code: str, find: _Find, where: Where
) -> Iterator[Located]:
    """Check that one environment says something: AWS keeps one, and a second one would overwrite it."""
    first: tuple[str, KeyPath] | None = None
    for file, environment in sharing.items():
        path = next(find(environment), None)
        if path is not None and first is not None:
            rule = f"must leave {what} to {where(*first)}: an account has one in a region"
            yield file, Problem(path, code, rule, "", "Say it in one of the two files.")
        if path is not None and first is None:
            first = file, path


_Named = Callable[[EnvironmentSettings], Iterator[tuple[str, KeyPath]]]


def _caches(settings: EnvironmentSettings) -> Iterator[tuple[str, KeyPath]]:
    yield from ((prefix, ("ecr_pull_through_caches", prefix)) for prefix in settings.ecr_pull_through_caches)


def _templates(settings: EnvironmentSettings) -> Iterator[tuple[str, KeyPath]]:
    yield from ((prefix, ("ecr_creation_templates", prefix)) for prefix in settings.ecr_creation_templates)
    for prefix, cache in settings.ecr_pull_through_caches.items():
        if cache.creation_template is not None:
            yield prefix, ("ecr_pull_through_caches", prefix, "creation_template")


def _secrets(settings: EnvironmentSettings) -> Iterator[tuple[str, KeyPath]]:
    for prefix, cache in settings.ecr_pull_through_caches.items():
        if cache.create_secret:
            yield secret_of(prefix, cache), ("ecr_pull_through_caches", prefix, "create_secret")


def _aliases(settings: EnvironmentSettings) -> Iterator[tuple[str, KeyPath]]:
    if isinstance(settings.ecr_kms_key, KeyToCreate):
        yield settings.ecr_kms_key.alias_in(settings.project, settings.env), ("ecr_kms_key",)


def _public(settings: EnvironmentSettings) -> Iterator[tuple[str, KeyPath]]:
    for name, options in settings.ecr_public_repositories.items():
        yield (options and options.repository_name) or name, ("ecr_public_repositories", name)


def _check_named(sharing: Mapping[str, Environment], named: _Named, place: str, where: Where) -> Iterator[Located]:
    first: dict[str, tuple[str, KeyPath]] = {}
    for file, environment in sharing.items():
        for name, path in named(environment.settings):
            owner = first.setdefault(name, (file, path))
            if owner[0] != file:
                rule = f"must be said once in {place}; {where(*owner)} has {name} too"
                yield file, Problem(path, "registry-key-shared", rule, "", "Remove one of the two.")


def _check_policy_size(environment: Environment) -> Iterator[Problem]:
    """Check the registry's policy, of which other files may say a part."""
    settings, partition = environment.settings, environment.partition
    account_id = settings.account_id or "0" * 12

    def arn_of(pattern: str) -> str:
        return f"arn:{partition}:ecr:{settings.region}:{account_id}:repository/{pattern}"

    options = settings.ecr_registry_policy
    grants = [
        *(
            (source.account_id, source.create_repository, source.repository_prefixes)
            for source in (() if options is None else options.replication_sources)
        ),
        *((account, True, names) for account, names in environment.replicated.items()),
    ]
    statements = [
        grant_replication(
            [account], create_repository=create, repository_prefixes=prefixes, partition=partition, arn_of=arn_of
        )
        for account, create, prefixes in grants
    ]
    for prefix, cache in settings.ecr_pull_through_caches.items():
        if cache.principals:
            arns = [each if ":" in each else account_root_arn(each, partition) for each in cache.principals]
            statements.append(grant_pull_through(arns, prefixes=[prefix], arn_of=arn_of))
    if statements:
        path = next(_policy(environment), ("account_id",))
        for problem in check_registry_policy(statements, region=settings.region, account_id=account_id):
            yield Problem(path, problem.code, problem.rule, problem.got, problem.fix)


def _check_counterparts(
    environments: Mapping[str, Environment],
    registries: Mapping[_Registry, Mapping[str, Environment]],
    accounts: Mapping[str, Mapping[str, Environment]],
) -> Iterator[Located]:
    """Check that where an account is one of this app, its registry in the destination's region is as well."""
    for file, environment in environments.items():
        own = environment.settings.account_id
        for repository in environment.made.values():
            for index, destination in enumerate(repository.replication_destinations):
                account_id = destination.registry_id
                if account_id in (None, own) or account_id not in accounts:
                    continue
                path = repository.path_of("replication_destinations")
                if own is None:
                    rule = "must come with account_id, which the destination's policy has to name"
                    yield file, Problem((*path, index), "replication-source", rule, "", "Add account_id.")
                elif (account_id, destination.region) not in registries:
                    there = ", ".join(accounts[account_id])
                    rule = f"must be a region for which {there} or another file has an environment of that account"
                    fix = "Add one: its registry policy has to let this account replicate."
                    yield (
                        file,
                        Problem(
                            (*path, index, "region"), "replication-counterpart", rule, show(destination.region), fix
                        ),
                    )
