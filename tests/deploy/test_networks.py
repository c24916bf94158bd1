"""VPC endpoints for real: the networks that stand in for those of an environment, and what is made in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.sandbox.adapt import adapt
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.networks import EndpointRow, make_networks, read_endpoints
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import choose_provider
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.sandbox.terraform import find_terraform

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for any one command; the slowest takes about 25
OWN, REGION = "210987654321", "eu-west-1"
VPC, SUBNETS = "vpc-0123456789abcdef0", ["subnet-0123456789abcdef0", "subnet-01234567"]
ROUTES, GROUP = "rtb-0123456789abcdef0", "sg-0123456789abcdef0"
HEAD = f'project: shop\nenv: dev\nregion: {REGION}\naccount_id: "{OWN}"\n'
BY_TAGS = """\
ecr_vpc_endpoints:
  vpc_name: shop
  subnet_tags: {Tier: private}
  route_table_tags: {Tier: private}
"""
BY_IDS = f"""\
ecr_vpc_endpoints:
  vpc_id: {VPC}
  subnet_ids: [{", ".join(SUBNETS)}]
  route_table_ids: [{ROUTES}]
  security_group_ids: [{GROUP}]
  enable_logs: false
  s3_bucket_arns: ["arn:aws:s3:::shop-assets"]
"""
# Of nobody: were any of it used, the run would end there.
CREDENTIALS = f"""\
bucket: states
aws_profile: nobody
assume_role_arn: arn:aws:iam::{OWN}:role/nobody
assume_role_external_id: nothing
"""


def document(**parts: Any) -> dict[str, Any]:
    return {"provider": {"aws": [{"region": REGION}]}, **parts}


def test_what_is_named_by_its_id_is_there_by_its_id(aws: EmbeddedAws) -> None:
    endpoint = {"vpc_id": VPC, "subnet_ids": SUBNETS, "route_table_ids": [ROUTES], "security_group_ids": [GROUP]}
    named = document(resource={"aws_vpc_endpoint": {"a": endpoint, "b": endpoint}})
    for _ in range(2):  # as for several stacks
        assert make_networks(named, aws) == (
            f"VPC {VPC}",
            *(f"subnet {each}" for each in SUBNETS),
            f"route table {ROUTES}",
            f"security group {GROUP}",
        )
    client = aws.client("ec2", REGION)
    assert [each["VpcId"] for each in client.describe_subnets(SubnetIds=SUBNETS)["Subnets"]] == [VPC, VPC]
    assert client.describe_route_tables(RouteTableIds=[ROUTES])["RouteTables"][0]["VpcId"] == VPC
    assert client.describe_security_groups(GroupIds=[GROUP])["SecurityGroups"][0]["VpcId"] == VPC
    # What nobody names has an id of its own.
    made = client.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    assert made != VPC
    client.delete_vpc(VpcId=made)


def test_what_is_looked_up_has_the_tags(aws: EmbeddedAws) -> None:
    vpc, tags = "${data.aws_vpc.v.id}", {"Tier": "private"}
    lookups = document(
        data={
            "aws_vpc": {"v": {"tags": {"Name": "web"}}},
            "aws_subnets": {"s": {"filter": [{"name": "vpc-id", "values": [vpc]}], "tags": tags}},
            "aws_route_tables": {"r": {"vpc_id": vpc, "tags": tags}},
        }
    )
    assert make_networks(lookups, aws) == (
        "VPC with Name=web",
        "2 subnets with Tier=private",
        "route table with Tier=private",
    )
    client = aws.client("ec2", REGION)
    (found,) = client.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["web"]}])["Vpcs"]
    within = [{"Name": "vpc-id", "Values": [found["VpcId"]]}, {"Name": "tag:Tier", "Values": ["private"]}]
    subnets = client.describe_subnets(Filters=within)["Subnets"]
    assert len({each["AvailabilityZone"] for each in subnets}) == 2
    assert len(client.describe_route_tables(Filters=within)["RouteTables"]) == 1


def test_a_document_without_a_network_gets_none(aws: EmbeddedAws) -> None:
    assert make_networks(document(), aws) == ()


def test_endpoints_are_made_read_back_and_destroyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The security group lets in every network of the VPC, also one that was added."""
    (tmp_path / "dev.yaml").write_text(HEAD + BY_TAGS, encoding="utf-8")
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(tmp_path))
    terraform = find_terraform()
    with Processes() as processes:
        aws = EmbeddedAws(processes)
        synthesised = synthesise("dev", ROOT, processes)["dev"].document
        aws.open(OWN)
        make_stand_ins(synthesised, aws)
        client = aws.client("ec2", REGION)
        (vpc,) = client.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["shop"]}])["Vpcs"]
        client.associate_vpc_cidr_block(VpcId=vpc["VpcId"], CidrBlock="100.64.0.0/16")
        provider = choose_provider("bundled", terraform, processes.folder)
        session = Session(processes.folder / "work", terraform, provider, processes)
        session.write(
            adapt({"terraform": synthesised["terraform"]}, endpoint=aws.endpoint, version=provider.version)[0]
        )
        session.init()
        adapted, _ = adapt(synthesised, endpoint=aws.endpoint, version=provider.version, schema=session.schema())
        session.write(adapted)
        assert session.apply(lambda _: None) == 5

        rows = {row.service.removeprefix(f"com.amazonaws.{REGION}."): row for row in read_endpoints(aws, REGION)}
        assert {name: (row.kind, row.vpc) for name, row in rows.items()} == {
            "ecr.api": ("Interface", vpc["VpcId"]),
            "ecr.dkr": ("Interface", vpc["VpcId"]),
            "logs": ("Interface", vpc["VpcId"]),
            "s3": ("Gateway", vpc["VpcId"]),
        }
        assert len(rows["ecr.dkr"].where.split(", ")) == 2
        assert rows["s3"].lets_through == f"s3:GetObject on arn:aws:s3:::prod-{REGION}-starport-layer-bucket/*"
        groups = client.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["ecr-endpoints-*"]}])
        (group,) = groups["SecurityGroups"]
        (rule,) = group["IpPermissions"]
        assert {each["CidrIp"] for each in rule["IpRanges"]} == {vpc["CidrBlock"], "100.64.0.0/16"}
        assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 443, 443)
        assert group["IpPermissionsEgress"] == []
        for each in client.describe_vpc_endpoints()["VpcEndpoints"]:
            if each["VpcEndpointType"] == "Interface":
                assert each["PrivateDnsEnabled"] is True
                assert [found["GroupId"] for found in each["Groups"]] == [group["GroupId"]]
                assert json.loads(each["PolicyDocument"])["Statement"][0]["Condition"]

        assert session.plan() is None
        assert session.destroy(lambda _: None) == 5
        assert read_endpoints(aws, REGION) == ()
        assert client.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"]


