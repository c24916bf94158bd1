"""The policy by which roles create Lambda functions from images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.identities import make_policy
from ecr_constructs.constructs.base.identity_arguments import HasName, arns_of, names_of_roles
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.identities.lambda_pull import LambdaCreators

__all__ = ["LambdaPull"]


@checks_arguments
class LambdaPull(PlacedConstruct):
    """A managed policy for roles that create and update Lambda functions from images, as far as ECR is concerned.

    Lambda asks whether the principal that creates a function may read its image, and then reads it itself, as a
    service: the repository must let it in, which `CrossAccountPolicy(enable_lambda_pull=True)` and in a file
    `enable_lambda_pull` do. So nobody needs ecr:SetRepositoryPolicy, by which Lambda would add that by itself. The
    execution role of a function needs nothing of ECR, and no `docker login` is needed
    (https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-permissions).

    Example:
        >>> LambdaPull(self, "Deployers", policy_name="functions-of-images", repositories=[web], roles=["deploy"])

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
            repositories: The repositories, or their ARNs; at least one.
            roles: Roles that create and update functions: their names, or objects that have one; default: none.
            tags: Tags of the policy.
            logical_id: Terraform name of the policy, and beginning of that of its attachments; default: CDKTF's names.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: IAM takes no such arguments, or the policy would have more than 6,144 characters
                (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). It names all of it.
        """
        super().__init__(scope, id)
        names, problems = names_of_roles(roles)
        wanted = LambdaCreators(policy_name=policy_name, repositories=arns_of(repositories), roles=tuple(names))
        self.policy: aws.IamPolicy = make_policy(
            self,
            wanted,
            description="Create Lambda functions from images in ECR",
            roles=names,
            problems=problems,
            tags=tags,
            logical_id=logical_id,
            provider=provider,
        )
        self.policy_arn: str = self.policy.arn
