"""What is only read, and what is read without any permission."""

from __future__ import annotations

from ecr_constructs.deploying.kinds import Kind, reads

__all__ = ["KINDS"]

KINDS = (
    # sts:GetCallerIdentity needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    Kind(
        type="data.aws_caller_identity",
        feature="Where the registry is",
        attributes={"account_id": "{account}", "id": "{account}"},
    ),
    Kind(
        type="data.aws_region",
        feature="Where the registry is",
        attributes={"id": "{region}", "name": "{region}", "region": "{region}"},
    ),
    Kind(
        type="data.aws_partition",
        feature="Where the registry is",
        attributes={"partition": "{partition}", "id": "{partition}", "dns_suffix": "{dns_suffix}"},
    ),
    # In an account that manages the organisation the provider goes on to list it, and fails where it may not.
    Kind(
        type="data.aws_organizations_organization",
        feature="The own organisation",
        needs=(reads("organizations:DescribeOrganization"),),
    ),
)
