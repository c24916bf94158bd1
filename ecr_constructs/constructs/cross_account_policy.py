"""Access of other accounts, organisations and services to a repository."""

from __future__ import annotations

from collections.abc import Sequence

from ecr_constructs._engine.door import Construct
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.constructs.base.synthesis import warn
from ecr_constructs.core.access.grants import AccessGrants, check_grants, lambda_notices, statements_of
from ecr_constructs.errors import raise_problems

__all__ = ["CrossAccountPolicy"]


@checks_arguments
class CrossAccountPolicy(PlacedConstruct):
    """Who beyond the repository's own account may pull from it and, asked for by name, push to it.

    The statements join those that come from elsewhere: a repository has one policy. The other side needs an identity
    policy of its own as well
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html).

    Example:
        >>> CrossAccountPolicy(self, "Access", repository=web, allowed_account_ids=["111111111111"])
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        repository: RepositoryBase,
        allowed_account_ids: Sequence[str] = (),
        organization_id: str | None = None,
        organization_paths: Sequence[str] = (),
        service_principals: Sequence[str] = (),
        service_source_account_ids: Sequence[str] = (),
        enable_lambda_pull: bool = False,
        lambda_account_ids: Sequence[str] = (),
        push_account_ids: Sequence[str] = (),
        push_organization_id: str | None = None,
        push_organization_paths: Sequence[str] = (),
    ) -> None:
        """Add statements to a repository's policy.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            repository: The repository.
            allowed_account_ids: Accounts that may pull, 12 digits each.
            organization_id: Organisation all of whose accounts may pull (`o-...`). It does not cover AWS's services.
            organization_paths: Organisational units whose accounts may pull, as in
                `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`.
            service_principals: AWS services that may pull, such as `codebuild.amazonaws.com`.
            service_source_account_ids: Accounts on whose behalf those services may; default: the repository's own.
            enable_lambda_pull: Whether Lambda functions of the repository's own account may use its images; default
                False.
            lambda_account_ids: Further accounts whose Lambda functions, in the same region, may use its images.
            push_account_ids: Accounts that may push.
            push_organization_id: Organisation all of whose accounts may push.
            push_organization_paths: Organisational units whose accounts may push.

        Raises:
            InvalidInput: Ids are malformed, nothing is granted, or the policy breaks one of ECR's rules.
        """
        super().__init__(scope, id)
        grants = AccessGrants(
            allowed_account_ids=tuple(allowed_account_ids),
            organization_id=organization_id,
            organization_paths=tuple(organization_paths),
            service_principals=tuple(service_principals),
            service_source_account_ids=tuple(service_source_account_ids),
            enable_lambda_pull=enable_lambda_pull,
            lambda_account_ids=tuple(lambda_account_ids),
            push_account_ids=tuple(push_account_ids),
            push_organization_id=push_organization_id,
            push_organization_paths=tuple(push_organization_paths),
        )
        raise_problems(check_grants(grants), source=self._path)
        repository._contribute_statements(statements_of(grants, repository._registry), self)
        for notice in lambda_notices(grants):
            warn(self, notice)