def test_the_sandbox_shows_the_endpoints_and_uses_no_credentials_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text(HEAD + CREDENTIALS + BY_IDS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ecr_constructs.cli", "sandbox", "dev", "--provider", "bundled"],
        cwd=ROOT,
        env={**os.environ, "ECR_ENVIRONMENTS_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for text in (
        f"stand-in: VPC {VPC}",
        f"stand-in: subnet {SUBNETS[0]}",
        f"stand-in: route table {ROUTES}",
        f"stand-in: security group {GROUP}",
        "3 VPC endpoints",
        f"com.amazonaws.{REGION}.ecr.dkr",
        f"ecr:* by {OWN}",
        "s3:* on arn:aws:s3:::shop-assets",
        "Applied: 3 resources",
        "Planned again: nothing would change",
        "Destroyed: 3 resources",
    ):
        assert text in done.stdout
    assert "nobody" not in done.stdout + done.stderr


def test_a_row_is_what_the_endpoint_is(aws: EmbeddedAws) -> None:
    client = aws.client("ec2", "eu-west-3")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    service = "com.amazonaws.eu-west-3.s3"
    client.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Gateway")
    (row,) = read_endpoints(aws, "eu-west-3")
    assert row == EndpointRow(service=service, kind="Gateway", vpc=vpc, where="", lets_through="*")
