"""The policy by which the nodes of an EKS cluster pull images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.identities import make_policy
from ecr_constructs.constructs.base.identity_arguments import HasName, arns_of, names_of_roles
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import registry_of
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.identities.node_pull import NodePull

__all__ = ["NodePullPolicy"]


@checks_arguments
class NodePullPolicy(PlacedConstruct):
    """A managed policy by which the nodes of an EKS cluster pull images from repositories.

    In a cluster it is the kubelet of a node that pulls: by the role of the node, on Fargate by the pod execution role.
    So pods need no image pull secrets, whose tokens would be of use for 12 hours
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_EKS.html). Nodes that have AWS's own policy
    AmazonEC2ContainerRegistryPullOnly pull from every repository of the account already; this one names the
    repositories, also those of other accounts.

    Example:
        >>> NodePullPolicy(self, "Nodes", policy_name="nodes-pull", repositories=[web], roles=["eks-nodes"])

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
            roles: Node roles and pod execution roles that get it: their names, or objects that have one; default: none.
            tags: Tags of the policy.
            logical_id: Terraform name of the policy, and beginning of that of its attachments; default: CDKTF's names.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: IAM takes no such arguments, or the policy would have more than 6,144 characters
                (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). It names all of it.
        """
        super().__init__(scope, id)
        names, problems = names_of_roles(roles)
        self._registry = registry_of(self, provider)
        self._role_names = tuple(names)
        wanted = NodePull(policy_name=policy_name, repositories=arns_of(repositories), roles=tuple(names))
        self.policy: aws.IamPolicy = make_policy(
            self,
            wanted,
            description="Nodes pull images from ECR",
            roles=names,
            problems=problems,
            tags=tags,
            logical_id=logical_id,
            provider=provider,
        )
        self.policy_arn: str = self.policy.arn
