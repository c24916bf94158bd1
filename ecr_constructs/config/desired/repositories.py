"""What is wanted of a repository, a function of its declaration."""

from __future__ import annotations

import dataclasses

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired.fields import same_fields
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.templates import TemplateOptions
from ecr_constructs.core.access.grants import AccessGrants
from ecr_constructs.core.access.statements import ANY_ORGANIZATION_ID
from ecr_constructs.core.aws import RepositoryArn
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.lifecycle import LifecycleRule, Retention
from ecr_constructs.core.principals import PrincipalKind, parse_principal
from ecr_constructs.core.registry.replication import ReplicationDestination
from ecr_constructs.core.repository import RepositorySettings

__all__ = [
    "access_of",
    "accounts_that_pull",
    "reference_of",
    "replication_destinations_of",
    "retention_of",
    "retention_said",
    "said_settings_of",
    "settings_of",
    "trusted_accounts_of",
]

_ACCOUNTS = (PrincipalKind.ACCOUNT, PrincipalKind.ROOT)


def settings_of(repository: DeclaredRepository) -> RepositorySettings:
    """Return what a repository is created with, without the key."""
    said = {"encryption_type": repository.encryption_type}
    return RepositorySettings(**{**same_fields(RepositorySettings, repository.options, "kms_key"), **said})


def said_settings_of(repository: DeclaredRepository) -> RepositorySettings:
    """Return what is said of the settings by the repository alone: the defaults speak of what an environment makes."""
    said = same_fields(RepositorySettings, repository.options, "kms_key")
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

    The default of `max_image_count` gives way to a preset, to a typed rule that selects every image (ECR takes one such
    rule for each storage class, and the shortcuts are about `standard`), and to what leaves it no image to act on.
    """
    options = repository.options
    if options.lifecycle_policy is not None:
        return Retention(lifecycle_policy=options.lifecycle_policy)
    retention = retention_said(options)
    if "max_image_count" not in options.model_fields_set and _leaves_nothing(retention):
        return dataclasses.replace(retention, max_image_count=None)
    return retention


def _leaves_nothing(retention: Retention) -> bool:
    rules = retention.lifecycle_rules
    if retention.retention or any(rule.tag_status == "any" and rule.selected_class == "standard" for rule in rules):
        return True
    untagged = retention.expire_untagged_after_days is not None or retention.max_untagged_count is not None
    kept = retention.keep_tagged_count is not None or retention.archive_after_days_without_pull is not None
    return untagged and kept


def retention_said(options: RepositoryOptions | TemplateOptions) -> Retention:
    """Return what options say of retention in shortcuts and rules."""
    rules = tuple(LifecycleRule(**dict(rule)) for rule in options.lifecycle_rules)
    return Retention(**{**same_fields(Retention, options, "lifecycle_policy"), "lifecycle_rules": rules})


def trusted_accounts_of(repository: DeclaredRepository) -> tuple[str, ...]:
    """Return the accounts that are trusted: by the environment, then those allowed for the repository."""
    trusted = (each.account_id for each in repository.environment.ecr_trusted_accounts)
    options = repository.options
    allowed = options.allowed_account_ids if options.enable_cross_account_access else ()
    return tuple(dict.fromkeys((*trusted, *allowed)))


def accounts_that_pull(repository: DeclaredRepository) -> tuple[str, ...]:
    """Return the other accounts that may pull as such: those that are trusted, then those among `pull_principals`."""
    found = (parse_principal(each) for each in repository.options.pull_principals)
    named = (each.account_id for each in found if each is not None and each.kind in _ACCOUNTS)
    own = repository.environment.account_id
    accounts = dict.fromkeys((*trusted_accounts_of(repository), *filter(None, named)))
    return tuple(each for each in accounts if each != own)


def access_of(repository: DeclaredRepository) -> AccessGrants:
    """Return who may do what with a repository by its policy.

    The account's own organisation, which is read at plan, is `ANY_ORGANIZATION_ID` here.
    """
    options, environment = repository.options, repository.environment
    own = ANY_ORGANIZATION_ID if environment.organization else None
    same = same_fields(AccessGrants, options, "policy_statements", "allowed_account_ids", "organization_id")
    return AccessGrants(
        **same,
        allowed_account_ids=trusted_accounts_of(repository),
        organization_id=options.organization_id or environment.organization_id or own,
        lambda_account_ids=accounts_that_pull(repository) if options.enable_lambda_pull else (),
        policy_statements=tuple(PolicyStatement(**dict(each)) for each in options.policy_statements),
    )


def replication_destinations_of(repository: DeclaredRepository) -> tuple[ReplicationDestination, ...]:
    """Return where a repository is replicated to; nowhere unless replication is enabled."""
    options = repository.options
    if not options.enable_replication:
        return ()
    return tuple(
        ReplicationDestination(
            region=each.region, registry_id=each.registry_id, deletions_replicated=each.deletions_replicated
        )
        for each in options.replication_destinations
    )
