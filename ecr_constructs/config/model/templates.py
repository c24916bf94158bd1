"""Repository creation templates: what ECR gives to the repositories that it makes by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ecr_constructs.config.model.fields import (
    REPOSITORY_NAME,
    AccountId,
    Items,
    Model,
    OrganizationId,
    ProtectedTag,
    RoleArn,
    TagFilters,
    Tags,
    Text,
    form,
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
from ecr_constructs.core.registry.templates import LONGEST_DESCRIPTION, ROOT, TemplateAppliedFor
from ecr_constructs.core.repository import EncryptionType, ImageTagMutability
from ecr_constructs.core.wording import WORDING

__all__ = ["CreationTemplateOptions", "TemplateOptions", "Templates"]


class TemplateOptions(Model, title="template of a cache"):
    """What ECR gives to the repositories that it makes by itself."""

    example: ClassVar[Mapping[str, object]] = {"max_image_count": 20}

    description: Annotated[Text, form(WORDING, maxLength=LONGEST_DESCRIPTION)] | None = Field(
        default=None, description="What the template is for."
    )
    image_tag_mutability: ImageTagMutability = Field(
        default="MUTABLE", description="Whether a tag can be pushed again."
    )
    image_tag_mutability_exclusion_filters: TagFilters = Field(
        default=(), description="1 to 5 tag patterns that the two ..._WITH_EXCLUSION leave out."
    )
    encryption_type: EncryptionType = Field(default="AES256", description="Encryption of the images.")
    kms_key: ExistingKey | None = Field(default=None, description="Key for KMS. Default: AWS's own.")
    retention: RetentionPreset | None = Field(
        default=None,
        description="What is kept, by one word in place of the numbers below: development, production, compliance or "
        "releases. protected_tags join those of the preset.",
    )
    max_image_count: Count | None = Field(default=None, description="Images to keep. Default: all.")
    expire_untagged_after_days: Count | None = Field(
        default=None, description="Days after its push at which an image without a tag expires."
    )
    expire_tagged_after_days: Count | None = Field(
        default=None, description="Days after its push at which an image with a tag expires."
    )
    keep_tagged_count: Count | None = Field(
        default=None,
        description="Images with a tag to keep, the newest, however old; the others expire, however young.",
    )
    keep_tagged_per_pattern: KeptPerPatternOptions = Field(
        default={}, description="1 to 5 tag patterns, each with how many of its newest images are kept."
    )
    beyond_kept: BeyondKept | None = Field(
        default=None, description="What becomes of tagged images beyond those two numbers. Default: expire."
    )
    archive_after_days_without_pull: Count | None = Field(
        default=None, description="Days after its last pull at which an image with a tag moves to the archive."
    )
    delete_archived_after_days: ArchivedDays | None = Field(
        default=None, description="Days in the archive, 90 or more, after which an image expires."
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
    custom_role_arn: RoleArn | None = Field(
        default=None, description="Role that ECR assumes, which tags and KMS need: its full ARN."
    )
    create_role: bool = Field(default=False, description="Make that role.")


class CreationTemplateOptions(TemplateOptions, title="creation template"):
    """A repository creation template."""

    example: ClassVar[Mapping[str, object]] = {"applied_for": ["REPLICATION"]}

    applied_for: Annotated[Items[TemplateAppliedFor], form(minItems=1)] = Field(
        description="Which repositories of the prefix it is for: cached ones, replicas, and those that a push makes "
        "where there is none of its name; the last needs provider 6.28."
    )


Templates = Annotated[
    Mapping[str, CreationTemplateOptions], form(propertyNames={"anyOf": [{"const": ROOT}, REPOSITORY_NAME.said]})
]
"""Templates by the prefix of the names that they are for."""
