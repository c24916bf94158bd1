"""The policy of the deploying role: VPC endpoints, functions, and what else AWS tells by a condition."""

from __future__ import annotations

from typing import Any

from tests.unit.deployable import ACCOUNT, MARKS, REGION, actions, allowed, stack

OWN = {f"aws:ResourceTag/{name}": value for name, value in MARKS.items()}
EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}:".__add__
ECR = f"com.amazonaws.{REGION}.ecr.api"


def endpoints(**more: Any) -> dict[str, Any]:
    endpoint = {
        "service_name": ECR,
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-1", "subnet-2"],
        "security_group_ids": ["${aws_security_group.a.id}"],
        "private_dns_enabled": True,
        **more,
    }
    return stack({"aws_vpc_endpoint": {"api": endpoint}, "aws_security_group": {"a": {"vpc_id": "vpc-1"}}})


def test_an_endpoint_is_made_for_its_service_in_its_network():
    made = allowed(endpoints(), "ec2:CreateVpcEndpoint")
    assert {"Resource": EC2("vpc-endpoint/*"), "Condition": {"StringEquals": {"ec2:VpceServiceName": ECR}}} in made
    where = [EC2("security-group/*"), EC2("subnet/subnet-1"), EC2("subnet/subnet-2"), EC2("vpc/vpc-1")]
    assert {"Resource": where} in made
    assert len(made) == 2
    (group,) = allowed(endpoints(), "ec2:CreateSecurityGroup")
    assert group == {"Resource": [EC2("security-group/*"), EC2("vpc/vpc-1")]}


def test_what_is_made_is_changed_by_its_tags_alone():
    for action in (
        "ec2:DeleteVpcEndpoints",
        "ec2:DeleteTags",
        "ec2:DeleteSecurityGroup",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
    ):
        assert [each["Condition"] for each in allowed(endpoints(), action)] == [{"StringEquals": OWN}], action
    changed = [
        each for each in allowed(endpoints(), "ec2:ModifyVpcEndpoint") if "vpc-endpoint" in str(each["Resource"])
    ]
    assert changed == [{"Resource": EC2("vpc-endpoint/*"), "Condition": {"StringEquals": OWN}}]
    given = [each["Condition"]["StringEquals"] for each in allowed(endpoints(), "ec2:CreateTags")]
    assert sorted(given, key=str) == sorted(
        [OWN, {"ec2:CreateAction": "CreateSecurityGroup"}, {"ec2:CreateAction": "CreateVpcEndpoint"}], key=str
    )


def test_private_names_need_their_zone():
    assert allowed(endpoints(), "route53:AssociateVPCWithHostedZone") == [
        {"Resource": "arn:aws:route53:::hostedzone/*"}
    ]
    assert "route53:AssociateVPCWithHostedZone" not in actions(endpoints(private_dns_enabled=False))


def test_an_endpoint_without_subnets_is_about_none():
    gateway = stack({"aws_vpc_endpoint": {"s3": {"service_name": "s3", "vpc_id": "vpc-1"}}})
    assert "subnet" not in str(allowed(gateway, "ec2:CreateVpcEndpoint"))
    assert len(allowed(gateway, "ec2:ModifyVpcEndpoint")) == 1


def test_a_function_may_be_invoked_by_its_principal_alone():
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:deploy"
    permission = {"function_name": function, "qualifier": "live", "principal": "events.amazonaws.com"}
    document = stack({"aws_lambda_permission": {"a": permission}})
    (found,) = allowed(document, "lambda:AddPermission")
    assert found == {
        "Resource": [function, f"{function}:*"],
        "Condition": {"StringEquals": {"lambda:Principal": "events.amazonaws.com"}},
    }
    del permission["qualifier"]
    permission["function_name"] = "deploy"
    assert allowed(document, "lambda:GetPolicy") == [{"Resource": function}]


def test_a_rule_is_below_its_bus():
    rules = {"a": {"name": "a"}, "b": {"name": "b", "event_bus_name": "shop"}}
    document = stack({"aws_cloudwatch_event_rule": rules})
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/".__add__
    assert allowed(document, "events:PutRule") == [{"Resource": [rule("a"), rule("shop/b")]}]


def test_settings_of_the_registry_are_those_that_are_said():
    document = stack({"aws_ecr_account_setting": {"a": {"name": "REGISTRY_POLICY_SCOPE", "value": "V2"}}})
    said = {"StringEquals": {"ecr:AccountSetting": "REGISTRY_POLICY_SCOPE"}}
    assert allowed(document, "ecr:PutAccountSetting") == [{"Resource": "*", "Condition": said}]


def test_a_log_group_has_both_of_its_arns():
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ecr/findings"
    document = stack({"aws_cloudwatch_log_group": {"a": {"name": "/ecr/findings"}}})
    assert allowed(document, "logs:CreateLogGroup") == [{"Resource": [group, f"{group}:*"]}]
    assert "logs:AssociateKmsKey" not in actions(document)


def test_a_pod_identity_is_of_its_cluster():
    role = f"arn:aws:iam::{ACCOUNT}:role/updater"
    document = stack({"aws_eks_pod_identity_association": {"a": {"cluster_name": "main", "role_arn": role}}})
    eks = f"arn:aws:eks:{REGION}:{ACCOUNT}:".__add__
    assert allowed(document, "eks:CreatePodIdentityAssociation") == [{"Resource": eks("cluster/main")}]
    assert allowed(document, "eks:UpdatePodIdentityAssociation") == [{"Resource": eks("podidentityassociation/main/*")}]
    passed = {"StringEquals": {"iam:PassedToService": "pods.eks.amazonaws.com"}}
    assert allowed(document, "iam:PassRole") == [{"Resource": role, "Condition": passed}]
    assert allowed(document, "iam:GetRole") == [{"Resource": role}]


def test_a_secret_ends_in_signs_of_aws():
    document = stack({"aws_secretsmanager_secret": {"a": {"name": "ecr-pullthroughcache/hub"}}})
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:ecr-pullthroughcache/hub-??????"
    assert allowed(document, "secretsmanager:CreateSecret") == [{"Resource": arn}]
    assert "secretsmanager:DeleteSecret" not in actions(document)
    assert "secretsmanager:GetSecretValue" not in actions(document, allow_delete=True)
