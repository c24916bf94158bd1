"""The statements of a repository's policy that let somebody act, one function for each kind of principal.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html and
https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-permissions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecr_constructs.core.aws import account_root_arn, lambda_functions_arn
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place
from ecr_constructs.core.principals import PrincipalKind, parse_principal, principal_arn, service_name

__all__ = [
    "ANY_ORGANIZATION_ID",
    "LAMBDA_ACTIONS",
    "OWN_ORGANIZATION",
    "grant_accounts",
    "grant_lambda",
    "grant_organization",
    "grant_organization_paths",
    "grant_principals",
    "grant_services",
    "is_of_organization",
]

ANY_ORGANIZATION_ID = f"o-{'x' * 32}"
"""Stands for an organisation whose id is known at plan alone; it is as long as one can be."""

OWN_ORGANIZATION = "organization"
"""The principal that is the account's own organisation, whose id is read at plan."""

LAMBDA_ACTIONS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""What Lambda does with the image of a function, and checks that whoever creates the function may do."""


def is_of_organization(principal: str) -> bool:
    """Tell whether a principal is an organisation or a unit of one, so that it is anyone in any of its accounts."""
    found = parse_principal(principal)
    kinds = (PrincipalKind.ORGANIZATION, PrincipalKind.ORGANIZATION_PATH)
    return principal == OWN_ORGANIZATION or (found is not None and found.kind in kinds)


def grant_principals(
    principals: Sequence[str],
    actions: Sequence[str],
    *,
    place: Place,
    own_organization_id: str = ANY_ORGANIZATION_ID,
    sid: str,
) -> list[PolicyStatement]:
    """Return the statements that let principals of any kind act.

    Args:
        principals: Account ids, ARNs, services (on behalf of the repository's own account alone), organisations,
            paths of organisational units, and `organization`. What is known at apply alone is taken for an ARN.
        actions: What they may do.
        place: Where the repository is.
        own_organization_id: What stands for `organization`.
        sid: What the statements' sids begin with.
    """
    by_kind: dict[PrincipalKind | None, list[str]] = {}
    for text in principals:
        found = parse_principal(text)
        kind = None if found is None else found.kind
        if text == OWN_ORGANIZATION:
            kind, text = PrincipalKind.ORGANIZATION, own_organization_id
        by_kind.setdefault(kind, []).append(text)
    organizations = by_kind.pop(PrincipalKind.ORGANIZATION, [])
    paths = by_kind.pop(PrincipalKind.ORGANIZATION_PATH, [])
    services = by_kind.pop(PrincipalKind.SERVICE, [])
    arns = tuple(principal_arn(each, place) for identities in by_kind.values() for each in identities)
    statements = [PolicyStatement(sid=sid, actions=tuple(actions), principals=arns)] if arns else []
    if organizations:
        conditions = {"StringEquals": {"aws:PrincipalOrgID": tuple(sorted(set(organizations)))}}
        statements.append(
            PolicyStatement(sid=f"{sid}Organization", actions=tuple(actions), principals=("*",), conditions=conditions)
        )
    statements += grant_organization_paths(paths, actions, sid=f"{sid}OrganizationPaths")
    if services:
        statements += grant_services(services, actions, source_account_ids=[place.account_id], sid=sid)
    return statements


def grant_accounts(
    account_ids: Sequence[str], actions: Sequence[str], *, partition: str, sid: str
) -> list[PolicyStatement]:
    """Return the statement that lets accounts act; each of them decides by its own policies who in it may."""
    if not account_ids:
        return []
    principals = tuple(account_root_arn(account_id, partition) for account_id in account_ids)
    return [PolicyStatement(sid=sid, actions=tuple(actions), principals=principals)]


def grant_organization(organization_id: str | None, actions: Sequence[str], *, sid: str) -> list[PolicyStatement]:
    """Return the statement that lets every account of an organisation act. It does not cover AWS's services."""
    if organization_id is None:
        return []
    conditions = {"StringEquals": {"aws:PrincipalOrgID": organization_id}}
    return [PolicyStatement(sid=sid, actions=tuple(actions), principals=("*",), conditions=conditions)]


def grant_organization_paths(paths: Sequence[str], actions: Sequence[str], *, sid: str) -> list[PolicyStatement]:
    """Return the statement that lets the accounts of organisational units act.

    A path covers the accounts directly in the unit; with `*` at its end, those of the units below as well.
    """
    if not paths:
        return []
    conditions = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": tuple(sorted(paths))}}
    return [PolicyStatement(sid=sid, actions=tuple(actions), principals=("*",), conditions=conditions)]


def grant_services(
    service_principals: Sequence[str], actions: Sequence[str], *, source_account_ids: Sequence[str], sid: str
) -> list[PolicyStatement]:
    """Return the statements that let AWS's services act, and only on behalf of the accounts named.

    Without the condition on `aws:SourceAccount`, anyone could have the service act for them
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
    """
    conditions = {"StringEquals": {"aws:SourceAccount": tuple(sorted(source_account_ids))}}
    return [
        PolicyStatement(
            sid=sid + "".join(part.capitalize() for part in re.split(r"[^a-z0-9]", service_name(service))),
            actions=tuple(actions),
            service_principals=(service,),
            conditions=conditions,
        )
        for service in sorted(set(service_principals))
    ]


def grant_lambda(
    *, own_account_id: str | None, other_account_ids: Sequence[str], region: str, partition: str
) -> list[PolicyStatement]:
    """Return the statements that let Lambda functions be made from the images.

    Functions of the repository's own account need one statement for the service. Lambda adds it by itself where it is
    missing, which a managed policy would take away again, so it is always written out. Functions of other accounts need
    two: one for the account that creates the function, one for the service that fetches the image.

    Args:
        own_account_id: The repository's account, or None to leave its functions out.
        other_account_ids: Further accounts, in the same region.
        region: Region of the repository; Lambda fetches within its own region alone.
        partition: Partition of the region.
    """
    statements = []
    if own_account_id is not None:
        statements.append(
            _lambda_service([own_account_id], region=region, partition=partition, sid="LambdaECRImageRetrievalPolicy")
        )
    if other_account_ids:
        statements += grant_accounts(
            other_account_ids, LAMBDA_ACTIONS, partition=partition, sid="CrossAccountPermission"
        )
        sid = "LambdaECRImageCrossAccountRetrievalPolicy"
        statements.append(_lambda_service(other_account_ids, region=region, partition=partition, sid=sid))
    return statements


def _lambda_service(account_ids: Sequence[str], *, region: str, partition: str, sid: str) -> PolicyStatement:
    functions = tuple(sorted(lambda_functions_arn(account_id, region, partition) for account_id in account_ids))
    return PolicyStatement(
        sid=sid,
        actions=LAMBDA_ACTIONS,
        service_principals=("lambda.amazonaws.com",),
        conditions={"ArnLike": {"aws:sourceARN": functions}},
    )
