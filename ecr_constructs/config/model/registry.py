"""The keys of an environment file about what an account and region has once: its registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from ecr_constructs.config.model.fields import (
    AccountId,
    Items,
    LifecyclePolicyDocument,
    Model,
    OrganizationId,
    TagFilter,
    Tags,
    checked,
)
from ecr_constructs.config.model.kms import KeyReference
from ecr_constructs.config.model.repository import Count, LifecycleRuleOptions
from ecr_constructs.core.registry.findings import RETENTION_DAYS
from ecr_constructs.errors import Problem, show

__all__ = [
    "AccountSettingsOptions",
    "CreationTemplateOptions",
    "PublicRepositoryOptions",
    "PullThroughCacheOptions",
    "RegistryPolicyOptions",
    "RegistrySettings",
    "ReplicationSourceOptions",
    "TemplateOptions",
]

_Text = Annotated[str, Field(min_length=1)]


def _check_days(value: int) -> list[Problem]:
    rule = "must be a number of days that CloudWatch Logs knows"
    fix = f"Use one of {', '.join(map(str, RETENTION_DAYS[1:]))}, or 0 to keep findings for ever."
    return [] if value in RETENTION_DAYS else [Problem((), "log-retention", rule, show(value), fix)]


_RetentionDays = Annotated[int, checked(_check_days), WithJsonSchema({"enum": list(RETENTION_DAYS)})]


class ReplicationSourceOptions(Model):
    """An account that may replicate into this registry."""

    account_id: AccountId = Field(description="The account, 12 digits in quotes.")
    create_repository: bool = Field(default=False, description="Let it make the repositories that are not there yet.")
    repository_prefixes: Items[_Text] = Field(
        default=("*",), description="What the names of the repositories begin with. Default: all."
    )


class RegistryPolicyOptions(Model):
    """Who may do what in the registry as a whole."""

    replication_sources: Items[ReplicationSourceOptions] = Field(
        default=(),
        description="Accounts that may replicate into the registry, besides the environments of this app that do.",
    )


class TemplateOptions(Model):
    """What ECR gives to the repositories that it makes by itself."""

    description: _Text | None = Field(default=None, description="What the template is for.")
    image_tag_mutability: Literal["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"] = Field(
        default="MUTABLE", description="Whether a tag can be pushed again."
    )
    image_tag_mutability_exclusion_filters: Items[TagFilter] = Field(
        default=(), description="1 to 5 tag patterns that the two ..._WITH_EXCLUSION leave out."
    )
    encryption_type: Literal["AES256", "KMS", "KMS_DSSE"] = Field(
        default="AES256", description="Encryption of the images."
    )
    kms_key: KeyReference | None = Field(default=None, description="Key for KMS. Default: AWS's own.")
    max_image_count: Count | None = Field(default=None, description="Images to keep. Default: all.")
    expire_untagged_after_days: Count | None = Field(
        default=None, description="Days after its push at which an image without a tag expires."
    )
    expire_tagged_after_days: Count | None = Field(
        default=None, description="Days after its push at which an image with a tag expires."
    )
    max_untagged_count: Count | None = Field(default=None, description="Images without a tag to keep.")
    protected_tags: Items[str] = Field(
        default=(), description="Tag patterns of images that the shortcuts never expire."
    )
    lifecycle_rules: Items[LifecycleRuleOptions] = Field(default=(), description="Further lifecycle rules.")
    lifecycle_policy: LifecyclePolicyDocument | None = Field(
        default=None, description="The whole lifecycle policy in AWS's JSON, instead of shortcuts and rules."
    )
    allowed_account_ids: Items[AccountId] = Field(default=(), description="Accounts that may pull.")
    organization_id: OrganizationId | None = Field(default=None, description="AWS organisation that may pull.")
    resource_tags: Tags = Field(default={}, description="Tags of the repositories; they need a role.")
    custom_role_arn: _Text | None = Field(
        default=None, description="Role that ECR assumes, which tags and KMS need: its full ARN."
    )
    create_role: bool = Field(default=False, description="Make that role.")


class CreationTemplateOptions(TemplateOptions):
    """A repository creation template."""

    applied_for: Items[Literal["PULL_THROUGH_CACHE", "REPLICATION"]] = Field(
        description="Which repositories of the prefix it is for: cached ones, replicas, or both."
    )


class PullThroughCacheOptions(Model):
    """A pull-through cache of another registry."""

    upstream: _Text = Field(
        description="docker-hub, ecr-public, quay, ghcr, gitlab, k8s, chainguard, or the host of a registry "
        "(NAME.azurecr.io, another registry of ECR)."
    )
    upstream_repository_prefix: _Text | None = Field(
        default=None, description="What the names begin with in the upstream registry. Default: all of it is cached."
    )
    credential_arn: _Text | None = Field(
        default=None, description="Secret with the credentials, whose name begins with ecr-pullthroughcache/."
    )
    secret_name: _Text | None = Field(default=None, description="Name of that secret instead of its ARN.")
    create_secret: bool = Field(default=False, description="Make the secret; its value is set outside of Terraform.")
    recovery_window_in_days: int | None = Field(
        default=None, description="Days in which a destroyed secret can be restored: 7 to 30, or 0. Default: 30."
    )
    custom_role_arn: _Text | None = Field(
        default=None, description="Role that ECR assumes to pull from a registry of ECR in another account."
    )
    principals: Items[_Text] = Field(
        default=(), description="Account ids and ARNs that may have images cached. Default: by identity policies alone."
    )
    creation_template: TemplateOptions | None = Field(default=None, description="What the cached repositories get.")


class PublicRepositoryOptions(Model):
    """A public repository, with what its page in the gallery shows."""

    repository_name: _Text | None = Field(default=None, description="Name in the public registry. Default: the key.")
    description: _Text | None = Field(default=None, description="Short description, up to 1,024 characters.")
    about_text: _Text | None = Field(default=None, description="About the images, in Markdown.")
    usage_text: _Text | None = Field(default=None, description="How to use them, in Markdown.")
    architectures: Items[_Text] = Field(default=(), description="Such as x86-64 and ARM 64.")
    operating_systems: Items[_Text] = Field(default=(), description="Such as Linux.")
    push_account_ids: Items[AccountId] = Field(default=(), description="Other accounts that may push.")
    force_destroy: bool = Field(default=False, description="Let it be destroyed with the images in it.")
    tags: Tags = Field(default={}, description="Tags of the repository, besides the environment's.")


class AccountSettingsOptions(Model):
    """Settings of ECR for the account; taking one away leaves it as it is."""

    basic_scan_type_version: Literal["AWS_NATIVE"] | None = Field(
        default=None, description="Scanner of basic scanning."
    )
    registry_policy_scope: Literal["V2"] | None = Field(
        default=None, description="Have the registry's policy hold for every action of ECR."
    )


class RegistrySettings(Model):
    """The keys about the registry."""

    protected: bool = Field(
        default=False, description="Make Terraform refuse any plan that destroys one of the repositories."
    )
    ecr_registry_policy: RegistryPolicyOptions | None = Field(
        default=None, description="Who may do what in the registry as a whole."
    )
    ecr_creation_templates: Mapping[str, CreationTemplateOptions] = Field(
        default={}, description="What ECR gives to repositories that it makes, by the prefix of their names, or ROOT."
    )
    ecr_pull_through_caches: Mapping[str, PullThroughCacheOptions] = Field(
        default={}, description="Caches of other registries, by the prefix of the cached repositories, or ROOT."
    )
    ecr_public_repositories: Mapping[str, PublicRepositoryOptions | None] = Field(
        default={}, description="Public repositories, in us-east-1 whatever the region, by logical name."
    )
    ecr_enable_inspector: bool = Field(
        default=False, description="Manage Amazon Inspector here: it scans images, and nothing else in the account."
    )
    ecr_enable_scan_findings_logging: bool = Field(
        default=False, description="Write what scans find to CloudWatch Logs."
    )
    ecr_log_retention_days: _RetentionDays = Field(
        default=30, description="Days to keep that: a number that CloudWatch Logs knows; 0 for ever."
    )
    ecr_log_kms_key: KeyReference | None = Field(default=None, description="Key for the log group.")
    ecr_scan_alert_severity: Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"] | None = Field(
        default=None, description="Tell people of findings from this severity upwards, by SNS."
    )
    ecr_scan_alert_topic_arn: _Text | None = Field(
        default=None, description="SNS topic for that. Default: one that is made here."
    )
    ecr_account_settings: AccountSettingsOptions | None = Field(
        default=None, description="Settings of ECR for the account. Default: as the account has them."
    )
