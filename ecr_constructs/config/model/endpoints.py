"""The keys of an environment file about the network that images are pulled through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ecr_constructs.config.model.fields import AccountId, Items, Model, OrganizationId, Tags, TagValue, Text, form
from ecr_constructs.core.endpoint_policies import S3EndpointPolicy
from ecr_constructs.core.endpoints import BUCKET_ARN, IDS

__all__ = ["EndpointSettings", "VpcEndpointsOptions"]

# What the core's rules judge; the patterns are theirs.
_VpcId = Annotated[Text, form(IDS["vpc_id"])]
_SubnetIds = Annotated[Items[Annotated[Text, form(IDS["subnet_ids"])]], form(uniqueItems=True)]
_RouteTableIds = Annotated[Items[Annotated[Text, form(IDS["route_table_ids"])]], form(uniqueItems=True)]
_SecurityGroupIds = Annotated[Items[Annotated[Text, form(IDS["security_group_ids"])]], form(uniqueItems=True)]
_BucketArns = Items[Annotated[Text, form(BUCKET_ARN)]]


class VpcEndpointsOptions(Model, title="VPC endpoints"):
    """The endpoints of one VPC: its subnets then pull images without a way to the internet."""

    example: ClassVar[Mapping[str, object]] = {"vpc_name": "main"}

    vpc_id: _VpcId | None = Field(default=None, description="The VPC. Default: it is looked up.")
    vpc_name: TagValue | None = Field(default=None, description="Its tag Name, to look it up by.")
    vpc_tags: Tags = Field(default={}, description="Tags to look it up by.")
    subnet_ids: _SubnetIds = Field(
        default=(),
        description="Subnets of the interface endpoints, one in an availability zone. Default: they are looked up.",
    )
    subnet_tags: Tags = Field(default={}, description="Tags to look them up by in the VPC.")
    route_table_ids: _RouteTableIds = Field(
        default=(), description="Route tables that get the way to S3. Default: they are looked up."
    )
    route_table_tags: Tags = Field(default={}, description="Tags to look them up by in the VPC.")
    security_group_ids: _SecurityGroupIds = Field(
        default=(), description="Security groups of the interface endpoints. Default: one that lets in the VPC on 443."
    )
    enable_logs: bool = Field(default=True, description="Make an endpoint of CloudWatch Logs too, for awslogs.")
    enable_s3: bool = Field(
        default=True, description="Make the endpoint of S3; false where the route tables have one already."
    )
    s3_policy: S3EndpointPolicy = Field(
        default="layers",
        description="What goes through to S3, from whatever uses the route tables: the image layers and s3_bucket_arns "
        "alone, or everything.",
    )
    s3_bucket_arns: _BucketArns = Field(default=(), description="Buckets that the subnets use besides.")
    principal_account_ids: Items[AccountId] = Field(
        default=(), description="Accounts whose identities may use the interface endpoints, besides the own."
    )
    organization_id: OrganizationId | None = Field(
        default=None, description="AWS organisation all of whose identities may."
    )


class EndpointSettings(Model, title="endpoints"):
    """The keys of an environment file about the network that images are pulled through."""

    ecr_vpc_endpoints: VpcEndpointsOptions | None = Field(
        default=None, description="VPC endpoints, by which private subnets pull images."
    )
