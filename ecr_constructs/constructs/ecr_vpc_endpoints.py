"""VPC endpoints, by which private subnets pull images without a way to the internet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import (
    Construct,
    Postcondition,
    TerraformElement,
    TerraformProvider,
    TerraformResourceLifecycle,
    Token,
)
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import claim_logical_id, registry_of
from ecr_constructs.constructs.base.synthesis import warn
from ecr_constructs.core.endpoint_policies import S3EndpointPolicy, service_name
from ecr_constructs.core.endpoints import VpcEndpoints
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.tags import check_tags
from ecr_constructs.errors import raise_problems

__all__ = ["EcrVpcEndpoints"]


@checks_arguments
class EcrVpcEndpoints(PlacedConstruct):
    """Endpoints of a VPC for all that a pull needs: the API of ECR, its registry, S3 for the layers, and the logs.

    With private DNS the names of ECR lead to the endpoints from everywhere in the VPC, which must have DNS resolution
    and DNS host names switched on. A VPC can have one such endpoint of each service, and a route table one of S3
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html).

    Interface endpoints let through what identities of the own account ask for: whoever pulls in a VPC, nodes and tasks
    alike, has a role of its account. A build that takes on a role of another account there needs that account in
    `principal_account_ids`.

    Example:
        >>> EcrVpcEndpoints(
        ...     self, "Endpoints", vpc_name="shop", subnet_tags={"Tier": "app"}, route_table_tags={"Tier": "app"}
        ... )

    Attributes:
        endpoints: The `aws_vpc_endpoint` resources, by the ends of their services' names: `ecr.api`, `ecr.dkr`, `logs`
            and `s3`.
        security_group: The security group that was made, or None.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        vpc_id: str | None = None,
        vpc_name: str | None = None,
        vpc_tags: Mapping[str, str] | None = None,
        subnet_ids: Sequence[str] = (),
        subnet_tags: Mapping[str, str] | None = None,
        route_table_ids: Sequence[str] = (),
        route_table_tags: Mapping[str, str] | None = None,
        security_group_ids: Sequence[str] = (),
        enable_logs: bool = True,
        enable_s3: bool = True,
        s3_policy: S3EndpointPolicy = "layers",
        s3_bucket_arns: Sequence[str] = (),
        principal_account_ids: Sequence[str] = (),
        organization_id: str | None = None,
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Make the endpoints of a VPC.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            vpc_id: The VPC, such as `vpc-0123456789abcdef0`; default: it is looked up.
            vpc_name: Its tag `Name`, to look it up by at plan.
            vpc_tags: Tags to look it up by; one VPC of the region must have them.
            subnet_ids: Subnets of the interface endpoints, at most one in an availability zone; default: they are
                looked up.
            subnet_tags: Tags to look them up by in the VPC.
            route_table_ids: Route tables that get the way to S3: those of the subnets that pull; default: they are
                looked up.
            route_table_tags: Tags to look them up by in the VPC.
            security_group_ids: Security groups of the interface endpoints, which must let in HTTPS; default: one is
                made that lets it in from the addresses of the VPC.
            enable_logs: Whether there is an endpoint of CloudWatch Logs as well, which tasks with the log driver
                `awslogs` need; default True.
            enable_s3: Whether there is an endpoint of S3; False where the route tables have one already.
            s3_policy: What goes through to S3: `layers`, the default, is the image layers and `s3_bucket_arns` alone,
                whatever else the subnets ask of S3; `open` is everything. Known at synthesis.
            s3_bucket_arns: ARNs of the buckets that the subnets use besides, in full.
            principal_account_ids: Accounts whose identities may use the interface endpoints besides those of the own.
            organization_id: An organisation all of whose identities may.
            tags: Tags of the endpoints and the security group.
            logical_id: Start of the resources' Terraform names; default: CDKTF's names.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: Arguments break rules of AWS, or the stack has endpoints of that VPC; it names both.
        """
        super().__init__(scope, id)
        registry = registry_of(self, provider)
        wanted = VpcEndpoints(
            vpc_id=vpc_id,
            vpc_name=vpc_name,
            vpc_tags=vpc_tags or {},
            subnet_ids=tuple(subnet_ids),
            subnet_tags=subnet_tags or {},
            route_table_ids=tuple(route_table_ids),
            route_table_tags=route_table_tags or {},
            security_group_ids=tuple(security_group_ids),
            enable_logs=enable_logs,
            enable_s3=enable_s3,
            s3_policy=s3_policy,
            s3_bucket_arns=tuple(s3_bucket_arns),
            principal_account_ids=tuple(principal_account_ids),
            organization_id=organization_id,
        )
        problems = wanted.problems(registry)
        problems += check_tags(tags or {}, "tags")
        problems += registry.claim(f"endpoints of ECR in the VPC {wanted.vpc}", self)
        problems += claim_logical_id(logical_id, "VPC endpoints", self)
        raise_problems(problems, source=self._path)
        self._wanted, self._registry = wanted, registry
        self._tags, self._logical_id, self._provider = dict(tags) if tags else None, logical_id, provider
        self.security_group: aws.SecurityGroup | None = None
        self._find()
        self.endpoints: dict[str, aws.VpcEndpoint] = {each: self._interface(each) for each in wanted.interfaces}
        if enable_s3:
            self.endpoints["s3"] = self._gateway()
        for notice in wanted.notices():
            warn(self, notice)

    @property
    def endpoint_ids(self) -> dict[str, str]:
        """Ids of the endpoints, by the ends of their services' names."""
        return {service: endpoint.id for service, endpoint in self.endpoints.items()}

    def _find(self) -> None:
        """Look up what the arguments name by tags, and make the security group if none is given."""
        wanted = self._wanted
        vpc: aws.DataAwsVpc | None = None
        if wanted.vpc_id is None or not wanted.security_group_ids:
            how = {"tags": wanted.all_vpc_tags} if wanted.vpc_id is None else {"id": wanted.vpc_id}
            vpc = aws.DataAwsVpc(self, "Vpc", **how, provider=self._provider)
            self._place(vpc)
        self._vpc_id = wanted.vpc_id if wanted.vpc_id is not None or vpc is None else vpc.id
        self._subnet_ids, self._route_table_ids = list(wanted.subnet_ids), list(wanted.route_table_ids)
        if not wanted.subnet_ids:
            of_vpc = aws.DataAwsSubnetsFilter(name="vpc-id", values=[str(self._vpc_id)])
            self._subnet_ids = self._look_up(aws.DataAwsSubnets, "Subnets", wanted.subnet_tags, filter=[of_vpc])
        if wanted.enable_s3 and not wanted.route_table_ids:
            tags = wanted.route_table_tags
            self._route_table_ids = self._look_up(aws.DataAwsRouteTables, "RouteTables", tags, vpc_id=self._vpc_id)
        self._security_group_ids = list(wanted.security_group_ids)
        if vpc is not None and not wanted.security_group_ids:
            self.security_group = self._make_security_group(vpc)
            self._security_group_ids = [self.security_group.id]

    def _look_up(self, kind: Any, name: str, tags: Mapping[str, str], **where: Any) -> list[str]:
        # Private DNS leads everybody to the endpoints, also to those that are nowhere.
        found = Postcondition(
            condition="${length(self.ids) > 0}",
            error_message="Nothing in the VPC has these tags: an endpoint that is nowhere would keep all from pulling.",
        )
        lifecycle = TerraformResourceLifecycle(postcondition=[found])
        data = kind(self, name, tags=dict(tags), lifecycle=lifecycle, provider=self._provider, **where)
        self._place(data)
        ids: list[str] = data.ids
        return ids

    def _make_security_group(self, vpc: aws.DataAwsVpc) -> aws.SecurityGroup:
        # Those that were added to the VPC are among them; one that is being taken away has another state.
        cidr_blocks = (
            f'${{[for each in {vpc.fqn}.cidr_block_associations : each.cidr_block if each.state == "associated"]}}'
        )
        group = aws.SecurityGroup(
            self,
            "SecurityGroup",
            name_prefix="ecr-endpoints-",
            description="Endpoints that images are pulled through",
            vpc_id=self._vpc_id,
            ingress=[
                aws.SecurityGroupIngress(
                    description="HTTPS from the VPC",
                    protocol="tcp",
                    from_port=443,
                    to_port=443,
                    cidr_blocks=Token.as_list(cidr_blocks),
                )
            ],
            tags=self._tags,
            # An endpoint has to have a group while another one takes the place of this.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            provider=self._provider,
        )
        self._place(group)
        return group

    def _interface(self, service: str) -> aws.VpcEndpoint:
        return self._endpoint(
            service,
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=self._subnet_ids,
            security_group_ids=self._security_group_ids,
            policy=render_policy(self._wanted.interface_policy(service, self._registry)),
        )

    def _gateway(self) -> aws.VpcEndpoint:
        return self._endpoint(
            "s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=self._route_table_ids,
            policy=render_policy(self._wanted.gateway_policy(self._registry)),
        )

    def _endpoint(self, service: str, **arguments: Any) -> aws.VpcEndpoint:
        end = service.rpartition(".")[2]
        endpoint = aws.VpcEndpoint(
            self,
            end.capitalize(),
            vpc_id=str(self._vpc_id),
            service_name=service_name(service, self._registry),
            **arguments,
            tags=self._tags,
            provider=self._provider,
        )
        self._place(endpoint, end)
        return endpoint

    def _place(self, element: TerraformElement, end: str | None = None) -> None:
        if self._logical_id is not None:
            set_logical_id(element, self._logical_id if end is None else f"{self._logical_id}_{end}")
