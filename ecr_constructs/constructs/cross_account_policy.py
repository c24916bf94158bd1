"""Access of other accounts, organisations and services to a repository."""

from __future__ import annotations

from collections.abc import Sequence

from ecr_constructs._engine.door import Construct
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.grantees import Grantee, names_of
from ecr_constructs.constructs.base.grants import OtherSides
from ecr_constructs.constructs.base.organization import own_organization_id
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.constructs.base.synthesis import warn
from ecr_constructs.core.access.checks import check_grants, check_named
from ecr_constructs.core.access.grants import AccessGrants, statements_of
from ecr_constructs.core.access.levels import Level
from ecr_constructs.core.access.notices import lambda_notices, wide_notices
from ecr_constructs.core.access.statements import ANY_ORGANIZATION_ID
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import known_partition
from ecr_constructs.errors import raise_problems

__all__ = ["CrossAccountPolicy"]


@checks_arguments
class CrossAccountPolicy(PlacedConstruct):
    """Who may do what with a repository: pull from it and, asked for by name, push to it, read it or manage it.

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
        pull_principals: Sequence[Grantee] = (),
        push_principals: Sequence[Grantee] = (),
        read_principals: Sequence[Grantee] = (),
        admin_principals: Sequence[Grantee] = (),
        policy_statements: Sequence[PolicyStatement] = (),
    ) -> None:
        """Add statements to a repository's policy.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            repository: The repository.
            allowed_account_ids: Accounts that may pull, and describe and list images, 12 digits each.
            organization_id: Organisation all of whose accounts may do that (`o-...`). It does not cover AWS's services.
            organization_paths: Organisational units whose accounts may do that, as in
                `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`.
            service_principals: AWS services that may pull, such as `codebuild.amazonaws.com`.
            service_source_account_ids: Accounts on whose behalf those services may; default: the repository's own.
            enable_lambda_pull: Whether Lambda functions of the repository's own account may use its images; default
                False.
            lambda_account_ids: Further accounts whose Lambda functions, in the same region, may use its images.
            push_account_ids: Accounts that may push.
            push_organization_id: Organisation all of whose accounts may push.
            push_organization_paths: Organisational units whose accounts may push.
            pull_principals: Who may pull, and nothing else: account ids, ARNs of roles, users and account roots or
                objects that have one, services (on behalf of the repository's own account), organisations (`o-...`),
                paths of organisational units, and `organization`, the account's own one, read at plan. A role or user
                of this app gets its own policy as well; see `Repository.grant_pull`.
            push_principals: Who may push.
            read_principals: Who may list and describe images and findings.
            admin_principals: Who may manage the repository; see `Repository.grant_admin`.
            policy_statements: Statements of your own; a principal of one may be an account id.

        Raises:
            InvalidInput: Somebody is named in another form, nothing is granted, or a policy breaks one of AWS's rules.
        """
        super().__init__(scope, id)
        given = {
            Level.PULL: pull_principals,
            Level.PUSH: push_principals,
            Level.READ: read_principals,
            Level.ADMIN: admin_principals,
        }
        names = {level: self._names_of(grantees, level) for level, grantees in given.items()}
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
            pull_principals=tuple(names[Level.PULL]),
            push_principals=tuple(names[Level.PUSH]),
            read_principals=tuple(names[Level.READ]),
            admin_principals=tuple(names[Level.ADMIN]),
            policy_statements=tuple(policy_statements),
        )
        place = repository._registry
        sides = OtherSides(
            repository,
            [
                (grantee, name, [level])
                for level, grantees in given.items()
                for grantee, name in zip(grantees, names[level], strict=True)
            ],
        )
        listed = {
            "allowed_account_ids": grants.allowed_account_ids,
            "push_account_ids": grants.push_account_ids,
            **{f"{level}_principals": each for level, each in names.items()},
        }
        problems = [*check_grants(grants, known_partition(place)), *check_named(listed, place), *sides.problems()]
        raise_problems(problems, source=self._path)
        own = own_organization_id(place) if grants.names_own_organization else ANY_ORGANIZATION_ID
        repository._contribute_statements(statements_of(grants, place, own_organization_id=own), self)
        sides.write()
        for notice in (*lambda_notices(grants), *wide_notices(grants)):
            warn(self, notice)

    def _names_of(self, grantees: Sequence[Grantee], level: Level) -> list[str]:
        """Return those who get a level as text."""
        rule = "must be an account id, an ARN or an object that has one, a service or an organisation"
        names, problems = names_of(grantees, rule, f"{level}_principals")
        raise_problems(problems, source=self._path)
        return names
