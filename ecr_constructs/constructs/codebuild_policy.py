"""The policy by which CodeBuild projects build images and push them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.identities import make_policy
from ecr_constructs.constructs.base.identity_arguments import HasName, arns_of, names_of_roles
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.identities.codebuild import CodeBuild
from ecr_constructs.core.ssm import DEFAULT_PREFIX

__all__ = ["CodeBuildPolicy"]


@checks_arguments
class CodeBuildPolicy(PlacedConstruct):
    """A managed policy by which CodeBuild projects build images, push them, and read where to.

    It lets the service role of a project log in, pull from repositories and push to them, read their parameters as
    `parameter-store` of a buildspec does, and write the logs of the projects that are named.

    Example:
        >>> CodeBuildPolicy(
        ...     self, "Builds", policy_name="builds", repositories=[web], published_names=["web"], roles=["builds"]
        ... )

    Attributes:
        policy_arn: ARN of the policy.
        policy: The `aws_iam_policy` itself.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        policy_name: str,
        repositories: Sequence[RepositoryBase | str],
        published_names: Sequence[str] = (),
        published_beside: Sequence[str] = (),
        prefix: str = DEFAULT_PREFIX,
        project_names: Sequence[str] = (),
        roles: Sequence[str | HasName] = (),
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make the policy, and attach it.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            policy_name: Name of the policy, 1 to 128 letters, digits and `+=,.@_-`.
            repositories: The repositories to push to, or their ARNs; at least one.
            published_names: Names by which they are published, as `SsmPublisher(name=...)` has them, to let their
                parameters be read; default: none.
            published_beside: Further names that are published there. Below the path of `team` may be that of
                `team/api`, whose parameters then cannot be read unless it is named as well.
            prefix: Path below which they are published; default `/ecr`.
            project_names: Projects whose logs may be written, to `/aws/codebuild/NAME`; default: none.
            roles: Service roles of projects: their names, or objects that have one; default: none.
            tags: Tags of the policy.
            logical_id: Terraform name of the policy, and beginning of that of its attachments; default: CDKTF's names.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: AWS takes no such arguments, or the policy would have more than 6,144 characters
                (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). It names all of it.
        """
        super().__init__(scope, id)
        names, problems = names_of_roles(roles)
        wanted = CodeBuild(
            policy_name=policy_name,
            repositories=arns_of(repositories),
            published_names=tuple(published_names),
            published_beside=tuple(published_beside),
            prefix=prefix,
            project_names=tuple(project_names),
            roles=tuple(names),
        )
        self.policy: aws.IamPolicy = make_policy(
            self,
            wanted,
            description="CodeBuild pushes images to ECR",
            roles=names,
            problems=problems,
            tags=tags,
            logical_id=logical_id,
            provider=provider,
        )
        self.policy_arn: str = self.policy.arn
