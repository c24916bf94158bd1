"""VPC endpoints as they are synthesised."""

from __future__ import annotations

import json

import pytest

from ecr_constructs import EcrVpcEndpoints, InvalidInput
from ecr_constructs._engine.door import TerraformVariable
from tests.constructs.service_models import refused
from tests.constructs.synthesised import OTHER, OWN, codes, every, only, resolved, synth, warnings

KIND = "aws_vpc_endpoint"
VPC, GROUP = "vpc-0123456789abcdef0", "sg-0123456789abcdef0"
SUBNETS, ROUTES = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], ["rtb-0123456789abcdef0"]
GIVEN = {"vpc_id": VPC, "subnet_ids": SUBNETS, "route_table_ids": ROUTES, "security_group_ids": [GROUP]}
BY_TAGS = {"vpc_name": "shop", "subnet_tags": {"Tier": "app"}, "route_table_tags": {"Tier": "app"}}


def endpoints(scope, construct="Endpoints", **arguments):
    return EcrVpcEndpoints(scope, construct, **arguments)


def request(resource):
    """Return the request that the provider makes of an endpoint."""
    names = {
        "vpc_id": "VpcId",
        "service_name": "ServiceName",
        "vpc_endpoint_type": "VpcEndpointType",
        "private_dns_enabled": "PrivateDnsEnabled",
        "policy": "PolicyDocument",
        "subnet_ids": "SubnetIds",
        "security_group_ids": "SecurityGroupIds",
        "route_table_ids": "RouteTableIds",
    }
    return {names[key]: value for key, value in resource.items() if key in names}


class TestNamedByIds:
    def test_all_that_a_pull_needs_is_made_and_nothing_is_read(self, stack):
        endpoints(stack, **GIVEN, logical_id="ecr")
        made = every(stack, KIND)
        assert [*made] == ["ecr_api", "ecr_dkr", "ecr_logs", "ecr_s3"]
        assert {name: each["service_name"] for name, each in made.items()} == {
            "ecr_api": "com.amazonaws.us-east-1.ecr.api",
            "ecr_dkr": "com.amazonaws.us-east-1.ecr.dkr",
            "ecr_logs": "com.amazonaws.us-east-1.logs",
            "ecr_s3": "com.amazonaws.us-east-1.s3",
        }
        assert "data" not in synth(stack)
        assert [*synth(stack)["resource"]] == [KIND]
        assert [refused("ec2", "CreateVpcEndpoint", **request(each)) for each in made.values()] == [[]] * 4

    def test_interfaces_take_the_names_of_the_services(self, stack):
        endpoints(stack, **GIVEN, logical_id="ecr")
        for name in ("ecr_api", "ecr_dkr", "ecr_logs"):
            made = every(stack, KIND)[name]
            assert made["vpc_endpoint_type"] == "Interface"
            assert made["private_dns_enabled"] is True
            assert (made["vpc_id"], made["subnet_ids"], made["security_group_ids"]) == (VPC, SUBNETS, [GROUP])

    def test_the_gateway_is_of_route_tables(self, stack):
        endpoints(stack, **GIVEN, logical_id="ecr")
        made = every(stack, KIND)["ecr_s3"]
        assert (made["vpc_endpoint_type"], made["route_table_ids"]) == ("Gateway", ROUTES)
        assert not made.keys() & {"private_dns_enabled", "subnet_ids", "security_group_ids"}

    def test_logs_and_s3_may_be_there_already(self, stack):
        made = endpoints(
            stack, vpc_id=VPC, subnet_ids=SUBNETS, security_group_ids=[GROUP], enable_logs=False, enable_s3=False
        )
        assert [*made.endpoints] == ["ecr.api", "ecr.dkr"]
        assert len(every(stack, KIND)) == 2

    def test_ids_are_shown_by_service(self, stack):
        made = endpoints(stack, **GIVEN, logical_id="ecr")
        assert resolved(stack, made.endpoint_ids) == {
            "ecr.api": "${aws_vpc_endpoint.ecr_api.id}",
            "ecr.dkr": "${aws_vpc_endpoint.ecr_dkr.id}",
            "logs": "${aws_vpc_endpoint.ecr_logs.id}",
            "s3": "${aws_vpc_endpoint.ecr_s3.id}",
        }

    def test_tags_are_given_to_each(self, stack):
        endpoints(stack, vpc_id=VPC, subnet_ids=SUBNETS, route_table_ids=ROUTES, tags={"Team": "web"})
        assert [each["tags"] for each in every(stack, KIND).values()] == [{"Team": "web"}] * 4
        assert only(stack, "aws_security_group")["tags"] == {"Team": "web"}

    def test_ids_may_be_known_later(self, stack):
        vpc = TerraformVariable(stack, "vpc", type="string")
        subnets = TerraformVariable(stack, "subnets", type="list(string)")
        endpoints(
            stack, vpc_id=vpc.string_value, subnet_ids=subnets.list_value, route_table_ids=ROUTES, logical_id="ecr"
        )
        made = every(stack, KIND)["ecr_dkr"]
        assert (made["vpc_id"], made["subnet_ids"]) == ("${var.vpc}", "${var.subnets}")


