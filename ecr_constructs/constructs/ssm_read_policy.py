"""The policy by which roles read what is published about repositories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.identities import make_policy
from ecr_constructs.constructs.base.identity_arguments import HasName, names_of_roles
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.core.identities.ssm_read import DEFAULT_DESCRIPTION, DEFAULT_NAME, SsmRead
from ecr_constructs.core.ssm import DEFAULT_PREFIX

__all__ = ["SsmReadPolicy"]


@checks_arguments
class SsmReadPolicy(PlacedConstruct):
    """A managed policy by which roles read the parameters of repositories: URL, ARN and settings.

    A parameter is allowed by its own name, a listing by the path that is asked for: `/ecr` itself, which `/ecr/*` does
    not match. Whoever may list a path sees all below it
    (https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html).

    Example:
        >>> SsmReadPolicy(self, "Readers", repositories=["web"], roles=["lambda-web"])

    Attributes:
        policy_arn: ARN of the policy.
        policy: The `aws_iam_policy` itself.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        policy_name: str = DEFAULT_NAME,
        description: str = DEFAULT_DESCRIPTION,
        repositories: Sequence[str] | None = None,
        published_beside: Sequence[str] = (),
        prefix: str = DEFAULT_PREFIX,
        roles: Sequence[str | HasName] = (),
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make the policy, and attach it.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            policy_name: Name of the policy, 1 to 128 letters, digits and `+=,.@_-`; default `ECRSSMParameterRead`.
            description: What it is for, at most 1,000 characters; another one replaces the policy. Default `Allow
                reading ECR information from SSM Parameter Store`.
            repositories: Names by which they are published, as `SsmPublisher(name=...)` has them; default: all that is
                published below the prefix, by whomever.
            published_beside: Further names that are published there. Below the path of `team` may be that of
                `team/api`, whose parameters then cannot be read unless it is named as well; nor can `team` be listed.
            prefix: Path below which they are published; default `/ecr`.
            roles: Roles that get it: their names, or objects that have one; default: none.
            tags: Tags of the policy.
            logical_id: Terraform name of the policy, and beginning of that of its attachments; default: CDKTF's names.
            provider: Provider to use instead of the stack's; it says of which account and region the parameters are.

        Raises:
            InvalidInput: AWS takes no such arguments, or the policy would have more than 6,144 characters
                (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). It names all of it.
        """
        super().__init__(scope, id)
        names, problems = names_of_roles(roles)
        wanted = SsmRead(
            policy_name=policy_name,
            description=description,
            repositories=None if repositories is None else tuple(repositories),
            published_beside=tuple(published_beside),
            prefix=prefix,
            roles=tuple(names),
        )
        self.policy: aws.IamPolicy = make_policy(
            self,
            wanted,
            description=description,
            roles=names,
            problems=problems,
            tags=tags,
            logical_id=logical_id,
            provider=provider,
        )
        self.policy_arn: str = self.policy.arn
