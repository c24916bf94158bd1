"""What is wanted of the registry, a function of the environment."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.desired.fields import same_fields
from ecr_constructs.config.desired.repositories import replication_destinations_of, retention_said
from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import KeyToCreate
from ecr_constructs.config.model.registry import PublicRepositoryOptions, PullThroughCacheOptions, TemplateOptions
from ecr_constructs.core.access.grants import AccessGrants, statements_of
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.kms import KeySettings
from ecr_constructs.core.names import check_logical_name, terraform_address
from ecr_constructs.core.registry.account_settings import AccountSettingValues
from ecr_constructs.core.registry.caches import PullThroughRule
from ecr_constructs.core.registry.findings import FindingsLog
from ecr_constructs.core.registry.policy import PullThroughGrant, RegistryGrant, ReplicationGrant
from ecr_constructs.core.registry.public import PUBLIC_REGION, PublicSettings
from ecr_constructs.core.registry.replication import (
    ReplicationContribution,
    ReplicationDestination,
    with_account,
)
from ecr_constructs.core.registry.scanning import ScanningContribution
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.core.registry.upstreams import find_upstream
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.errors import KeyPath

__all__ = [
    "FINDINGS_KEYS",
    "account_settings_of",
    "caches_of",
    "created_key_of",
    "findings_of",
    "public_of",
    "registry_grants_of",
    "registry_of",
    "replication_of",
    "scanning_of",
    "templates_of",
]


def replication_of(environment: Environment) -> list[ReplicationContribution]:
    """Return what an environment asks to be replicated: its repositories, those with the same destinations together."""
    names: dict[tuple[ReplicationDestination, ...], list[str]] = {}
    for repository in environment.made.values():
        if destinations := replication_destinations_of(repository):
            names.setdefault(destinations, []).append(repository.repository_name)
    account_id = environment.settings.account_id
    return [
        with_account(ReplicationContribution(destinations=each, prefixes=tuple(replicated), exact=True), account_id)
        for each, replicated in names.items()
    ]


def scanning_of(environment: Environment) -> list[ScanningContribution]:
    """Return what an environment asks Inspector to scan; nothing unless something asks for enhanced scanning.

    ECR scans nothing else then: so whatever is scanned on push is named as well, in this environment and in the others
    of its registry.
    """
    asked: dict[str, list[str]] = {}
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


def caches_of(environment: Environment) -> Iterator[Wanted]:
    """Return the pull-through caches; who may fill them is told by `registry_grants_of`."""
    for prefix, options in sorted(environment.settings.ecr_pull_through_caches.items()):
        address, path = terraform_address(prefix), ("ecr_pull_through_caches", prefix)
        rule = _cache(prefix, options)
        secret = [] if rule.made_secret is None else [("secret", rule.made_secret, ("create_secret",))]
        yield Wanted(
            value=rule,
            path=path,
            construct="PullThroughCache",
            id=f"Cache_{address}",
            logical_id=address,
            keywords={
                **keywords_of(rule, "upstream"),
                "upstream": options.upstream,
            },
            # The prefix is the key itself.
            paths={"ecr_repository_prefix": ()},
            names=(("cache", prefix, ()), *secret),
        )


def templates_of(environment: Environment) -> Iterator[Wanted]:
    """Return the creation templates, those of the caches among them."""
    settings = environment.settings
    for prefix, options in sorted(settings.ecr_creation_templates.items()):
        yield _template(prefix, options.applied_for, options, ("ecr_creation_templates", prefix), environment)
    for prefix, cache in sorted(settings.ecr_pull_through_caches.items()):
        if cache.creation_template is not None:
            path = ("ecr_pull_through_caches", prefix, "creation_template")
            wanted = _template(prefix, ("PULL_THROUGH_CACHE",), cache.creation_template, path, environment)
            yield dataclasses.replace(wanted, judged_elsewhere=frozenset({"prefix"}))


def findings_of(environment: Environment) -> Iterator[Wanted]:
    """Return the findings log, where one is asked for."""
    settings = environment.settings
    if not settings.ecr_enable_scan_findings_logging:
        return
    key = settings.ecr_log_kms_key
    log = FindingsLog(
        retention_in_days=settings.ecr_log_retention_days,
        kms_key=key if isinstance(key, str) else None,
        alert_severity=settings.ecr_scan_alert_severity,
        topic_arn=settings.ecr_scan_alert_topic_arn,
    )
    yield Wanted(
        value=log,
        path=(),
        construct="ScanFindingsLog",
        id="Findings",
        logical_id="ecr_findings",
        keywords=keywords_of(log, "kms_key"),
        kms_key=key,
        paths={name: (key,) for name, key in FINDINGS_KEYS.items()},
        words=FINDINGS_KEYS,
        once=("the findings log", "findings-shared"),
    )


FINDINGS_KEYS = {
    "alert_severity": "ecr_scan_alert_severity",
    "kms_key": "ecr_log_kms_key",
    "retention_in_days": "ecr_log_retention_days",
    "topic_arn": "ecr_scan_alert_topic_arn",
}
"""What the arguments of a findings log are called in a file."""


def public_of(environment: Environment) -> Iterator[Wanted]:
    """Return the public repositories."""
    settings = environment.settings
    for name, said in sorted(settings.ecr_public_repositories.items()):
        options = said or PublicRepositoryOptions()
        value = PublicSettings(
            **same_fields(PublicSettings, options, "repository_name"),
            repository_name=options.repository_name or ("unnamed" if check_logical_name(name) else name),
        )
        address = terraform_address(name)
        yield Wanted(
            value=value,
            path=("ecr_public_repositories", name),
            construct="PublicRepository",
            id=f"Public_{address}",
            logical_id=address,
            keywords={
                **keywords_of(value),
                "tags": environment.tags_of(name, options.tags),
                **({"prevent_destroy": True} if settings.protected else {}),
            },
            paths={} if options.repository_name is not None else {"repository_name": ()},
            region=PUBLIC_REGION,
            names=(("public repository", value.repository_name, ()),),
            within="an account",
        )


def created_key_of(environment: Environment) -> Iterator[Wanted]:
    """Return the key that is made with the repositories; it is made when something is encrypted with it."""
    settings = environment.settings
    key = settings.ecr_kms_key
    if isinstance(key, KeyToCreate):
        value = KeySettings(
            alias=key.alias_in(settings.project, settings.env),
            deletion_window_in_days=key.deletion_window_in_days,
            multi_region=key.multi_region,
        )
        yield Wanted(
            value=value,
            path=("ecr_kms_key",),
            construct="RepositoryKey",
            id="EcrKey",
            logical_id="ecr",
            keywords={**keywords_of(value), **({"prevent_destroy": True} if settings.protected else {})},
            names=(("key", value.alias, ()),),
        )


_OF_THE_REGISTRY = (account_settings_of, caches_of, templates_of, findings_of, public_of)


def _cache(prefix: str, options: PullThroughCacheOptions) -> PullThroughRule:
    said = same_fields(PullThroughRule, options, "upstream")
    if "create_secret" in options.model_fields_set and not options.create_secret:
        said["recovery_window_in_days"] = None  # waits for the secret to be made
    return PullThroughRule(ecr_repository_prefix=prefix, upstream=find_upstream(options.upstream)[0], **said)


def _template(
    prefix: str, applied_for: tuple[str, ...], options: TemplateOptions, path: KeyPath, environment: Environment
) -> Wanted:
    key = options.kms_key
    access = AccessGrants(allowed_account_ids=options.allowed_account_ids, organization_id=options.organization_id)
    template = CreationTemplate(
        prefix=prefix,
        applied_for=applied_for,
        settings=RepositorySettings(
            image_tag_mutability=options.image_tag_mutability,
            image_tag_mutability_exclusion_filters=options.image_tag_mutability_exclusion_filters,
            encryption_type=options.encryption_type,
            kms_key=key if isinstance(key, str) else None,
        ),
        retention=dataclasses.replace(retention_said(options), lifecycle_policy=options.lifecycle_policy),
        repository_policy=tuple(statements_of(access, environment.place)),
        **same_fields(CreationTemplate, options, "applied_for"),
    )
    address = terraform_address(prefix)
    return Wanted(
        value=template,
        path=path,
        construct="RepositoryCreationTemplate",
        id=f"Template_{address}",
        logical_id=address,
        keywords={name: value for name, value in template.keywords.items() if name != "kms_key"},
        kms_key=key,
        # The prefix is a key of the file, and the policy is made of the accounts.
        paths={"prefix": (), "policy": ("allowed_account_ids",)},
        names=(("template", prefix, ()),),
    )
