"""The KMS key of repositories."""

from __future__ import annotations

from collections.abc import Mapping

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, TerraformProvider, TerraformResourceLifecycle
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import claim_logical_id, registry_of
from ecr_constructs.constructs.base.synthesis import warn
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.core.kms import (
    KeySettings,
    allow_ecr,
    allow_eventbridge,
    allow_logs,
    check_alias,
    check_parameter_name,
)
from ecr_constructs.core.tags import check_tags
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.core.wording import line_notices
from ecr_constructs.errors import raise_problems

__all__ = ["ImportedKey", "RepositoryKey"]


@checks_arguments
class RepositoryKey(PlacedConstruct):
    """A KMS key for the images of repositories, which is rotated, and which ECR alone can use.

    Principals of the account administer it by their IAM policies. Whoever creates repositories with it needs
    kms:CreateGrant, kms:DescribeKey and kms:RetireGrant there, and can use the first through ECR alone; whoever pushes
    and pulls needs nothing (https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html).

    Without the key nobody can read the images any more: do not delete it before the last of its repositories.

    Example:
        >>> key = RepositoryKey(self, "Key", alias="alias/shop/ecr")
        >>> Repository(self, "Web", repository_name="shop/web", encryption_type="KMS", kms_key=key.arn)

    Attributes:
        arn: Full ARN of the key, as `Repository(kms_key=...)` takes it.
        resource: The `aws_kms_key` itself.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        alias: str,
        description: str = "Images in Amazon ECR",
        deletion_window_in_days: float = 30,
        rotation_period_in_days: float | None = None,
        multi_region: bool = False,
        prevent_destroy: bool = False,
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make a key and its alias.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            alias: Name of the key: `alias/` and up to 250 letters, digits, `/`, `_` and `-`; not `alias/aws/...`.
            description: What the key is for, at most 8,192 characters.
            deletion_window_in_days: How long a deletion can be cancelled, 7 to 30 days; default 30.
            rotation_period_in_days: How often the key is rotated, 90 to 2,560 days; default: AWS's, a year.
            multi_region: Whether replicas of the key can be made in other regions; default False. Changing it replaces
                the key, and with it every repository.
            prevent_destroy: Whether Terraform refuses every plan that destroys or replaces the key; default False.
            tags: Tags of the key.
            logical_id: Terraform name of the resources; default: CDKTF's.
            provider: Provider to use instead of the stack's; the key must be in the region of its repositories.

        Raises:
            InvalidInput: KMS takes no such arguments, or another construct makes the alias; it names all problems.
        """
        super().__init__(scope, id)
        self._registry = registry_of(self, provider)
        problems = [
            *KeySettings(
                alias=alias,
                description=description,
                deletion_window_in_days=deletion_window_in_days,
                rotation_period_in_days=rotation_period_in_days,
                multi_region=multi_region,
            ).problems(self._registry),
            *check_tags(tags or {}, "tags"),
            *([] if is_unresolved(alias) else self._registry.claim(f"key {alias}", self)),
            *claim_logical_id(logical_id, "key", self),
        ]
        raise_problems(problems, source=self._path)
        for notice in line_notices(description, "description"):
            warn(self, notice)
        self._statements = allow_ecr(
            account_id=self._registry.account_id,
            region=self._registry.region,
            partition=self._registry.partition,
            dns_suffix=self._registry.dns_suffix,
        )
        self.resource: aws.KmsKey = aws.KmsKey(
            self,
            "Resource",
            description=description,
            deletion_window_in_days=deletion_window_in_days,
            enable_key_rotation=True,
            rotation_period_in_days=rotation_period_in_days,
            multi_region=True if multi_region else None,
            policy=render_policy(self._statements),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if prevent_destroy else None,
            tags=dict(tags) if tags else None,
            provider=provider,
        )
        set_logical_id(self.resource, logical_id)
        self.arn: str = self.resource.arn
        self._alias = aws.KmsAlias(self, "Alias", name=alias, target_key_id=self.resource.key_id, provider=provider)
        set_logical_id(self._alias, logical_id)

    def allow_log_group(self, log_group_name: str) -> None:
        """Let CloudWatch Logs encrypt a log group of the account with the key, as `ScanFindingsLog(kms_key=...)` needs.

        Args:
            log_group_name: Name of the log group.
        """
        self._allow(
            allow_logs(
                log_group_name,
                account_id=self._registry.account_id,
                region=self._registry.region,
                partition=self._registry.partition,
                dns_suffix=self._registry.dns_suffix,
            )
        )

    def allow_alerts(self) -> None:
        """Let EventBridge publish to topics encrypted with the key, as `ScanFindingsLog(topic_kms_key=...)` needs.

        It may do so for any topic and rule: KMS supports no condition on them here
        (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
        """
        self._allow(allow_eventbridge())

    def _allow(self, statement: PolicyStatement) -> None:
        self._statements.append(statement)
        self.resource.policy = render_policy(self._statements)

    @staticmethod
    def from_alias(
        scope: Construct,
        id: str,  # noqa: A002
        alias: str,
        *,
        provider: TerraformProvider | None = None,
    ) -> ImportedKey:
        """Return a key that exists already, looked up by its alias at plan.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            alias: The alias, with `alias/` in front.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: KMS takes no such alias.
        """
        key = ImportedKey(scope, id)
        raise_problems(check_alias(alias, "alias"), source=key._path)
        key.arn = aws.DataAwsKmsAlias(key, "Resource", name=alias, provider=provider).target_key_arn
        return key

    @staticmethod
    def from_ssm(
        scope: Construct,
        id: str,  # noqa: A002
        parameter_name: str,
        *,
        provider: TerraformProvider | None = None,
    ) -> ImportedKey:
        """Return a key that exists already, whose full ARN is in SSM Parameter Store, read at plan.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            parameter_name: Name of the parameter, of type String.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: Parameter Store takes no such name.
        """
        key = ImportedKey(scope, id)
        raise_problems(check_parameter_name(parameter_name, "parameter_name"), source=key._path)
        # insecure_value: an ARN is no secret, and a plan should show it.
        key.arn = aws.DataAwsSsmParameter(key, "Resource", name=parameter_name, provider=provider).insecure_value
        return key


@checks_arguments
class ImportedKey(PlacedConstruct):
    """A key that exists already, made by `RepositoryKey.from_alias` or `from_ssm`.

    Attributes:
        arn: Full ARN of the key, known at plan.
    """

    arn: str
