"""The role by which ECS starts tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.identities import identity_of, make_role
from ecr_constructs.constructs.base.identity_arguments import arns_of
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import registry_of
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.identities.ecs_execution import EcsExecution

__all__ = ["EcsExecutionRole"]


@checks_arguments
class EcsExecutionRole(PlacedConstruct):
    """A task execution role: ECS pulls images by it, writes logs, and reads the secrets of containers.

    ECS alone can take it on, for tasks of the role's account and region. What the containers may do is the matter of
    the task role (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html).

    Example:
        >>> role = EcsExecutionRole(
        ...     self, "Execution", role_name="web-execution", repositories=[web], log_group_names=["/ecs/web"]
        ... )
        >>> EcsTaskDefinition(self, "Task", execution_role_arn=role.role_arn, ...)

    Attributes:
        role_arn: ARN of the role.
        role: The `aws_iam_role` itself.
        role_policy: Its `aws_iam_role_policy`, for what must not start before the role may do anything: `depends_on`.
    """

    role: aws.IamRole
    role_policy: aws.IamRolePolicy

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        role_name: str,
        repositories: Sequence[RepositoryBase | str],
        log_group_names: Sequence[str] = (),
        secret_arns: Sequence[str] = (),
        parameter_names: Sequence[str] = (),
        kms_key_arns: Sequence[str] = (),
        permissions_boundary: str | None = None,
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make the role.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            role_name: Name of the role, 1 to 64 letters, digits and `+=,.@_-`.
            repositories: The repositories to pull from, or their ARNs; at least one.
            log_group_names: Log groups of the account and region that the driver awslogs writes to; default: none. They
                must be there: the role cannot make them.
            secret_arns: Secrets of Secrets Manager for containers: their full ARNs, with the six characters that AWS
                adds, or `??????` in their place; default: none.
            parameter_names: Parameters of Parameter Store for containers, of the account and region; default: none.
            kms_key_arns: Customer managed keys that those are encrypted with; default: none.
            permissions_boundary: ARN of the policy that bounds the role; default: none.
            tags: Tags of the role.
            logical_id: Terraform name of the resources; default: CDKTF's names.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: AWS takes no such arguments, or the policy would have more than 10,240 characters
                (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). It names all of it.
        """
        super().__init__(scope, id)
        self._registry = registry_of(self, provider)
        self._role_names = (role_name,)
        wanted = EcsExecution(
            role_name=role_name,
            repositories=arns_of(repositories),
            log_group_names=tuple(log_group_names),
            secret_arns=tuple(secret_arns),
            parameter_names=tuple(parameter_names),
            kms_key_arns=tuple(kms_key_arns),
            permissions_boundary=permissions_boundary,
        )
        identity = identity_of(self, wanted, "role", role_name, tags=tags, logical_id=logical_id, provider=provider)
        self.role, self.role_policy = make_role(
            self,
            identity,
            description="ECS pulls images from ECR and starts tasks",
            permissions_boundary=permissions_boundary,
            tags=tags,
            logical_id=logical_id,
            provider=provider,
        )
        self.role_arn: str = self.role.arn
