"""The options of one repository, each with its meaning and default.

`RepositoryOptions` serves `ecr_defaults`, each entry of `ecr_repositories` and each workload; which keys a file really
has is kept in `model_fields_set`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from ecr_constructs.config.model.access import GrantedPrincipal, OrganizationPath, PolicyStatementOptions
from ecr_constructs.config.model.adoption import Adopted
from ecr_constructs.config.model.fields import (
    AccountId,
    Items,
    LogicalName,
    Model,
    OrganizationId,
    ProtectedTag,
    Region,
    RepositoryName,
    TagFilters,
    Tags,
)
from ecr_constructs.config.model.kms import ExistingKey
from ecr_constructs.config.model.lifecycle import (
    ArchivedDays,
    Count,
    KeptPerPatternOptions,
    LifecyclePolicyDocument,
    LifecycleRuleOptions,
)
from ecr_constructs.core.lifecycle.kept import BeyondKept
from ecr_constructs.core.lifecycle.presets import RetentionPreset
from ecr_constructs.core.registry.scanning import ScanFrequency
from ecr_constructs.core.repository import EncryptionType, ImageTagMutability

__all__ = ["ReplicationDestinationOptions", "RepositoryOptions"]


class ReplicationDestinationOptions(Model, title="replication destination"):
    """Where a repository's images are replicated to."""

    example: ClassVar[Mapping[str, object]] = {"region": "us-west-2"}

    region: Region = Field(description="Region of the destination.")
    registry_id: AccountId | None = Field(
        default=None, description="Account of the destination, 12 digits in quotes. Default: the environment's own."
    )
    deletions_replicated: bool = Field(
        default=False,
        description="Say that ECR replicates deletions there, which is switched on outside of Terraform: replicas then "
        "go with their source, also by its lifecycle policy. Nothing else is made of it.",
    )


