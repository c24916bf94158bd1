"""Networks in the embedded AWS: stand-ins for those that a document refers to, and the endpoints that came to be."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ecr_constructs.sandbox.adapt import region_of
from ecr_constructs.sandbox.aws import AwsClients
from ecr_constructs.sandbox.fit import Document
from ecr_constructs.sandbox.readback import listed

__all__ = ["EndpointRow", "make_networks", "read_endpoints"]

_VPC_READ = re.compile(r"\$\{data\.aws_vpc\.([\w-]+)\.id\}")
# moto's word for the id that something is to have; see `moto_server`.
_CUSTOM_ID = "_custom_id_"
_SUBNETS_OF_A_LOOKUP = 2


@dataclasses.dataclass(frozen=True, slots=True)
class EndpointRow:
    """One VPC endpoint as it is.

    Attributes:
        service: The service that it leads to.
        kind: `Interface` or `Gateway`.
        vpc: The VPC.
        where: Its subnets, or its route tables.
        lets_through: What its policy allows.
    """

    service: str
    kind: str
    vpc: str
    where: str
    lets_through: str


def make_networks(document: Document, aws: AwsClients) -> tuple[str, ...]:
    """Make the VPCs, subnets, route tables and security groups that a document names or looks up.

    Args:
        document: The synthesised document.
        aws: The embedded AWS, answering.

    Returns:
        A line about each for the user, such as `VPC with Name=shop`.
    """
    return tuple(dict.fromkeys(_Networks(document, aws).make()))


def read_endpoints(aws: AwsClients, region: str) -> tuple[EndpointRow, ...]:
    """Return the VPC endpoints of a region of the embedded AWS, by their services.

    Args:
        aws: The embedded AWS.
        region: The region.
    """
    rows = []
    for found in aws.client("ec2", region).describe_vpc_endpoints()["VpcEndpoints"]:
        if found.get("State") == "deleted":
            continue
        places = [*found.get("SubnetIds", ()), *found.get("RouteTableIds", ())]
        rows.append(
            EndpointRow(
                service=found["ServiceName"],
                kind=found.get("VpcEndpointType", "Gateway"),
                vpc=found["VpcId"],
                where=", ".join(sorted(places)),
                lets_through=_allowed(found["PolicyDocument"]),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.vpc, row.service)))


def _allowed(policy: str) -> str:
    """Return a policy in short: each action with what it is about, and who asks."""
    parts = []
    for statement in json.loads(policy)["Statement"]:
        values = [value for keys in statement.get("Condition", {}).values() for value in keys.values()]
        who = [text for value in values for text in listed(value)]
        resources = [each for each in listed(statement["Resource"]) if each != "*"]
        actions = ", ".join(listed(statement["Action"]))
        parts.append(f"{actions}{_after(' on ', resources)}{_after(' by ', who)}")
    return "; ".join(parts)


def _after(word: str, texts: list[str]) -> str:
    return f"{word}{', '.join(texts)}" if texts else ""


class _Networks:
    def __init__(self, document: Document, aws: AwsClients) -> None:
        self._region = region_of(document)
        self._client = aws.client("ec2", self._region)
        self._data: Mapping[str, Mapping[str, Any]] = document.get("data", {})
        self._resources: Mapping[str, Mapping[str, Any]] = document.get("resource", {})

    def make(self) -> Iterator[str]:
        for body in self._data.get("aws_vpc", {}).values():
            yield self._vpc(body)[1]
        for endpoint in self._resources.get("aws_vpc_endpoint", {}).values():
            vpc, line = self._vpc_meant(endpoint.get("vpc_id"))
            yield line
            for key, make, noun in (
                ("subnet_ids", self._make_subnet, "subnet"),
                ("route_table_ids", self._make_route_table, "route table"),
                ("security_group_ids", self._make_security_group, "security group"),
            ):
                yield from self._named(endpoint.get(key), vpc, make, noun)
        for body in self._data.get("aws_subnets", {}).values():
            said = [each["values"][0] for each in body.get("filter", ()) if each["name"] == "vpc-id"]
            yield from self._looked_up(body, said, self._make_subnet, _SUBNETS_OF_A_LOOKUP, "subnets")
        for body in self._data.get("aws_route_tables", {}).values():
            yield from self._looked_up(body, [body.get("vpc_id")], self._make_route_table, 1, "route table")

    def _vpc_meant(self, said: Any) -> tuple[str, str]:
        """Return the VPC that an argument names, by its id or by a data source."""
        read = _VPC_READ.fullmatch(str(said))
        return self._vpc(self._data["aws_vpc"][read[1]] if read else {"id": said})

    def _vpc(self, body: Mapping[str, Any]) -> tuple[str, str]:
        id_, tags = body.get("id"), body.get("tags", {})
        filters = [{"Name": "vpc-id", "Values": [id_]}] if id_ is not None else _by(tags)
        found = self._client.describe_vpcs(Filters=filters)["Vpcs"] if filters else []
        line = f"VPC {id_}" if id_ is not None else f"VPC with {_written(tags)}"
        if found:
            return str(found[0]["VpcId"]), line
        number = len(self._client.describe_vpcs()["Vpcs"])
        made = self._client.create_vpc(CidrBlock=f"10.{number}.0.0/16", TagSpecifications=[_tagged("vpc", tags, id_)])[
            "Vpc"
        ]["VpcId"]
        # Private DNS of an endpoint needs both.
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            self._client.modify_vpc_attribute(VpcId=made, **{attribute: {"Value": True}})
        return str(made), line

    def _named(self, ids: Any, vpc: str, make: Callable[..., None], noun: str) -> Iterator[str]:
        for id_ in ids if isinstance(ids, list) else ():
            if "${" not in id_:
                make(vpc, {}, id_)
                yield f"{noun} {id_}"

    def _looked_up(
        self, body: Mapping[str, Any], vpcs: list[Any], make: Callable[..., None], number: int, noun: str
    ) -> Iterator[str]:
        tags = body.get("tags", {})
        if vpcs and tags:
            vpc = self._vpc_meant(vpcs[0])[0]
            for _ in range(number - self._number_of(noun, vpc, tags)):
                make(vpc, tags, None)
            yield f"{f'{number} ' if number > 1 else ''}{noun} with {_written(tags)}"

    def _number_of(self, noun: str, vpc: str, tags: Mapping[str, str]) -> int:
        filters = [{"Name": "vpc-id", "Values": [vpc]}, *_by(tags)]
        if noun == "subnets":
            return len(self._client.describe_subnets(Filters=filters)["Subnets"])
        return len(self._client.describe_route_tables(Filters=filters)["RouteTables"])

    def _make_subnet(self, vpc: str, tags: Mapping[str, str], id_: str | None) -> None:
        here = self._client.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
        if id_ in [each["SubnetId"] for each in here]:
            return
        network = self._client.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"].split(".")
        zones = [each["ZoneName"] for each in self._client.describe_availability_zones()["AvailabilityZones"]]
        self._client.create_subnet(
            VpcId=vpc,
            CidrBlock=f"{network[0]}.{network[1]}.{len(here)}.0/24",
            AvailabilityZone=zones[len(here) % len(zones)],
            TagSpecifications=[_tagged("subnet", tags, id_)],
        )

    def _make_route_table(self, vpc: str, tags: Mapping[str, str], id_: str | None) -> None:
        there = self._client.describe_route_tables()["RouteTables"]
        if id_ not in [each["RouteTableId"] for each in there]:
            self._client.create_route_table(VpcId=vpc, TagSpecifications=[_tagged("route-table", tags, id_)])

    def _make_security_group(self, vpc: str, tags: Mapping[str, str], id_: str) -> None:
        there = self._client.describe_security_groups()["SecurityGroups"]
        if id_ not in [each["GroupId"] for each in there]:
            specification = [_tagged("security-group", tags, id_)]
            name = f"stand-in-{id_.removeprefix('sg-')}"  # which must not begin with sg-
            self._client.create_security_group(
                GroupName=name, Description="Stand-in", VpcId=vpc, TagSpecifications=specification
            )


def _by(tags: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"Name": f"tag:{key}", "Values": [value]} for key, value in sorted(tags.items())]


def _tagged(kind: str, tags: Mapping[str, str], id_: str | None) -> dict[str, Any]:
    wanted = {**tags, **({} if id_ is None else {_CUSTOM_ID: id_})}
    return {"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in sorted(wanted.items())]}


def _written(tags: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(tags.items()))
