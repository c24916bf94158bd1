"""What an environment wants of AWS, as the core's value objects: the one description of it.

The rules judge these objects, and `EnvironmentRepositories` makes them. What is said of a repository is a function of
its declaration; what is said of the registry is a function of the environment. What becomes one construct is `Wanted`,
which also says where the file says it.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Protocol, cast

from pydantic import BaseModel

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import Key, KeyToCreate
from ecr_constructs.config.model.registry import PublicRepositoryOptions, PullThroughCacheOptions, TemplateOptions
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.core.access import ANY_ORGANIZATION_ID, AccessGrants, statements_of
from ecr_constructs.core.aws import RepositoryArn
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.kms import KeySettings
from ecr_constructs.core.lifecycle import LifecycleRule, Retention
from ecr_constructs.core.names import check_logical_name, terraform_address
from ecr_constructs.core.places import KnownPlace, Place
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
from ecr_constructs.errors import KeyPath, Problem

__all__ = [
    "FINDINGS_KEYS",
    "Wanted",
    "access_of",
    "account_settings_of",
    "accounts_that_pull",
    "caches_of",
    "created_key_of",
    "findings_of",
    "public_of",
    "reference_of",
    "registry_grants_of",
    "registry_of",
    "replication_destinations_of",
    "replication_of",
    "retention_of",
    "retention_said",
    "said_settings_of",
    "scanning_of",
    "settings_of",
    "templates_of",
]


def settings_of(repository: DeclaredRepository) -> RepositorySettings:
    """Return what a repository is created with, without the key."""
    said = {"encryption_type": repository.encryption_type}
    return RepositorySettings(**{**_same_fields(RepositorySettings, repository.options, "kms_key"), **said})


def said_settings_of(repository: DeclaredRepository) -> RepositorySettings:
    """Return what is said of the settings by the repository alone: the defaults speak of what an environment makes."""
    said = _same_fields(RepositorySettings, repository.options, "kms_key")
    return RepositorySettings(**{key: value for key, value in said.items() if key in repository.own_keys})


def reference_of(
    repository: DeclaredRepository, environment: Environment
) -> tuple[RepositoryArn, RepositorySettings] | None:
    """Return the ARN of a repository that is made elsewhere, and what is known or said of its settings.

    None stands for a repository that is made here.
    """
    arn, declared = environment.arn_of(repository), environment.declared_at_source(repository)
    if arn is None:
        return None
    return arn, settings_of(declared) if declared.uri is None else said_settings_of(declared)


def retention_of(repository: DeclaredRepository) -> Retention:
    """Return what is kept of a repository's images.

    The default of `max_image_count` gives way to a typed rule that selects every image: ECR takes one such rule for
    each storage class, and the shortcuts are about `standard`.
    """
    options = repository.options
    if options.lifecycle_policy is not None:
        return Retention(lifecycle_policy=options.lifecycle_policy)
    retention = retention_said(options)
    rules = retention.lifecycle_rules
    selects_all = any(rule.tag_status == "any" and rule.selected_class == "standard" for rule in rules)
    if selects_all and "max_image_count" not in options.model_fields_set:
        return dataclasses.replace(retention, max_image_count=None)
    return retention


def accounts_that_pull(repository: DeclaredRepository) -> tuple[str, ...]:
    """Return the accounts that may pull: those that the environment trusts, then those allowed for the repository."""
    trusted = (each.account_id for each in repository.environment.ecr_trusted_accounts)
    options = repository.options
    allowed = options.allowed_account_ids if options.enable_cross_account_access else ()
    return tuple(dict.fromkeys((*trusted, *allowed)))


def access_of(repository: DeclaredRepository) -> AccessGrants:
    """Return who beyond the own account may do what with a repository.

    The account's own organisation, which is read at plan, is `ANY_ORGANIZATION_ID` here.
    """
    options, environment = repository.options, repository.environment
    accounts = accounts_that_pull(repository)
    own = ANY_ORGANIZATION_ID if environment.organization else None
    return AccessGrants(
        allowed_account_ids=accounts,
        organization_id=options.organization_id or environment.organization_id or own,
        enable_lambda_pull=options.enable_lambda_pull,
        lambda_account_ids=accounts if options.enable_lambda_pull else (),
    )


def replication_destinations_of(repository: DeclaredRepository) -> tuple[ReplicationDestination, ...]:
    """Return where a repository is replicated to; nowhere unless replication is enabled."""
    options = repository.options
    if not options.enable_replication:
        return ()
    return tuple(
        ReplicationDestination(region=each.region, registry_id=each.registry_id)
        for each in options.replication_destinations
    )


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


class Judged(Protocol):
    """A value object of the core that knows its own rules."""

    def problems(self, place: Place, /) -> list[Problem]:
        """Return every rule that it breaks at a place."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wanted:
    """What becomes one construct.

    Attributes:
        value: What it is to be.
        path: Where the file says it.
        construct: Public name of the construct that makes it.
        id: The construct's id.
        logical_id: Terraform name of its resources.
        keywords: The construct's arguments; those that the file names by a reference to a key apart.
        kms_key: The key as the file names it, where that is to be looked up.
        paths: Where the file says an argument that is no key below the path, by the argument's name.
        words: What the file calls arguments in other words, by their names.
        judged_elsewhere: Arguments that are something else's as well, whose problems are said of that.
        region: Region of the provider that makes it, where that is not the environment's.
        once: What there is one of in a registry, with the code of the problem that there are two.
        names: Names that nothing else may have in `within`, each with the part of the path that says it.
        within: `an account and region`, or `an account`.
    """

    value: Judged
    path: KeyPath
    construct: str
    id: str
    logical_id: str
    keywords: Mapping[str, Any]
    kms_key: Key | None = None
    paths: Mapping[str, KeyPath] = dataclasses.field(default_factory=dict)
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    judged_elsewhere: frozenset[str] = frozenset()
    region: str | None = None
    once: tuple[str, str] | None = None
    names: tuple[tuple[str, str, KeyPath], ...] = ()
    within: str = "an account and region"

    def problems(self, place: KnownPlace) -> Iterator[Problem]:
        """Return every rule that it breaks, in the words of the file and at its places."""
        where = place if self.region is None else dataclasses.replace(place, region=self.region)
        for problem in self.value.problems(where):
            if self.judged_elsewhere.isdisjoint(problem.path[:1]):
                yield self.said(problem)

    def said(self, problem: Problem) -> Problem:
        """Return a problem of its arguments at the place of the file, and in its words."""
        texts = {"rule": problem.rule, "fix": problem.fix.replace("leave the construct out", "remove the key")}
        for name, word in self.words.items():
            texts = {part: text.replace(name, word) for part, text in texts.items()}
        problem = dataclasses.replace(problem, rule=texts["rule"], fix=texts["fix"])
        head, rest = problem.path[:1], problem.path[1:]
        if head and head[0] in self.paths:
            return problem.moved(*self.path, *self.paths[str(head[0])], *rest)
        return problem.under(*self.path)


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
            **_same_fields(PublicSettings, options, "repository_name"),
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