class RepositoryOptions(Model, title="repository"):
    """Options of a repository."""

    example: ClassVar[Mapping[str, object]] = {"max_image_count": 20}

    repository_name: RepositoryName | None = Field(
        default=None,
        description="Full name in ECR. Default: made by ecr_repository_name. Changing it replaces the repository.",
    )
    image_tag_mutability: ImageTagMutability = Field(
        default="MUTABLE", description="Whether a tag can be pushed again."
    )
    image_tag_mutability_exclusion_filters: TagFilters = Field(
        default=(),
        description="1 to 5 tag patterns that the two ..._WITH_EXCLUSION leave out, such as latest or dev-*.",
    )
    scan_on_push: bool = Field(default=True, description="Scan each image for vulnerabilities when it is pushed.")
    enable_enhanced_scanning: bool = Field(default=False, description="Scan with Amazon Inspector.")
    scan_frequency: ScanFrequency = Field(default="SCAN_ON_PUSH", description="When the registry scans the repository.")
    retention: RetentionPreset | None = Field(
        default=None,
        description="What is kept, by one word in place of the numbers below: development, production, compliance or "
        "releases. protected_tags join those of the preset. Default: nothing but max_image_count.",
    )
    max_image_count: Count | None = Field(default=100, description="Images to keep; older ones expire. null keeps all.")
    expire_untagged_after_days: Count | None = Field(
        default=None, description="Days after its push at which an image without a tag expires."
    )
    expire_tagged_after_days: Count | None = Field(
        default=None, description="Days after its push at which an image with a tag expires, deployed or not."
    )
    keep_tagged_count: Count | None = Field(
        default=None,
        description="Images with a tag to keep, the newest, however old; the others expire, however young. Images of "
        "keep_tagged_per_pattern count and are left alone. Not with expire_tagged_after_days.",
    )
    keep_tagged_per_pattern: KeptPerPatternOptions = Field(
        default={},
        description="1 to 5 tag patterns, such as v*, each with how many of its newest images are kept, however old; "
        "its others expire, however young. An image stays while it is among the newest of any of its patterns.",
    )
    beyond_kept: BeyondKept | None = Field(
        default=None,
        description="What becomes of tagged images beyond those two numbers: expire, or archive, from where "
        "delete_archived_after_days deletes them. Default: expire.",
    )
    archive_after_days_without_pull: Count | None = Field(
        default=None,
        description="Days after its last pull, or its push, at which an image with a tag moves to the archive, where "
        "it cannot be pulled.",
    )
    delete_archived_after_days: ArchivedDays | None = Field(
        default=None, description="Days in the archive, 90 or more, after which an image expires."
    )
    max_untagged_count: Count | None = Field(default=None, description="Images without a tag to keep.")
    protected_tags: Items[ProtectedTag] = Field(
        default=(), description="Tag patterns, such as v*; images that carry one are never expired by the shortcuts."
    )
    lifecycle_rules: Items[LifecycleRuleOptions] = Field(default=(), description="Further lifecycle rules.")
    lifecycle_policy: LifecyclePolicyDocument | None = Field(
        default=None,
        description="The whole lifecycle policy in AWS's JSON, as text or as YAML, instead of shortcuts and rules.",
    )
    enable_cross_account_access: bool = Field(default=False, description="Let allowed_account_ids pull.")
    allowed_account_ids: Items[AccountId] = Field(
        default=(), description="Accounts that may pull, describe and list images, 12 digits each, in quotes."
    )
    organization_id: OrganizationId | None = Field(
        default=None, description="AWS organisation all of whose accounts may pull, describe and list images."
    )
    organization_paths: Items[OrganizationPath] = Field(
        default=(), description="Organisational units whose accounts may pull, describe and list images."
    )
    pull_principals: Items[GrantedPrincipal] = Field(
        default=(),
        description="Who may pull: account ids, ARNs of roles, users and account roots, services, organization (the "
        "own one), o-... and o-.../r-.../ou-.../*. A repository's list stands instead of that of the defaults.",
    )
    push_principals: Items[GrantedPrincipal] = Field(
        default=(), description="Who may push; named as in pull_principals, as for the following two."
    )
    read_principals: Items[GrantedPrincipal] = Field(
        default=(), description="Who may describe and list images and findings."
    )
    admin_principals: Items[GrantedPrincipal] = Field(
        default=(),
        description="Who may manage the repository: its policies, scanning, mutability, tags and the deletion of "
        "images. They neither pull nor push.",
    )
    push_account_ids: Items[AccountId] = Field(default=(), description="Accounts that may push.")
    push_organization_id: OrganizationId | None = Field(
        default=None, description="AWS organisation all of whose accounts may push."
    )
    push_organization_paths: Items[OrganizationPath] = Field(
        default=(), description="Organisational units whose accounts may push."
    )
    policy_statements: Items[PolicyStatementOptions] = Field(
        default=(),
        description="Further statements of the repository's policy. A repository's list stands instead of that of the "
        "defaults.",
    )
    enable_lambda_pull: bool = Field(
        default=False,
        description="Let Lambda functions use images: those of this account, and of other accounts that may pull.",
    )
    enable_replication: bool = Field(default=False, description="Replicate images to replication_destinations.")
    replication_destinations: Items[ReplicationDestinationOptions] = Field(
        default=(), description="Regions, and accounts if others, to replicate to."
    )
    encryption_type: EncryptionType | None = Field(
        default=None,
        description="Default: ecr_encryption_type. Changing it replaces the repository and deletes its images.",
    )
    kms_key: ExistingKey | None = Field(default=None, description="Key for KMS. Default: ecr_kms_key.")
    force_delete: bool = Field(default=False, description="Let the repository be destroyed with the images in it.")
    prevent_destroy: bool = Field(
        default=False, description="Make Terraform refuse any plan that destroys it while the file has it."
    )
    tags: Tags = Field(
        default={},
        description="Tags of the repository, besides the environment's; Name is its logical name unless said.",
    )
    publish_to_ssm: bool = Field(default=True, description="Publish URL, ARN and settings in SSM Parameter Store.")
    adopt: Adopted = Field(
        default=(),
        description="Take what exists in AWS under management by import blocks: true for the repository and its "
        "policies, or a list of repository, lifecycle_policy, repository_policy and parameters, or parameters/url "
        "and so on.",
    )
    renamed_from: LogicalName | None = Field(
        default=None, description="Former logical name, whose state becomes this one's by Terraform moved blocks."
    )
    allow_replacement: bool = Field(
        default=False, description="Let a change replace the repository, which deletes its images."
    )
    acknowledge: Items[str] = Field(
        default=(), description="Codes of notices about the repository that need not be shown any more."
    )
