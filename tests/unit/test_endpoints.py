"""VPC endpoints: what they lead to and let through, and how the VPC is named."""

from __future__ import annotations

import json

import parliament
import pytest

from ecr_constructs.core.endpoint_policies import interface_policy, layer_bucket_arn, s3_policy, service_name
from ecr_constructs.core.endpoints import VpcEndpoints
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.places import KnownPlace

OWN, OTHER = "111111111111", "222222222222"
PLACE = KnownPlace("us-east-1", OWN)
VPC, SUBNET, ROUTES = "vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "rtb-0123456789abcdef0"
BUCKET = "arn:aws:s3:::shop-assets"

# parliament reads what an endpoint lets through as what somebody is granted, which it is not: identities' own policies
# still decide, and the conditions say whose.
OF_AN_IDENTITY = {
    "RESOURCE_STAR": "whoever is let through may reach whatever their own policies name",
    "RESOURCE_MISMATCH": "of all actions on a bucket, some are about other things",
}


def endpoints(**arguments):
    return VpcEndpoints(**{"vpc_id": VPC, "subnet_ids": (SUBNET,), "route_table_ids": (ROUTES,), **arguments})


def codes(wanted, place=PLACE):
    return [(problem.key, problem.code) for problem in wanted.problems(place)]


@pytest.mark.parametrize(
    ("region", "ecr", "rest"),
    [
        ("us-east-1", "com.amazonaws.us-east-1", "com.amazonaws.us-east-1"),
        ("us-gov-west-1", "com.amazonaws.us-gov-west-1", "com.amazonaws.us-gov-west-1"),
        ("cn-north-1", "cn.com.amazonaws.cn-north-1", "com.amazonaws.cn-north-1"),
        ("eusc-de-east-1", "eu.amazonaws.eusc-de-east-1", "com.amazonaws.eusc-de-east-1"),
        ("us-iso-east-1", "gov.ic.c2s.us-iso-east-1", "com.amazonaws.us-iso-east-1"),
        ("us-isob-east-1", "gov.sgov.sc2s.us-isob-east-1", "com.amazonaws.us-isob-east-1"),
        ("us-isof-south-1", "gov.ic.hci.csp.us-isof-south-1", "com.amazonaws.us-isof-south-1"),
        ("eu-isoe-west-1", "uk.adc-e.cloud.eu-isoe-west-1", "com.amazonaws.eu-isoe-west-1"),
    ],
)
def test_services_are_called_as_the_partition_has_them(region, ecr, rest):
    place = KnownPlace(region)
    assert [service_name(each, place) for each in ("ecr.api", "ecr.dkr")] == [f"{ecr}.ecr.api", f"{ecr}.ecr.dkr"]
    assert [service_name(each, place) for each in ("logs", "s3")] == [f"{rest}.logs", f"{rest}.s3"]


@pytest.mark.parametrize(("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn")])
def test_layers_are_in_the_bucket_of_the_region(region, partition):
    assert layer_bucket_arn(KnownPlace(region)) == f"arn:{partition}:s3:::prod-{region}-starport-layer-bucket"


class TestPolicies:
    def test_an_interface_endpoint_lets_the_own_account_do_what_its_identities_may(self):
        (statement,) = interface_policy("ecr.dkr", PLACE)
        assert statement.to_document() == {
            "Sid": "Accounts",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "ecr:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": OWN}},
        }

    def test_others_are_let_through_by_name(self):
        accounts, organization = interface_policy(
            "logs", PLACE, account_ids=(OTHER, OWN), organization_id="o-a1b2c3d4e5"
        )
        assert accounts.conditions == {"StringEquals": {"aws:PrincipalAccount": (OWN, OTHER)}}
        assert organization.conditions == {"StringEquals": {"aws:PrincipalOrgID": ("o-a1b2c3d4e5",)}}
        assert {*accounts.actions, *organization.actions} == {"logs:*"}

    def test_s3_gives_the_image_layers_alone(self):
        (statement,) = s3_policy(PLACE)
        assert statement.to_document() == {
            "Sid": "ImageLayers",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
        }

    def test_a_bucket_is_let_through_with_its_objects(self):
        layers, buckets = s3_policy(PLACE, bucket_arns=(BUCKET,))
        assert layers == s3_policy(PLACE)[0]
        assert (buckets.actions, buckets.resources) == (("s3:*",), (BUCKET, f"{BUCKET}/*"))

    def test_what_is_open_is_said_so(self):
        """Without a policy, the one before would stay."""
        (statement,) = s3_policy(PLACE, policy="open")
        assert (statement.effect, statement.actions, statement.resources) == ("Allow", ("s3:*",), ("*",))

    @pytest.mark.parametrize(
        "statements",
        [
            interface_policy("ecr.api", PLACE, account_ids=(OTHER,), organization_id="o-a1b2c3d4e5"),
            interface_policy("logs", PLACE),
            s3_policy(PLACE, bucket_arns=(BUCKET,)),
            s3_policy(PLACE, policy="open"),
        ],
    )
    def test_parliament_finds_every_action_and_condition_in_them_right(self, statements):
        document = json.loads(render_policy(statements))
        findings = parliament.analyze_policy_string(json.dumps(document)).findings
        assert {finding.issue for finding in findings} <= OF_AN_IDENTITY.keys()
        assert {statement["Sid"].isalnum() for statement in document["Statement"]} == {True}

    def test_parliament_finds_nothing_in_what_s3_gives_by_default(self):
        assert parliament.analyze_policy_string(render_policy(s3_policy(PLACE))).findings == []


