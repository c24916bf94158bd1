"""The VPC that is there."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.data_aws_subnets import DataAwsSubnets, DataAwsSubnetsFilter
from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
from constructs import Construct

__all__ = ["Network"]


class Network(Construct):
    """A VPC and subnets in it, looked up by their tags when Terraform plans.

    Attributes:
        vpc_id: Id of the VPC.
        cidr_block: Its addresses.
        subnet_ids: Ids of the subnets.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        vpc_name: str,
        subnet_tags: Mapping[str, str],
    ) -> None:
        """Look both up.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            vpc_name: The tag Name of the VPC.
            subnet_tags: Tags that the subnets have, all of them.
        """
        super().__init__(scope, id)
        vpc = DataAwsVpc(self, "Vpc", tags={"Name": vpc_name})
        subnets = DataAwsSubnets(
            self,
            "Subnets",
            filter=[DataAwsSubnetsFilter(name="vpc-id", values=[vpc.id])],
            tags=dict(subnet_tags),
        )
        self.vpc_id = vpc.id
        self.cidr_block = vpc.cidr_block
        self.subnet_ids = subnets.ids
