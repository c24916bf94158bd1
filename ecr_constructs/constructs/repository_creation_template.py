"""What repositories are like that ECR makes by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, IResolvable, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.provider_floor import point_out_older_provider
from ecr_constructs.constructs.base.registry import claim_logical_id, registry_of
from ecr_constructs.constructs.base.synthesis import warn
from ecr_constructs.constructs.base.tokens import check_list_tokens, number_as_text, rule_as_text
from ecr_constructs.core.aws import RepositoryArn
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.core.lifecycle import (
    BeyondKept,
    LifecycleRule,
    Retention,
    RetentionPreset,
    compose_retention,
    mutability_notices,
    policy_notices,
    render_lifecycle_policy,
    template_traps,
)
from ecr_constructs.core.registry.pushes import push_notices
from ecr_constructs.core.registry.templates import (
    ROOT,
    CreationTemplate,
    TemplateAppliedFor,
    role_policy,
    role_trust_policy,
)
from ecr_constructs.core.repository import EncryptionType, ImageTagMutability, RepositorySettings
from ecr_constructs.core.tokens import TokenString
from ecr_constructs.core.wording import line_notices
from ecr_constructs.errors import raise_problems

__all__ = ["CreationTemplateArguments", "RepositoryCreationTemplate"]


class CreationTemplateArguments(TypedDict, total=False):
    """The arguments of `RepositoryCreationTemplate`, less what it is for and where it is."""

    description: str | None
    image_tag_mutability: ImageTagMutability | TokenString
    image_tag_mutability_exclusion_filters: Sequence[str]
    encryption_type: EncryptionType | TokenString
    kms_key: str | None
    max_image_count: float | str | IResolvable | None
    expire_untagged_after_days: float | str | IResolvable | None
    expire_tagged_after_days: float | str | IResolvable | None
    keep_tagged_count: float | str | IResolvable | None
    keep_tagged_per_pattern: Mapping[str, int] | None
    beyond_kept: BeyondKept | None
    archive_after_days_without_pull: float | str | IResolvable | None
    delete_archived_after_days: float | str | IResolvable | None
    max_untagged_count: float | str | IResolvable | None
    retention: RetentionPreset | None
    protected_tags: Sequence[str]
    lifecycle_rules: Sequence[LifecycleRule]
    lifecycle_policy: str | Mapping[str, object] | None
    repository_policy: Sequence[PolicyStatement]
    resource_tags: Mapping[str, str] | None
    custom_role_arn: str | None
    create_role: bool
    role_name: str | None
    logical_id: str | None


@checks_arguments
class RepositoryCreationTemplate(PlacedConstruct):
    """What ECR gives the repositories that it makes for replicas, for cached images and for pushes.

    Without a template replicas and cached images have ECR's defaults: mutable tags, AES256, no policies, no tags; and
    no push makes a repository. A template says nothing about repositories that exist already
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html).

    Example:
        >>> RepositoryCreationTemplate(
        ...     self, "Replicas", prefix="shop", applied_for=["REPLICATION"], image_tag_mutability="IMMUTABLE"
        ... )

    Attributes:
        resource: The `aws_ecr_repository_creation_template` itself.
        role: The role that was made by `create_role`, or None.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        prefix: str,
        applied_for: Sequence[TemplateAppliedFor | TokenString],
        description: str | None = None,
        image_tag_mutability: ImageTagMutability | TokenString = "MUTABLE",
        image_tag_mutability_exclusion_filters: Sequence[str] = (),
        encryption_type: EncryptionType | TokenString = "AES256",
        kms_key: str | None = None,
        max_image_count: float | str | IResolvable | None = None,
        expire_untagged_after_days: float | str | IResolvable | None = None,
        expire_tagged_after_days: float | str | IResolvable | None = None,
        keep_tagged_count: float | str | IResolvable | None = None,
        keep_tagged_per_pattern: Mapping[str, int] | None = None,
        beyond_kept: BeyondKept | None = None,
        archive_after_days_without_pull: float | str | IResolvable | None = None,
        delete_archived_after_days: float | str | IResolvable | None = None,
        max_untagged_count: float | str | IResolvable | None = None,
        retention: RetentionPreset | None = None,
        protected_tags: Sequence[str] = (),
        lifecycle_rules: Sequence[LifecycleRule] = (),
        lifecycle_policy: str | Mapping[str, object] | None = None,
        repository_policy: Sequence[PolicyStatement] = (),
        resource_tags: Mapping[str, str] | None = None,
        custom_role_arn: str | None = None,
        create_role: bool = False,
        role_name: str | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make a template.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            prefix: What the names begin with, without the `/` that ECR adds: `shop` is for `shop/web`, not for
                `shopping`. `ROOT` is for all that no other template is for.
            applied_for: What the repositories are made for, one or several: `REPLICATION`, `PULL_THROUGH_CACHE`, and
                `CREATE_ON_PUSH`, with which a push to a name that there is not makes the repository, and which needs
                release 6.28 of the provider; or a `token`.
            description: At most 255 characters.
            image_tag_mutability: `MUTABLE` (default), `IMMUTABLE`, `IMMUTABLE_WITH_EXCLUSION` or
                `MUTABLE_WITH_EXCLUSION`; or a `token`. A pull-through cache cannot update an immutable tag.
            image_tag_mutability_exclusion_filters: For the last two, 1 to 5 tag patterns with at most two `*` each.
            encryption_type: `AES256` (default), `KMS`, or in GovCloud `KMS_DSSE`; or a `token`.
            kms_key: Full ARN of a key in the region of the registry; default with `KMS`: AWS's own key.
            max_image_count: See `LifecyclePolicy`, as for the following.
            expire_untagged_after_days: Days after its push at which an image without a tag expires.
            expire_tagged_after_days: Days after its push at which an image with a tag expires.
            keep_tagged_count: Images with a tag to keep.
            keep_tagged_per_pattern: Tag patterns, each with how many images are kept.
            beyond_kept: What becomes of tagged images beyond those: `expire` (default) or `archive`.
            archive_after_days_without_pull: Days after its last pull at which an image with a tag is archived.
            delete_archived_after_days: Days in the archive after which an image expires, 90 or more.
            max_untagged_count: Images without a tag to keep.
            retention: A preset: `development`, `production`, `compliance` or `releases`.
            protected_tags: Tag patterns whose images the shortcuts never expire or archive.
            lifecycle_rules: Further rules; those without a priority are numbered in order.
            lifecycle_policy: The whole policy in AWS's JSON, as text or parsed, instead of everything from
                `max_image_count` on.
            repository_policy: Statements of the repositories' policy; without `resources`.
            resource_tags: Tags of the repositories. The provider's default tags do not come along.
            custom_role_arn: Role that ECR assumes, in the account of the registry. It is needed for tags and KMS:
                without it, no repository is made
                (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create-iam.html).
            create_role: Whether to make that role here, for the template's repositories and key alone; default False.
            role_name: Name of that role; default: one that the provider makes up.
            logical_id: Terraform name of the resources; default: CDKTF's, made from the path of the construct.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: Arguments break rules of ECR, or the registry has a template of that prefix; it names both.
        """
        super().__init__(scope, id)
        self._registry = registry_of(self, provider)
        self._template = template = CreationTemplate(
            prefix=prefix,
            applied_for=applied_for,
            settings=RepositorySettings(
                image_tag_mutability=image_tag_mutability,
                image_tag_mutability_exclusion_filters=tuple(image_tag_mutability_exclusion_filters),
                encryption_type=encryption_type,
                kms_key=kms_key,
            ),
            retention=Retention(
                max_image_count=number_as_text(max_image_count),
                expire_untagged_after_days=number_as_text(expire_untagged_after_days),
                expire_tagged_after_days=number_as_text(expire_tagged_after_days),
                keep_tagged_count=number_as_text(keep_tagged_count),
                keep_tagged_per_pattern=keep_tagged_per_pattern or {},
                beyond_kept=beyond_kept,
                archive_after_days_without_pull=number_as_text(archive_after_days_without_pull),
                delete_archived_after_days=number_as_text(delete_archived_after_days),
                max_untagged_count=number_as_text(max_untagged_count),
                retention=retention,
                protected_tags=protected_tags,
                lifecycle_rules=tuple(map(rule_as_text, lifecycle_rules)),
                lifecycle_policy=lifecycle_policy,
            ),
            repository_policy=tuple(repository_policy),
            description=description,
            resource_tags=resource_tags or {},
            custom_role_arn=custom_role_arn,
            create_role=create_role,
            role_name=role_name,
        )
        problems = template.problems(self._registry) + check_list_tokens(template.repository_policy)
        problems += self._registry.claim(f"creation template of the prefix {prefix}", self)
        problems += claim_logical_id(logical_id, "creation template", self)
        raise_problems(problems, source=self._path)
        self.role: aws.IamRole | None = self._make_role(template, logical_id) if create_role else None
        filters = template.settings.image_tag_mutability_exclusion_filters
        written = compose_retention(template.retention)[0]
        self.resource: aws.EcrRepositoryCreationTemplate = aws.EcrRepositoryCreationTemplate(
            self,
            "Resource",
            prefix=prefix,
            applied_for=sorted(set(applied_for)),
            description=description,
            image_tag_mutability=image_tag_mutability,
            image_tag_mutability_exclusion_filter=[
                aws.EcrRepositoryCreationTemplateImageTagMutabilityExclusionFilter(filter=text, filter_type="WILDCARD")
                for text in filters
            ]
            or None,
            encryption_configuration=[
                aws.EcrRepositoryCreationTemplateEncryptionConfiguration(
                    encryption_type=encryption_type, kms_key=kms_key
                )
            ],
            lifecycle_policy=render_lifecycle_policy([rule for rule, _ in written]) if written else None,
            repository_policy=render_policy(template.repository_policy) if template.repository_policy else None,
            resource_tags=resource_tags or None,
            custom_role_arn=custom_role_arn if self.role is None else self.role.arn,
            provider=self._registry.provider,
        )
        set_logical_id(self.resource, logical_id)
        point_out_older_provider(self, template)
        mutability = mutability_notices(retention, template.settings)
        pushes, lines = push_notices(template), line_notices(description, "description")
        unbounded = [each.notice for each in template_traps(written)]
        for notice in (*policy_notices(written), *unbounded, *mutability, *pushes, *lines):
            warn(self, notice)

    def _make_role(self, template: CreationTemplate, logical_id: str | None) -> aws.IamRole:
        registry = self._registry
        repositories = RepositoryArn(
            partition=registry.partition,
            region=registry.region,
            account_id=registry.account_id,
            repository_name="*" if template.prefix == ROOT else f"{template.prefix}/*",
        )
        role = aws.IamRole(
            self,
            "Role",
            name=template.role_name,
            description=f"ECR makes repositories from the creation template {template.prefix}",
            assume_role_policy=role_trust_policy(registry.account_id),
            provider=registry.provider,
        )
        set_logical_id(role, logical_id)  # before anything refers to it
        keys = f"arn:{registry.partition}:kms:{registry.region}:{registry.account_id}:key/*"
        policy = aws.IamRolePolicy(
            self,
            "RolePolicy",
            name="create-repositories",
            role=role.name,
            policy=role_policy(template, repositories=str(repositories), keys=keys),
            provider=registry.provider,
        )
        set_logical_id(policy, logical_id)
        return role
