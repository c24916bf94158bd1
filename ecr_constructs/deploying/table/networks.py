"""VPC endpoints, their security group, and what they are in.

EC2 chooses ids, so what is made is known by the tags that every resource has; what only describes knows no resource.
"""

from __future__ import annotations

from ecr_constructs.core.conditions import Conditions
from ecr_constructs.deploying.kinds import EVERYTHING, Kind, Need, reads, writes
from ecr_constructs.deploying.subjects import Subject

__all__ = ["KINDS"]

_EC2 = "arn:{partition}:ec2:{region}:{account}:"
_ENDPOINT, _GROUP = f"{_EC2}vpc-endpoint/*", f"{_EC2}security-group/*"
_ENDPOINTS = "https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html"
_TAGGED = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html"


def _its_own(subject: Subject) -> Conditions:
    return subject.marks("aws:ResourceTag")


def _tags_when_made(action: str, on: str) -> Need:
    """Return what tags something while it is made, and then alone."""
    return writes(
        "ec2:CreateTags", on=on, conditions=lambda _: {"StringEquals": {"ec2:CreateAction": action}}, because=_TAGGED
    )


def _neighbours(subject: Subject) -> tuple[str, ...]:
    """Return what an endpoint is made in: its VPC, and the subnets, groups and tables of which AWS chose the ids."""
    found = [subject.formatted(f"{_EC2}vpc/{{vpc_id}}")]
    for argument, what in (("subnet_ids", "subnet"), ("security_group_ids", "security-group")):
        found += _each(subject, argument, what)
    return (*found, *_each(subject, "route_table_ids", "route-table"))


def _each(subject: Subject, argument: str, what: str) -> list[str]:
    value = subject.raw(argument)
    ids = subject.texts(argument) if isinstance(value, list) else (EVERYTHING,) if value else ()
    return [subject.formatted(f"{_EC2}{what}/{each}") for each in ids]


KINDS = (
    Kind(
        type="aws_vpc_endpoint",
        feature="VPC endpoints",
        arn=_ENDPOINT,
        needs=(
            reads(
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribePrefixLists",
                "ec2:DescribeVpcEndpoints",
                on=EVERYTHING,
            ),
            writes(
                "ec2:CreateVpcEndpoint",
                conditions=lambda subject: {"StringEquals": {"ec2:VpceServiceName": subject.text("service_name")}},
            ),
            writes("ec2:CreateVpcEndpoint", on=_neighbours, because=_ENDPOINTS),
            writes("ec2:ModifyVpcEndpoint", on=lambda subject: _neighbours(subject)[1:], because=_ENDPOINTS),
            _tags_when_made("CreateVpcEndpoint", _ENDPOINT),
            writes(
                "ec2:CreateTags",
                "ec2:DeleteTags",
                "ec2:DeleteVpcEndpoints",
                "ec2:ModifyVpcEndpoint",
                conditions=_its_own,
            ),
            writes(
                "route53:AssociateVPCWithHostedZone",
                on="arn:{partition}:route53:::hostedzone/*",
                when=lambda subject: subject.raw("private_dns_enabled") is True,
                because=_ENDPOINTS,
            ),
        ),
    ),
    Kind(
        type="aws_security_group",
        feature="VPC endpoints",
        arn=_GROUP,
        needs=(
            reads("ec2:DescribeSecurityGroups", on=EVERYTHING),
            writes(
                "ec2:CreateSecurityGroup", on=lambda subject: (subject.formatted(_GROUP), *_neighbours(subject)[:1])
            ),
            writes("ec2:DescribeNetworkInterfaces", on=EVERYTHING),
            _tags_when_made("CreateSecurityGroup", _GROUP),
            writes(
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:CreateTags",
                "ec2:DeleteSecurityGroup",
                "ec2:DeleteTags",
                "ec2:RevokeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupIngress",
                conditions=_its_own,
            ),
        ),
    ),
    Kind(
        type="data.aws_vpc",
        feature="VPC endpoints",
        needs=(
            reads("ec2:DescribeRouteTables", "ec2:DescribeVpcs"),
            reads("ec2:DescribeVpcAttribute", on=f"{_EC2}vpc/*"),
        ),
    ),
    Kind(type="data.aws_subnets", feature="VPC endpoints", needs=(reads("ec2:DescribeSubnets"),)),
    Kind(type="data.aws_route_tables", feature="VPC endpoints", needs=(reads("ec2:DescribeRouteTables"),)),
)