class TestArguments:
    def test_ids_of_both_lengths_are_right(self):
        assert codes(endpoints()) == []
        assert codes(endpoints(vpc_id="vpc-01234567", security_group_ids=("sg-01234567",))) == []

    @pytest.mark.parametrize("wrong", ["", "vpc-", "vpc-0123456", "vpc-012345678", "vpc-0123456G", "VPC-01234567"])
    def test_an_id_of_another_form_is_refused(self, wrong):
        assert ("vpc_id", "endpoints-id") in codes(endpoints(vpc_id=wrong))

    def test_what_is_known_later_passes(self):
        token = "${aws_vpc.shop.id}"
        assert codes(endpoints(vpc_id=token, subnet_ids=("#{TfToken[TOKEN.1]}",), route_table_ids=(token,))) == []

    @pytest.mark.parametrize(
        ("arguments", "found"),
        [
            ({"vpc_id": None}, [("", "endpoints-lookup")]),
            ({"vpc_id": None, "vpc_name": "shop"}, []),
            ({"vpc_id": None, "vpc_name": "shop", "vpc_tags": {"Name": "shop"}}, []),
            ({"vpc_id": None, "vpc_name": "a;b"}, [("vpc_name", "tags")]),
            ({"vpc_tags": {"Team": "web"}}, [("vpc_tags", "endpoints-lookup")]),
            ({"subnet_ids": ()}, [("", "endpoints-lookup")]),
            ({"subnet_ids": (), "subnet_tags": {"Tier": "app"}}, []),
            ({"route_table_ids": ()}, [("", "endpoints-lookup")]),
            ({"route_table_ids": (), "enable_s3": False}, []),
            ({"enable_s3": False}, [("route_table_ids", "endpoints-s3")]),
            ({"subnet_ids": (SUBNET, SUBNET)}, [("subnet_ids[1]", "endpoints-id")]),
            ({"s3_policy": "closed"}, [("s3_policy", "endpoints-s3")]),
            ({"s3_bucket_arns": (f"{BUCKET}/*",)}, [("s3_bucket_arns[0]", "endpoints-s3")]),
            ({"s3_bucket_arns": ("arn:aws-cn:s3:::shop",)}, [("s3_bucket_arns[0]", "endpoints-s3")]),
            ({"principal_account_ids": ("1",)}, [("principal_account_ids[0]", "account-id")]),
            ({"organization_id": "acme"}, [("organization_id", "organization-id")]),
            ({"vpc_id": None, "vpc_tags": {"aws:x": "y"}}, [("vpc_tags.aws:x", "tags")]),
            (
                {"principal_account_ids": tuple(f"{number}" for number in range(10**11, 10**11 + 1400))},
                [("principal_account_ids", "endpoints-policy-size")],
            ),
        ],
    )
    def test_each_rule_is_said_of_its_argument(self, arguments, found):
        assert codes(endpoints(**arguments)) == found

    def test_a_vpc_is_one_whichever_way_it_is_named(self):
        assert endpoints().vpc == VPC
        named = endpoints(vpc_id=None, vpc_name="shop", vpc_tags={"Team": "web"})
        assert (
            named.vpc == endpoints(vpc_id=None, vpc_tags={"Team": "web", "Name": "shop"}).vpc == "Name=shop, Team=web"
        )

    @pytest.mark.parametrize(
        ("arguments", "where"),
        [
            ({}, ["route_table_ids"]),
            ({"route_table_ids": (), "route_table_tags": {"Tier": "app"}}, ["route_table_tags"]),
            ({"s3_policy": "open"}, []),
            ({"s3_bucket_arns": (BUCKET,)}, []),
            ({"route_table_ids": (), "enable_s3": False}, []),
        ],
    )
    def test_that_other_buckets_are_closed_is_pointed_out(self, arguments, where):
        notices = endpoints(**arguments).notices()
        assert [each.key for each in notices] == where
        assert {(each.code, each.severity) for each in notices} <= {("endpoints-s3-closed", "warning")}
