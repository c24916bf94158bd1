"""What is wrong with grants: the form of who is named, and what the policy that they make breaks."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from ecr_constructs.core.access.grants import AccessGrants, statements_of
from ecr_constructs.core.access.levels import Level
from ecr_constructs.core.access.statements import OWN_ORGANIZATION
from ecr_constructs.core.aws import (
    account_root_arn,
    check_account_id,
    check_organization_id,
    check_organization_path,
    is_account_id,
)
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place, known_partition
from ecr_constructs.core.policies import check_repository_policy
from ecr_constructs.core.principals import PrincipalKind, check_principal, kind_of, principal_arn
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["OWN_FIX", "check_access", "check_grants", "check_named"]

OWN_FIX = "Remove it: the account's own identities need an identity policy alone."
"""What to do about the own account among others."""

_ACCOUNT_LISTS = ("allowed_account_ids", "service_source_account_ids", "lambda_account_ids", "push_account_ids")
_PATH_LISTS = ("organization_paths", "push_organization_paths")
_KINDS = frozenset(PrincipalKind) - {PrincipalKind.EVERYONE}
_FIX = (
    f"Write 12 digits in quotes, an ARN without '*', a service, {OWN_ORGANIZATION} for the own one, o-... or "
    "o-.../r-.../ou-.../*."
)


def check_grants(grants: AccessGrants, partition: str | None = None) -> list[Problem]:
    """Return what is wrong with those who are named, and with each statement; and whether nothing is granted.

    Args:
        grants: Who may do what.
        partition: Partition of the repository, where it is known.
    """
    problems: list[Problem] = []
    for name in _ACCOUNT_LISTS:
        for index, each in enumerate(getattr(grants, name)):
            problems += check_account_id(each, name, index)
    for name in ("organization_id", "push_organization_id"):
        if (organization_id := getattr(grants, name)) is not None:
            problems += check_organization_id(organization_id, name)
    for name in _PATH_LISTS:
        for index, each in enumerate(getattr(grants, name)):
            problems += check_organization_path(each, name, index)
    for level in Level:
        for index, each in enumerate(grants.principals_of(level)):
            if each != OWN_ORGANIZATION:
                path = (f"{level}_principals", index)
                found = check_principal(each, *path, kinds=_KINDS, partition=partition, code="grant-principal")
                # Those of another partition have the right form.
                problems += found if kind_of(each) else [dataclasses.replace(problem, fix=_FIX) for problem in found]
    for index, statement in enumerate(grants.policy_statements):
        problems += _check_statement(statement, index, partition)
    # Accounts on whose behalf a service may act grant nothing by themselves.
    if grants == AccessGrants(service_source_account_ids=grants.service_source_account_ids):
        fix = "Name an account, an organisation, a service or Lambda, or leave the construct out."
        problems.append(Problem((), "access-empty", "must grant something", "nothing", fix))
    return problems


def check_named(names: Mapping[str, Sequence[str]], place: Place) -> list[Problem]:
    """Return who is named twice in one list, and the own account, of which that says nothing.

    Args:
        names: Account ids and principals, by the key or argument that names them.
        place: Where the repository is.
    """
    problems = []
    own = place.known_account_id
    own_root = None if own is None or is_unresolved(own) else account_root_arn(own, place.partition)
    for key, each in names.items():
        arns = [principal_arn(name, place) for name in each]
        for index, arn in enumerate(arns):
            path, got = (key, index), show(each[index])
            if arn in arns[:index]:
                problems.append(Problem(path, "access-twice", "must be listed once", got, "Remove the second one."))
            if arn == own_root:
                problems.append(Problem(path, "access-own-account", "must be another account", got, OWN_FIX))
    return problems


def check_access(grants: AccessGrants, place: Place) -> list[Problem]:
    """Return every rule that grants break: those of `check_grants`, or else of the policy that they make.

    Args:
        grants: Who may do what.
        place: Where the repository is.
    """
    partition = known_partition(place)
    return check_grants(grants, partition) or check_repository_policy(statements_of(grants, place), partition=partition)


def _check_statement(statement: PolicyStatement, index: int, partition: str | None) -> list[Problem]:
    """Return what is wrong with a statement by itself; an account id is what its root is."""
    principals = tuple(
        account_root_arn(each, partition or "aws") if is_account_id(each) else each for each in statement.principals
    )
    found = check_repository_policy([dataclasses.replace(statement, principals=principals)], partition=partition)
    return [problem.moved("policy_statements", index) for problem in found if problem.code != "policy-size"]
