"""The keys of an environment file about what an account and region has once: its registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ecr_constructs.config.model.caches import Caches
from ecr_constructs.config.model.fields import WHOLE, AccountId, Items, Model, Text, checked, form
from ecr_constructs.config.model.forms import sets_one_of
from ecr_constructs.config.model.kms import ExistingKey
from ecr_constructs.config.model.public import PublicRepositories
from ecr_constructs.config.model.templates import Templates
from ecr_constructs.core.registry.account_settings import BasicScanTypeVersion, BlobMounting, RegistryPolicyScope
from ecr_constructs.core.registry.finding_events import FindingSeverity
from ecr_constructs.core.registry.findings import RETENTION_DAYS, TOPIC_ARN
from ecr_constructs.core.registry.policy import REPLICATED_PREFIX
from ecr_constructs.core.registry.pull_times import EXCLUDED_ARN, LONGEST_EXCLUDED_ARN, MOST_EXCLUSIONS
from ecr_constructs.errors import Problem, show

__all__ = ["AccountSettingsOptions", "RegistryPolicyOptions", "RegistrySettings", "ReplicationSourceOptions"]

# What the core's rules judge with more than the value in mind; the patterns are theirs.
_ReplicatedPrefix = Annotated[Text, form(rf"\*|{REPLICATED_PREFIX.pattern}\*?")]
_ExcludedArn = Annotated[Text, form(EXCLUDED_ARN, maxLength=LONGEST_EXCLUDED_ARN)]


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


class AccountSettingsOptions(
    Model,
    title="account settings",
    json_schema_extra=sets_one_of("basic_scan_type_version", "registry_policy_scope", "blob_mounting"),
):
    """Settings of ECR for the account; taking one away leaves it as it is."""

    example: ClassVar[Mapping[str, object]] = {"registry_policy_scope": "V2"}

    basic_scan_type_version: BasicScanTypeVersion | None = Field(default=None, description="Scanner of basic scanning.")
    registry_policy_scope: RegistryPolicyScope | None = Field(
        default=None, description="Have the registry's policy hold for every action of ECR."
    )
    blob_mounting: BlobMounting | None = Field(
        default=None,
        description="Have pushes refer to layers that another repository of the registry has, instead of uploading "
        "them again. Needs provider 6.29.",
    )


class RegistrySettings(Model, title="settings of a registry"):
    """The keys about the registry."""

    protected: bool = Field(
        default=False, description="Make Terraform refuse any plan that destroys one of the repositories."
    )
    ecr_registry_policy: RegistryPolicyOptions | None = Field(
        default=None, description="Who may do what in the registry as a whole."
    )
    ecr_creation_templates: Templates = Field(
        default={}, description="What ECR gives to repositories that it makes, by the prefix of their names, or ROOT."
    )
    ecr_pull_through_caches: Caches = Field(
        default={},
        description="Caches of other registries, or their upstreams alone, by the prefix of the cached repositories, "
        "or ROOT.",
    )
    ecr_public_repositories: PublicRepositories = Field(
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
    ecr_scan_alert_severity: FindingSeverity | None = Field(
        default=None, description="Tell people of findings from this severity upwards, by SNS."
    )
    ecr_scan_alert_topic_arn: Annotated[Text, form(TOPIC_ARN)] | None = Field(
        default=None, description="SNS topic for that. Default: one that is made here."
    )
    ecr_account_settings: AccountSettingsOptions | None = Field(
        default=None, description="Settings of ECR for the account. Default: as the account has them."
    )
    ecr_pull_time_update_exclusions: Annotated[
        Items[_ExcludedArn], form(maxItems=MOST_EXCLUSIONS, uniqueItems=True)
    ] = Field(
        default=(),
        description="ARNs of roles and users, such as a scanner's, whose pulls do not count as the last pull of an "
        "image. Needs provider 6.28.",
    )
