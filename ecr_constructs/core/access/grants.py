"""Who may pull and push: the actions that each needs, and the statements that grant them.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html,
https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html and
https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-permissions.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from ecr_constructs.core.aws import (
    account_root_arn,
    check_account_id,
    check_organization_id,
    check_organization_path,
    lambda_functions_arn,
)
from ecr_constructs.core.iam import PolicyStatement, check_repository_policy
from ecr_constructs.core.places import Place, known_partition
from ecr_constructs.errors import Problem

__all__ = [
    "ANY_ORGANIZATION_ID",
    "PULL_ACTIONS",
    "PUSH_ACTIONS",
    "READ_ACTIONS",
    "AccessGrants",
    "check_access",
    "check_grants",
    "grant_accounts",
    "grant_lambda",
    "grant_organization",
    "grant_organization_paths",
    "grant_services",
    "lambda_notices",
    "statements_of",
]

ANY_ORGANIZATION_ID = f"o-{'x' * 32}"
"""Stands for an organisation whose id is known at plan alone; it is as long as one can be."""

PULL_ACTIONS = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PUSH_ACTIONS = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)
READ_ACTIONS = (
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:ListImages",
)
_LAMBDA_ACTIONS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")

_ACCOUNT_LISTS = ("allowed_account_ids", "service_source_account_ids", "lambda_account_ids", "push_account_ids")
_PATH_LISTS = ("organization_paths", "push_organization_paths")
_LISTS = (*_ACCOUNT_LISTS, *_PATH_LISTS, "service_principals")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AccessGrants:
    """Who beyond a repository's own account may pull from it and push to it; see `CrossAccountPolicy` for each."""

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

    def __post_init__(self) -> None:
        for name in _LISTS:
            object.__setattr__(self, name, tuple(getattr(self, name)))


def statements_of(grants: AccessGrants, place: Place) -> list[PolicyStatement]:
    """Return the statements of a repository's policy that grant access.

    Args:
        grants: Who may do what.
        place: Where the repository is.
    """
    statements: list[PolicyStatement] = []
    for verb, actions, accounts, organization, paths in (
        ("Pull", PULL_ACTIONS, grants.allowed_account_ids, grants.organization_id, grants.organization_paths),
        ("Push", PUSH_ACTIONS, grants.push_account_ids, grants.push_organization_id, grants.push_organization_paths),
    ):
        if accounts:
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
    return statements


def check_grants(grants: AccessGrants) -> list[Problem]:
    """Return what is wrong with the ids of grants, and whether there are none."""
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
    # Accounts on whose behalf a service may act grant nothing by themselves.
    if grants == AccessGrants(service_source_account_ids=grants.service_source_account_ids):
        fix = "Name an account, an organisation, a service or Lambda, or leave the construct out."
        problems.append(Problem((), "access-empty", "must grant something", "nothing", fix))
    return problems


def check_access(grants: AccessGrants, place: Place) -> list[Problem]:
    """Return every rule that grants break: those of `check_grants`, or else of the policy that they make.

    Args:
        grants: Who may do what.
        place: Where the repository is.
    """
    return check_grants(grants) or check_repository_policy(
        statements_of(grants, place), partition=known_partition(place)
    )


def lambda_notices(grants: AccessGrants) -> list[Problem]:
    """Point out that functions of an organisation's accounts cannot be made from the images that the accounts may pull.

    Lambda fetches an image itself, as a service, which an organisation does not cover: it is let in for accounts one by
    one. Where some are named, they are the ones that are meant (https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-permissions).
    """
    by_organization = grants.organization_id is not None or grants.organization_paths
    if not by_organization or not grants.enable_lambda_pull or grants.lambda_account_ids:
        return []
    rule = "functions of the organisation's accounts cannot use the images: Lambda is let in for accounts by their ids"
    fix = "Name the accounts that have functions by their ids as well."
    return [Problem((), "lambda-organization", rule, fix=fix, severity="warning")]


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
            sid=sid + "".join(part.capitalize() for part in re.split(r"[^a-z0-9]", service.split(".amazonaws.")[0])),
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
            other_account_ids, _LAMBDA_ACTIONS, partition=partition, sid="CrossAccountPermission"
        )
        sid = "LambdaECRImageCrossAccountRetrievalPolicy"
        statements.append(_lambda_service(other_account_ids, region=region, partition=partition, sid=sid))
    return statements


def _lambda_service(account_ids: Sequence[str], *, region: str, partition: str, sid: str) -> PolicyStatement:
    functions = tuple(sorted(lambda_functions_arn(account_id, region, partition) for account_id in account_ids))
    return PolicyStatement(
        sid=sid,
        actions=_LAMBDA_ACTIONS,
        service_principals=("lambda.amazonaws.com",),
        conditions={"ArnLike": {"aws:sourceARN": functions}},
    )