class TestLookedUp:
    def test_by_tags_in_the_vpc(self, stack):
        endpoints(stack, **BY_TAGS, logical_id="ecr")
        data = synth(stack)["data"]
        assert data["aws_vpc"]["ecr"] == {"tags": {"Name": "shop"}}
        subnets, routes = data["aws_subnets"]["ecr"], data["aws_route_tables"]["ecr"]
        assert subnets["filter"] == [{"name": "vpc-id", "values": ["${data.aws_vpc.ecr.id}"]}]
        assert routes["vpc_id"] == "${data.aws_vpc.ecr.id}"
        assert subnets["tags"] == routes["tags"] == {"Tier": "app"}
        made = every(stack, KIND)
        assert made["ecr_api"]["subnet_ids"] == "${data.aws_subnets.ecr.ids}"
        assert made["ecr_s3"]["route_table_ids"] == "${data.aws_route_tables.ecr.ids}"
        assert {each["vpc_id"] for each in made.values()} == {"${data.aws_vpc.ecr.id}"}

    def test_a_lookup_that_finds_nothing_ends_the_plan(self, stack):
        """Private DNS would lead everybody in the VPC to endpoints that are nowhere."""
        endpoints(stack, **BY_TAGS, logical_id="ecr")
        data = synth(stack)["data"]
        for kind in ("aws_subnets", "aws_route_tables"):
            (condition,) = data[kind]["ecr"]["lifecycle"]["postcondition"]
            assert condition["condition"] == "${length(self.ids) > 0}"
            assert condition["error_message"].startswith("Nothing in the VPC has these tags")

    def test_the_security_group_lets_in_the_addresses_of_the_vpc_alone(self, stack):
        endpoints(stack, vpc_id=VPC, subnet_ids=SUBNETS, route_table_ids=ROUTES, logical_id="ecr")
        group = only(stack, "aws_security_group")
        (rule,) = group["ingress"]
        assert (rule["protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 443, 443)
        assert rule["cidr_blocks"] == (
            '${[for each in data.aws_vpc.ecr.cidr_block_associations : each.cidr_block if each.state == "associated"]}'
        )
        assert "egress" not in group
        assert group["vpc_id"] == VPC
        assert synth(stack)["data"]["aws_vpc"]["ecr"] == {"id": VPC}
        assert every(stack, KIND)["ecr_api"]["security_group_ids"] == ["${aws_security_group.ecr.id}"]

    def test_one_that_is_given_is_not_made(self, stack):
        assert endpoints(stack, **BY_TAGS, security_group_ids=[GROUP]).security_group is None
        assert "aws_security_group" not in synth(stack)["resource"]


class TestPolicies:
    @pytest.mark.parametrize(("arguments", "accounts"), [({}, OWN), ({"principal_account_ids": [OTHER]}, [OWN, OTHER])])
    def test_interfaces_let_accounts_through(self, stack, arguments, accounts):
        endpoints(stack, **GIVEN, **arguments, logical_id="ecr")
        for name, action in (("ecr_api", "ecr:*"), ("ecr_dkr", "ecr:*"), ("ecr_logs", "logs:*")):
            (statement,) = json.loads(every(stack, KIND)[name]["policy"])["Statement"]
            assert statement["Action"] == action
            assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": accounts}}

    def test_an_account_may_be_known_later(self, make_stack):
        stack = make_stack("later", account_ids=None)
        endpoints(stack, **GIVEN, logical_id="ecr")
        assert "data.aws_caller_identity." in every(stack, KIND)["ecr_api"]["policy"]

    def test_s3_is_closed_but_for_the_layers_and_that_is_said(self, stack):
        made = endpoints(stack, **GIVEN, logical_id="ecr")
        (statement,) = json.loads(every(stack, KIND)["ecr_s3"]["policy"])["Statement"]
        assert statement["Resource"] == "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"
        (warning,) = warnings(made)
        assert warning.endswith("[endpoints-s3-closed]")

    @pytest.mark.parametrize("arguments", [{"s3_policy": "open"}, {"s3_bucket_arns": ["arn:aws:s3:::assets"]}])
    def test_nothing_is_said_where_more_is_let_through(self, stack, arguments):
        made = endpoints(stack, **GIVEN, **arguments)
        assert warnings(made) == []

    def test_in_china(self, make_stack):
        stack = make_stack("china", region="cn-north-1")
        endpoints(stack, **GIVEN, logical_id="ecr")
        made = every(stack, KIND)
        assert made["ecr_dkr"]["service_name"] == "cn.com.amazonaws.cn-north-1.ecr.dkr"
        assert made["ecr_s3"]["service_name"] == "com.amazonaws.cn-north-1.s3"
        assert "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*" in made["ecr_s3"]["policy"]


class TestRefused:
    def test_everything_at_once(self, stack):
        with pytest.raises(InvalidInput) as caught:
            endpoints(stack, vpc_id="shop", subnet_ids=["a"], tags={"aws:x": "y"}, logical_id="1")
        assert codes(caught) == [
            ("vpc_id", "endpoints-id"),
            ("subnet_ids[0]", "endpoints-id"),
            ("", "endpoints-lookup"),
            ("tags.aws:x", "tags"),
            ("logical_id", "logical-id"),
        ]

    def test_a_vpc_has_endpoints_once(self, stack):
        endpoints(stack, **GIVEN)
        with pytest.raises(InvalidInput, match="dev/Endpoints has one already"):
            endpoints(stack, "Other", **GIVEN)
        endpoints(stack, "Third", **{**GIVEN, "vpc_id": "vpc-01234567"})

    def test_the_region_must_be_known(self, make_stack):
        stack = make_stack("anywhere", region="${var.region}")
        with pytest.raises(InvalidInput) as caught:
            endpoints(stack, **GIVEN)
        assert codes(caught) == [("provider", "known-at-synthesis")]
