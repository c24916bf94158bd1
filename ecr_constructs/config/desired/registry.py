"""What is wanted of the registry, a function of the environment."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired.caches import caches_of
from ecr_constructs.config.desired.findings import findings_of
from ecr_constructs.config.desired.public import public_of
from ecr_constructs.config.desired.pull_times import pull_exclusions_of
from ecr_constructs.config.desired.repositories import replication_destinations_of
from ecr_constructs.config.desired.templates import templates_of
from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.registry.account_settings import AccountSettingValues
from ecr_constructs.core.registry.policy import PullThroughGrant, RegistryGrant, ReplicationGrant
from ecr_constructs.core.registry.replication import (
    ReplicationContribution,
    ReplicationDestination,
    with_account,
)
from ecr_constructs.core.registry.scanning import ScanFrequency, ScanningContribution
from ecr_constructs.errors import KeyPath

__all__ = ["account_settings_of", "registry_grants_of", "registry_of", "replication_of", "scanning_of"]


def replication_of(environment: Environment) -> list[ReplicationContribution]:
    """Return what an environment asks to be replicated: its repositories, those that say the same together."""
    names: dict[tuple[tuple[ReplicationDestination, bool], ...], list[str]] = {}
    for repository in environment.made.values():
        if destinations := replication_destinations_of(repository):
            # A destination is the same whether deletions are replicated there or not, but what is said of it is not.
            said = tuple((each, each.deletions_replicated) for each in destinations)
            names.setdefault(said, []).append(repository.repository_name)
    account_id = environment.settings.account_id
    return [
        with_account(
            ReplicationContribution(destinations=tuple(to for to, _ in said), prefixes=tuple(replicated), exact=True),
            account_id,
        )
        for said, replicated in names.items()
    ]


def scanning_of(environment: Environment) -> list[ScanningContribution]:
    """Return what an environment asks Inspector to scan; nothing unless something asks for enhanced scanning.

    ECR scans nothing else then: so whatever is scanned on push is named as well, in this environment and in the others
    of its registry.
    """
    asked: dict[ScanFrequency, list[str]] = {}
    on_push: list[str] = []
    for repository in environment.made.values():
        options = repository.options
        if options.enable_enhanced_scanning:
            asked.setdefault(options.scan_frequency, []).append(repository.repository_name)
        elif options.scan_on_push:
            on_push.append(repository.repository_name)
    if not asked and not environment.settings.ecr_enable_inspector:
        return []
    contributions = [ScanningContribution(scan_frequency=each, names=tuple(names)) for each, names in asked.items()]
    pushed = (tuple(on_push), environment.scanned_beside)
    return [*contributions, *(ScanningContribution(scan_frequency="SCAN_ON_PUSH", names=names) for names in pushed)]


def registry_grants_of(environment: Environment) -> list[tuple[KeyPath, RegistryGrant]]:
    """Return what an environment grants by the registry's policy, and where its file says so."""
    options, path = environment.settings.ecr_registry_policy, ("ecr_registry_policy", "replication_sources")
    said: list[tuple[KeyPath, RegistryGrant]] = [
        (
            (*path, index),
            ReplicationGrant(
                account_ids=(source.account_id,),
                create_repository=source.create_repository,
                repository_prefixes=source.repository_prefixes,
            ),
        )
        for index, source in enumerate(() if options is None else options.replication_sources)
    ]
    derived = [
        (
            ("account_id",),
            ReplicationGrant(account_ids=(account_id,), create_repository=True, repository_prefixes=names),
        )
        for account_id, names in environment.replicated.items()
    ]
    filled = [
        (
            ("ecr_pull_through_caches", prefix),
            PullThroughGrant(principals=cache.principals, ecr_repository_prefixes=(prefix,)),
        )
        for prefix, cache in environment.settings.ecr_pull_through_caches.items()
        if cache.principals
    ]
    return [*said, *derived, *filled]


def registry_of(environment: Environment) -> Iterator[Wanted]:
    """Return all that an environment wants of its registry and that becomes a construct by itself."""
    for find in _OF_THE_REGISTRY:
        yield from find(environment)


def account_settings_of(environment: Environment) -> Iterator[Wanted]:
    """Return the account settings that the file sets."""
    options = environment.settings.ecr_account_settings
    if options is not None:
        value = AccountSettingValues(**dict(options))
        yield Wanted(
            value=value,
            path=("ecr_account_settings",),
            construct="AccountSettings",
            id="Settings",
            logical_id="registry",
            keywords=keywords_of(value),
            once=("the account's settings", "account-settings-shared"),
        )


_OF_THE_REGISTRY = (account_settings_of, pull_exclusions_of, caches_of, templates_of, findings_of, public_of)