# In the order in which they are made: what one refers to comes before it.
_OF_THE_REGISTRY = (account_settings_of, caches_of, templates_of, findings_of, public_of)


def _cache(prefix: str, options: PullThroughCacheOptions) -> PullThroughRule:
    said = _same_fields(PullThroughRule, options, "upstream")
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
        **_same_fields(CreationTemplate, options, "applied_for"),
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


def retention_said(options: RepositoryOptions | TemplateOptions) -> Retention:
    """Return what options say of retention in shortcuts and rules."""
    rules = tuple(LifecycleRule(**dict(rule)) for rule in options.lifecycle_rules)
    return Retention(**{**_same_fields(Retention, options, "lifecycle_policy"), "lifecycle_rules": rules})


def _same_fields(kind: type[Any], options: BaseModel, *leave_out: str) -> dict[str, Any]:
    """Return the options that a value object has by the same names."""
    return {name: getattr(options, name) for name in _names_in_both(cast("Hashable", kind), type(options), leave_out)}


@functools.cache
def _names_in_both(kind: Hashable, options: type[BaseModel], leave_out: tuple[str, ...]) -> tuple[str, ...]:
    names = (field.name for field in dataclasses.fields(cast("type[Any]", kind)))
    return tuple(name for name in names if name in options.model_fields and name not in leave_out)
