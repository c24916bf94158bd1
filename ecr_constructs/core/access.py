"""Who may pull and push: the actions that each needs, and the statements that grant them.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html,
https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html and
https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-permissions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecr_constructs.core.aws import account_root_arn, lambda_functions_arn
from ecr_constructs.core.iam import PolicyStatement

__all__ = [
    "PULL_ACTIONS",
    "PUSH_ACTIONS",
    "READ_ACTIONS",
    "grant_accounts",
    "grant_lambda",
    "grant_organization",
    "grant_organization_paths",
    "grant_services",
]

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
