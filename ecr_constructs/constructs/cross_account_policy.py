"""Access of other accounts, organisations and services to a repository."""

from __future__ import annotations

from collections.abc import Sequence

from ecr_constructs._engine.door import Construct
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.access import (
    PULL_ACTIONS,
    PUSH_ACTIONS,
    grant_accounts,
    grant_lambda,
    grant_organization,
    grant_organization_paths,
    grant_services,
)
from ecr_constructs.core.aws import check_account_id, check_organization_id, check_organization_path
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.errors import Problem, raise_problems

__all__ = ["CrossAccountPolicy"]


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
        problems = [
            *_check_accounts(allowed_account_ids, "allowed_account_ids"),
            *_check_accounts(service_source_account_ids, "service_source_account_ids"),
            *_check_accounts(lambda_account_ids, "lambda_account_ids"),
            *_check_accounts(push_account_ids, "push_account_ids"),
            *_check_organization(organization_id, "organization_id"),
            *_check_organization(push_organization_id, "push_organization_id"),
            *_check_paths(organization_paths, "organization_paths"),
            *_check_paths(push_organization_paths, "push_organization_paths"),
        ]
        if problems:
            raise_problems(problems, source=self._path)
        registry = repository._registry
        statements: list[PolicyStatement] = []
        for verb, actions, accounts, organization, paths in (
            ("Pull", PULL_ACTIONS, allowed_account_ids, organization_id, organization_paths),
            ("Push", PUSH_ACTIONS, push_account_ids, push_organization_id, push_organization_paths),
        ):
            if accounts:
                statements += grant_accounts(accounts, actions, partition=registry.partition, sid=f"{verb}FromAccounts")
            statements += grant_organization(organization, actions, sid=f"{verb}FromOrganization")
            statements += grant_organization_paths(paths, actions, sid=f"{verb}FromOrganizationPaths")
        if service_principals:
            statements += grant_services(
                service_principals,
                PULL_ACTIONS,
                source_account_ids=service_source_account_ids or [registry.account_id],
                sid="PullFromService",
            )
        if enable_lambda_pull or lambda_account_ids:
            statements += grant_lambda(
                own_account_id=registry.account_id if enable_lambda_pull else None,
                other_account_ids=lambda_account_ids,
                region=registry.region,
                partition=registry.partition,
            )
        if not statements:
            fix = "Name an account, an organisation, a service or Lambda, or leave the construct out."
            raise_problems([Problem((), "access-empty", "must grant something", "nothing", fix)], source=self._path)
        repository._contribute_statements(statements, self)


def _check_accounts(account_ids: Sequence[str], name: str) -> list[Problem]:
    return [problem for index, each in enumerate(account_ids) for problem in check_account_id(each, name, index)]


def _check_organization(organization_id: str | None, name: str) -> list[Problem]:
    return [] if organization_id is None else check_organization_id(organization_id, name)


def _check_paths(paths: Sequence[str], name: str) -> list[Problem]:
    return [problem for index, each in enumerate(paths) for problem in check_organization_path(each, name, index)]
