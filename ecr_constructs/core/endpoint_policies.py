"""What VPC endpoints lead to, and what their policies let through.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place

__all__ = ["S3EndpointPolicy", "interface_policy", "layer_bucket_arn", "s3_policy", "service_name"]

S3EndpointPolicy: TypeAlias = Literal["layers", "open"]
"""What the endpoint of S3 lets through: the image layers and named buckets, or everything."""


def service_name(service: str, place: Place) -> str:
    """Return the name of the service that an endpoint leads to, such as `com.amazonaws.us-east-1.ecr.dkr`.

    The names of ECR begin with the partition's domain, as in `cn.com.amazonaws.cn-north-1.ecr.dkr`; those of S3 and of
    CloudWatch Logs begin with `com.amazonaws` in every partition
    (https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts).

    Args:
        service: `ecr.api`, `ecr.dkr`, `logs` or `s3`.
        place: Where the VPC is.
    """
    suffix = place.dns_suffix if service.startswith("ecr.") else "amazonaws.com"
    return f"{'.'.join(reversed(suffix.split('.')))}.{place.region}.{service}"


def layer_bucket_arn(place: Place) -> str:
    """Return the ARN of the bucket of AWS that the image layers of a region are in."""
    return f"arn:{place.partition}:s3:::prod-{place.region}-starport-layer-bucket"


def interface_policy(
    service: str, place: Place, *, account_ids: Sequence[str] = (), organization_id: str | None = None
) -> list[PolicyStatement]:
    """Return what an interface endpoint lets through: what identities of the own account and the named ones ask for.

    What they may do, their own policies say. Whoever pulls within a VPC has a role of the VPC's account, and an image
    may come from any registry, such as those of AWS's add-ons for EKS, so no registry is left out.

    Args:
        service: `ecr.api`, `ecr.dkr` or `logs`.
        place: Where the VPC is.
        account_ids: The accounts besides the own.
        organization_id: An organisation all of whose accounts may.
    """
    actions = f"{service.partition('.')[0]}:*"
    accounts = tuple(dict.fromkeys((place.account_id, *account_ids)))
    conditions = [("Accounts", "aws:PrincipalAccount", accounts)]
    if organization_id is not None:
        conditions.append(("Organization", "aws:PrincipalOrgID", (organization_id,)))
    return [
        PolicyStatement(
            sid=sid,
            actions=(actions,),
            principals=("*",),
            resources=("*",),
            conditions={"StringEquals": {key: values}},
        )
        for sid, key, values in conditions
    ]


def s3_policy(
    place: Place, *, policy: S3EndpointPolicy = "layers", bucket_arns: Sequence[str] = ()
) -> list[PolicyStatement]:
    """Return what the endpoint of S3 lets through.

    The layers come by URLs that ECR has signed, so the statement about them is about everyone
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms).

    Args:
        place: Where the VPC is.
        policy: `layers` or `open`.
        bucket_arns: The buckets besides, with `layers`.
    """
    if policy == "open":
        # Written out, because taking a policy away would leave the one before in force.
        return [PolicyStatement(sid="Everything", actions=("s3:*",), principals=("*",), resources=("*",))]
    layers = PolicyStatement(
        sid="ImageLayers",
        actions=("s3:GetObject",),
        principals=("*",),
        resources=(f"{layer_bucket_arn(place)}/*",),
    )
    if not bucket_arns:
        return [layers]
    arns = tuple(arn + end for arn in bucket_arns for end in ("", "/*"))
    return [layers, PolicyStatement(sid="Buckets", actions=("s3:*",), principals=("*",), resources=arns)]
