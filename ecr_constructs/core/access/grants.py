"""Who may do what with a repository by its policy, all of it together.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from ecr_constructs.core.access.levels import (
    ACTIONS,
    PULL_ACTIONS,
    PUSH_ACTIONS,
    TRUSTED_ACTIONS,
    Level,
)
from ecr_constructs.core.access.statements import (
    ANY_ORGANIZATION_ID,
    OWN_ORGANIZATION,
    grant_accounts,
    grant_lambda,
    grant_organization,
    grant_organization_paths,
    grant_principals,
    grant_services,
)
from ecr_constructs.core.actions import is_granted_by
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place
from ecr_constructs.core.principals import EVERYONE, parse_principal, principal_arn
from ecr_constructs.core.tokens import is_unresolved

__all__ = ["AccessGrants", "lets_pull", "statements_of"]

_TUPLES = (
    "allowed_account_ids",
    "organization_paths",
    "service_principals",
    "service_source_account_ids",
    "lambda_account_ids",
    "push_account_ids",
    "push_organization_paths",
    *(f"{level}_principals" for level in Level),
    "policy_statements",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AccessGrants:
    """Who may do what with a repository by its policy; see `CrossAccountPolicy` for each."""

    allowed_account_ids: tuple[str, ...] = ()
    organization_id: str | None = None
    organization_paths: tuple[str, ...] = ()
    service_principals: tuple[str, ...] = ()
    service_source_account_ids: tuple[str, ...] = ()
    enable_lambda_pull: bool = False
    lambda_account_ids: tuple[str, ...] = ()
    push_account_ids: tuple[str, ...] = ()
    push_organization_id: str | None = None
    push_organization_paths: tuple[str, ...] = ()
    pull_principals: tuple[str, ...] = ()
    push_principals: tuple[str, ...] = ()
    read_principals: tuple[str, ...] = ()
    admin_principals: tuple[str, ...] = ()
    policy_statements: tuple[PolicyStatement, ...] = ()

    def __post_init__(self) -> None:
        for name in _TUPLES:
            value = getattr(self, name)
            if type(value) is not tuple:  # what files say is one: thousands of repositories are made so
                object.__setattr__(self, name, tuple(value))

    def principals_of(self, level: Level) -> tuple[str, ...]:
        """Return who has a level by name: `pull_principals` and so on."""
        return {
            Level.PULL: self.pull_principals,
            Level.PUSH: self.push_principals,
            Level.READ: self.read_principals,
            Level.ADMIN: self.admin_principals,
        }[level]

    @property
    def names_own_organization(self) -> bool:
        """Whether the account's own organisation has a level, so that its id has to be read."""
        return any(OWN_ORGANIZATION in self.principals_of(level) for level in Level)


def statements_of(
    grants: AccessGrants, place: Place, *, own_organization_id: str = ANY_ORGANIZATION_ID
) -> list[PolicyStatement]:
    """Return the statements of a repository's policy that grant access.

    Args:
        grants: Who may do what.
        place: Where the repository is.
        own_organization_id: What stands for the account's own organisation.
    """
    statements: list[PolicyStatement] = []
    for verb, actions, accounts, organization, paths in (
        ("Pull", TRUSTED_ACTIONS, grants.allowed_account_ids, grants.organization_id, grants.organization_paths),
        ("Push", PUSH_ACTIONS, grants.push_account_ids, grants.push_organization_id, grants.push_organization_paths),
    ):
        statements += grant_accounts(accounts, actions, partition=place.partition, sid=f"{verb}FromAccounts")
        statements += grant_organization(organization, actions, sid=f"{verb}FromOrganization")
        statements += grant_organization_paths(paths, actions, sid=f"{verb}FromOrganizationPaths")
    if grants.service_principals:
        statements += grant_services(
            grants.service_principals,
            PULL_ACTIONS,
            source_account_ids=grants.service_source_account_ids or [place.account_id],
            sid="PullFromService",
        )
    if grants.enable_lambda_pull or grants.lambda_account_ids:
        statements += grant_lambda(
            own_account_id=place.account_id if grants.enable_lambda_pull else None,
            other_account_ids=grants.lambda_account_ids,
            region=place.region,
            partition=place.partition,
        )
    for level in Level:
        statements += grant_principals(
            grants.principals_of(level),
            ACTIONS[level],
            place=place,
            own_organization_id=own_organization_id,
            sid=f"{level.capitalize()}Principals",
        )
    return [*statements, *_own_statements(grants.policy_statements, place)]


def lets_pull(grants: AccessGrants, account_id: str, place: Place) -> bool:
    """Tell whether grants let an account pull, or somebody in it; or may, where only AWS knows.

    That is so of an organisation, of conditions, and of what is known at apply alone. What is denied is passed over.

    Args:
        grants: Who may do what.
        account_id: The account.
        place: Where the repository is.
    """
    allowed = [
        action
        for statement in statements_of(grants, place)
        if statement.effect == "Allow" and any(_may_be_of(each, account_id) for each in statement.principals)
        for action in statement.actions
    ]
    return all(is_granted_by(action, allowed) for action in PULL_ACTIONS)


def _may_be_of(principal: str, account_id: str) -> bool:
    if principal == EVERYONE or is_unresolved(principal):
        return True
    found = parse_principal(principal)
    return found is not None and found.account_id == account_id


def _own_statements(statements: Sequence[PolicyStatement], place: Place) -> Iterator[PolicyStatement]:
    for statement in statements:
        principals = tuple(principal_arn(each, place) for each in statement.principals)
        yield dataclasses.replace(statement, principals=principals)
