"""The keys of an environment file about what an account and region has once: its registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from ecr_constructs.config.model.fields import (
    LOGICAL_NAME,
    REPOSITORY_NAME,
    WHOLE,
    AccountId,
    Items,
    LifecyclePolicyDocument,
    Model,
    OrganizationId,
    ProtectedTag,
    TagFilters,
    Tags,
    Text,
    checked,
    form,
)
from ecr_constructs.config.model.forms import pattern_of
from ecr_constructs.config.model.kms import ExistingKey
from ecr_constructs.config.model.repository import Count, LifecycleRuleOptions
from ecr_constructs.core.aws import ACCOUNT_ID
from ecr_constructs.core.registry.caches import CACHE_PREFIX_OR_ROOT, RECOVERY_DAYS, SECRET_ARN, SECRET_NAME
from ecr_constructs.core.registry.findings import RETENTION_DAYS, TOPIC_ARN
from ecr_constructs.core.registry.policy import REPLICATED_PREFIX
from ecr_constructs.core.registry.public import (
    LONGEST_ENTRY,
    LONGEST_TEXTS,
    MOST_ENTRIES,
    PUBLIC_NAME,
    PUBLIC_NAME_LENGTH,
)
from ecr_constructs.core.registry.templates import LONGEST_DESCRIPTION, ROLE_ARN, ROOT
from ecr_constructs.core.registry.upstreams import UPSTREAM
from ecr_constructs.core.wording import WORDING
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

# What the core's rules judge with more than the value in mind; the patterns are theirs.
_ReplicatedPrefix = Annotated[Text, form(rf"\*|{REPLICATED_PREFIX.pattern}\*?")]
_Upstream = Annotated[Text, form(UPSTREAM)]
_CachePrefix = Annotated[Text, form(CACHE_PREFIX_OR_ROOT)]
_PublicName = Annotated[Text, form(PUBLIC_NAME, minLength=PUBLIC_NAME_LENGTH[0], maxLength=PUBLIC_NAME_LENGTH[-1])]
_RoleArn = Annotated[Text, form(ROLE_ARN)]
_Principal = Annotated[Text, form(rf"{ACCOUNT_ID.pattern}|arn:aws[a-z-]*:(iam|sts)::{ACCOUNT_ID.pattern}:[!-~]+")]
_Entries = Annotated[Items[Annotated[Text, form(WORDING, maxLength=LONGEST_ENTRY)]], form(maxItems=MOST_ENTRIES)]
_RecoveryDays = Annotated[int, WHOLE, form(enum=[0, *RECOVERY_DAYS])]


def _check_days(value: int) -> list[Problem]:
    rule = "must be a number of days that CloudWatch Logs knows"
    fix = f"Use one of {', '.join(map(str, RETENTION_DAYS[1:]))}, or 0 to keep findings for ever."
    return [] if value in RETENTION_DAYS else [Problem((), "log-retention", rule, show(value), fix)]


_RetentionDays = Annotated[int, checked(_check_days, enum=[*RETENTION_DAYS]), WHOLE]


class ReplicationSourceOptions(Model, title="replication source"):
    """An account that may replicate into this registry."""

    example: ClassVar[Mapping[str, object]] = {"account_id": "222222222222"}

    account_id: AccountId = Field(description="The account, 12 digits in quotes.")
    create_repository: bool = Field(default=False, description="Let it make the repositories that are not there yet.")
    repository_prefixes: Annotated[Items[_ReplicatedPrefix], form(minItems=1)] = Field(
        default=("*",), description="What the names of the repositories begin with. Default: all."
    )


class RegistryPolicyOptions(Model, title="registry policy"):
    """Who may do what in the registry as a whole."""

    example: ClassVar[Mapping[str, object]] = {"replication_sources": [ReplicationSourceOptions.example]}

    replication_sources: Items[ReplicationSourceOptions] = Field(
        default=(),
        description="Accounts that may replicate into the registry, besides the environments of this app that do.",
    )


class TemplateOptions(Model, title="template of a cache"):
    """What ECR gives to the repositories that it makes by itself."""

    example: ClassVar[Mapping[str, object]] = {"max_image_count": 20}

    description: Annotated[Text, form(WORDING, maxLength=LONGEST_DESCRIPTION)] | None = Field(
        default=None, description="What the template is for."
    )
    image_tag_mutability: Literal["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"] = Field(
        default="MUTABLE", description="Whether a tag can be pushed again."
    )
    image_tag_mutability_exclusion_filters: TagFilters = Field(
        default=(), description="1 to 5 tag patterns that the two ..._WITH_EXCLUSION leave out."
    )
    encryption_type: Literal["AES256", "KMS", "KMS_DSSE"] = Field(
        default="AES256", description="Encryption of the images."
    )
    kms_key: ExistingKey | None = Field(default=None, description="Key for KMS. Default: AWS's own.")
    max_image_count: Count | None = Field(default=None, description="Images to keep. Default: all.")
    expire_untagged_after_days: Count | None = Field(
        default=None, description="Days after its push at which an image without a tag expires."
    )
    expire_tagged_after_days: Count | None = Field(
        default=None, description="Days after its push at which an image with a tag expires."
    )
    max_untagged_count: Count | None = Field(default=None, description="Images without a tag to keep.")
    protected_tags: Items[ProtectedTag] = Field(
        default=(), description="Tag patterns of images that the shortcuts never expire."
    )
    lifecycle_rules: Items[LifecycleRuleOptions] = Field(default=(), description="Further lifecycle rules.")
    lifecycle_policy: LifecyclePolicyDocument | None = Field(
        default=None, description="The whole lifecycle policy in AWS's JSON, instead of shortcuts and rules."
    )
    allowed_account_ids: Items[AccountId] = Field(default=(), description="Accounts that may pull.")
    organization_id: OrganizationId | None = Field(default=None, description="AWS organisation that may pull.")
    resource_tags: Tags = Field(default={}, description="Tags of the repositories; they need a role.")
    custom_role_arn: _RoleArn | None = Field(
        default=None, description="Role that ECR assumes, which tags and KMS need: its full ARN."
    )
    create_role: bool = Field(default=False, description="Make that role.")


class CreationTemplateOptions(TemplateOptions, title="creation template"):
    """A repository creation template."""

    example: ClassVar[Mapping[str, object]] = {"applied_for": ["REPLICATION"]}

    applied_for: Annotated[Items[Literal["PULL_THROUGH_CACHE", "REPLICATION"]], form(minItems=1)] = Field(
        description="Which repositories of the prefix it is for: cached ones, replicas, or both."
    )


class PullThroughCacheOptions(Model, title="pull-through cache"):
    """A pull-through cache of another registry."""

    example: ClassVar[Mapping[str, object]] = {"upstream": "quay"}

    upstream: _Upstream = Field(
        description="docker-hub, ecr-public, quay, ghcr, gitlab, k8s, chainguard, or the host or URL of a registry "
        "(NAME.azurecr.io, another registry of ECR)."
    )
    upstream_repository_prefix: _CachePrefix | None = Field(
        default=None, description="What the names begin with in the upstream registry. Default: all of it is cached."
    )
    credential_arn: Annotated[Text, form(SECRET_ARN)] | None = Field(
        default=None, description="Secret with the credentials, whose name begins with ecr-pullthroughcache/."
    )
    secret_name: Annotated[Text, form(SECRET_NAME)] | None = Field(
        default=None, description="Name of that secret instead of its ARN."
    )
    create_secret: bool = Field(default=False, description="Make the secret; its value is set outside of Terraform.")
    recovery_window_in_days: _RecoveryDays | None = Field(
        default=None, description="Days in which a destroyed secret can be restored: 7 to 30, or 0. Default: 30."
    )
    custom_role_arn: _RoleArn | None = Field(
        default=None, description="Role that ECR assumes to pull from a registry of ECR in another account."
    )
    principals: Items[_Principal] = Field(
        default=(), description="Account ids and ARNs that may have images cached. Default: by identity policies alone."
    )
    creation_template: TemplateOptions | None = Field(default=None, description="What the cached repositories get.")


def _bare_upstream(value: object) -> object:
    return {"upstream": value} if isinstance(value, str) else value


Cache = Annotated[
    PullThroughCacheOptions,
    BeforeValidator(_bare_upstream, json_schema_input_type=_Upstream | PullThroughCacheOptions),
]
"""A cache, or the name of its upstream alone."""


class PublicRepositoryOptions(Model, title="public repository"):
    """A public repository, with what its page in the gallery shows."""

    example: ClassVar[Mapping[str, object]] = {"description": "The command line"}

    repository_name: _PublicName | None = Field(
        default=None, description="Name in the public registry. Default: the key."
    )
    description: Annotated[Text, form(WORDING, maxLength=LONGEST_TEXTS["description"])] | None = Field(
        default=None, description="Short description, up to 1,024 characters."
    )
    about_text: Annotated[Text, form(WORDING, maxLength=LONGEST_TEXTS["about_text"])] | None = Field(
        default=None, description="About the images, in Markdown."
    )
    usage_text: Annotated[Text, form(WORDING, maxLength=LONGEST_TEXTS["usage_text"])] | None = Field(
        default=None, description="How to use them, in Markdown."
    )
    architectures: _Entries = Field(default=(), description="Such as x86-64 and ARM 64.")
    operating_systems: _Entries = Field(default=(), description="Such as Linux.")
    push_account_ids: Items[AccountId] = Field(default=(), description="Other accounts that may push.")
    force_destroy: bool = Field(default=False, description="Let it be destroyed with the images in it.")
    tags: Tags = Field(
        default={},
        description="Tags of the repository, besides the environment's; Name is its logical name unless said.",
    )


def _sets_one_of(*keys: str) -> dict[str, Any]:
    """Return what a schema says of a mapping in which one key at least has a value."""
    return {"anyOf": [{"required": [key], "properties": {key: {"not": {"type": "null"}}}} for key in keys]}


class AccountSettingsOptions(
    Model, title="account settings", json_schema_extra=_sets_one_of("basic_scan_type_version", "registry_policy_scope")
):
    """Settings of ECR for the account; taking one away leaves it as it is."""

    example: ClassVar[Mapping[str, object]] = {"registry_policy_scope": "V2"}

    basic_scan_type_version: Literal["AWS_NATIVE"] | None = Field(
        default=None, description="Scanner of basic scanning."
    )
    registry_policy_scope: Literal["V2"] | None = Field(
        default=None, description="Have the registry's policy hold for every action of ECR."
    )


_Templates = Annotated[
    Mapping[str, CreationTemplateOptions], form(propertyNames={"anyOf": [{"const": ROOT}, REPOSITORY_NAME.said]})
]
_Caches = Annotated[Mapping[str, Cache], form(propertyNames=form(CACHE_PREFIX_OR_ROOT).said)]
# A key that no public repository can be called by stands beside the name of one.
_NO_PUBLIC_NAME = rf"^(?!(?=.{{{PUBLIC_NAME_LENGTH[0]},{PUBLIC_NAME_LENGTH[-1]}}}$){pattern_of(PUBLIC_NAME)[1:]})"
_PublicRepositories = Annotated[
    Mapping[str, PublicRepositoryOptions | None],
    form(
        propertyNames=LOGICAL_NAME.said,
        allOf=[{"patternProperties": {_NO_PUBLIC_NAME: {"type": "object", **_sets_one_of("repository_name")}}}],
    ),
]


class RegistrySettings(Model, title="settings of a registry"):
    """The keys about the registry."""

    protected: bool = Field(
        default=False, description="Make Terraform refuse any plan that destroys one of the repositories."
    )
    ecr_registry_policy: RegistryPolicyOptions | None = Field(
        default=None, description="Who may do what in the registry as a whole."
    )
    ecr_creation_templates: _Templates = Field(
        default={}, description="What ECR gives to repositories that it makes, by the prefix of their names, or ROOT."
    )
    ecr_pull_through_caches: _Caches = Field(
        default={},
        description="Caches of other registries, or their upstreams alone, by the prefix of the cached repositories, "
        "or ROOT.",
    )
    ecr_public_repositories: _PublicRepositories = Field(
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
    ecr_log_kms_key: ExistingKey | None = Field(default=None, description="Key for the log group.")
    ecr_scan_alert_severity: Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"] | None = Field(
        default=None, description="Tell people of findings from this severity upwards, by SNS."
    )
    ecr_scan_alert_topic_arn: Annotated[Text, form(TOPIC_ARN)] | None = Field(
        default=None, description="SNS topic for that. Default: one that is made here."
    )
    ecr_account_settings: AccountSettingsOptions | None = Field(
        default=None, description="Settings of ECR for the account. Default: as the account has them."
    )
