"""The policy of the deploying role: the roles that it makes, and the rights that it could give itself by them."""

from __future__ import annotations

from typing import Any

import pytest

from ecr_constructs.deploying.derive import derive
from tests.unit.deployable import ACCOUNT, actions, allowed, stack


def role(**more: Any) -> dict[str, Any]:
    return stack(
        {
            "aws_iam_role": {"a": {"name": "pull", "path": "/ecr/", **more}},
            "aws_iam_role_policy": {"a": {"name": "ecr", "role": "${aws_iam_role.a.name}"}},
            "aws_iam_policy": {"p": {"name": "more"}},
            "aws_iam_role_policy_attachment": {
                "a": {"role": "${aws_iam_role.a.name}", "policy_arn": "${aws_iam_policy.p.arn}"},
                "b": {"role": "nodes", "policy_arn": "${aws_iam_policy.p.arn}"},
            },
        }
    )


def test_a_role_keeps_its_boundary():
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/developers"
    document = role(permissions_boundary=boundary)
    bounded = {"ArnEquals": {"iam:PermissionsBoundary": boundary}}
    arn = f"arn:aws:iam::{ACCOUNT}:role/ecr/pull"
    for action in ("iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"):
        assert allowed(document, action) == [{"Resource": arn, "Condition": bounded}], action
    assert "iam:DeleteRolePermissionsBoundary" not in actions(document)
    assert "iam:DeleteRolePermissionsBoundary" in actions(role())
    others = "aws_iam_role_policy_attachment.b"  # whose boundary, if it has one, nobody knows here
    boundaries = [(each.key, each.code) for each in derive({"dev": role()}).notices]
    assert boundaries == [("aws_iam_role.a", "deploy-policy-boundary"), (others, "deploy-policy-boundary")]
    assert [each.key for each in derive({"dev": document}).notices] == [others]
    policy = {"iam:PolicyARN": f"arn:aws:iam::{ACCOUNT}:policy/more"}
    assert {"Resource": arn, "Condition": {"ArnEquals": {**policy, **bounded["ArnEquals"]}}} in allowed(
        document, "iam:AttachRolePolicy"
    )


@pytest.mark.parametrize("boundary", ["${aws_iam_policy.p.arn}", "${data.aws_ssm_parameter.a.value}"])
def test_a_boundary_that_the_stack_makes_or_does_not_know_bounds_nobody(boundary: str):
    """Whoever may write a new version of the boundary, or choose it, gives any right after all."""
    said = [each.key for each in derive({"dev": role(permissions_boundary=boundary)}).notices]
    assert said[0] == "aws_iam_role.a"


def test_a_policy_for_others_to_attach_is_said():
    document = stack({"aws_iam_policy": {"push": {"name": "push"}}})
    (notice,) = derive({"dev": document}).notices
    assert (notice.key, notice.code) == ("aws_iam_policy.push", "deploy-policy-boundary")
    assert "made elsewhere" in notice.rule
    assert derive({"dev": document}, plan_only=True).notices == ()


def test_who_deploys_is_told_where_the_deploying_role_is_its_own_work():
    document = role(permissions_boundary=f"arn:aws:iam::{ACCOUNT}:policy/developers")
    document["provider"]["aws"][0]["assume_role"] = [{"role_arn": f"arn:aws:iam::{ACCOUNT}:role/ecr/pull"}]
    found = [each for each in derive({"dev": document}).notices if "itself" in each.rule]
    own = ["aws_iam_role.a", "aws_iam_role_policy.a", "aws_iam_role_policy_attachment.a"]
    assert [each.key for each in found] == [", ".join(own)]
    document["provider"]["aws"][0]["assume_role"] = [{"role_arn": f"arn:aws:iam::{ACCOUNT}:role/nodes"}]
    found = [each for each in derive({"dev": document}).notices if "itself" in each.rule]
    assert [each.key for each in found] == ["aws_iam_role_policy_attachment.b"]


def test_a_policy_is_attached_to_these_roles_and_no_other_policy_is():
    arn = f"arn:aws:iam::{ACCOUNT}:role/".__add__
    found = allowed(role(), "iam:AttachRolePolicy")
    policy = {"ArnEquals": {"iam:PolicyARN": f"arn:aws:iam::{ACCOUNT}:policy/more"}}
    assert found == [{"Resource": [arn("*/nodes"), arn("ecr/pull"), arn("nodes")], "Condition": policy}]


def test_policies_that_a_role_says_itself_are_given_to_it():
    """Of no construct here, and of many a stack: its deployment would be refused."""
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/developers"
    logging = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    body = {"name": "a", "inline_policy": [{"name": "ecr"}], "managed_policy_arns": [logging]}
    document = stack({"aws_iam_role": {"a": {**body, "permissions_boundary": boundary}}})
    arn, bounded = f"arn:aws:iam::{ACCOUNT}:role/a", {"ArnEquals": {"iam:PermissionsBoundary": boundary}}
    assert allowed(document, "iam:PutRolePolicy") == [{"Resource": arn, "Condition": bounded}]
    attach = {**bounded, "ArnLike": {"iam:PolicyARN": logging}}
    assert allowed(document, "iam:AttachRolePolicy") == [{"Resource": arn, "Condition": attach}]
    plain = actions(stack({"aws_iam_role": {"a": {"name": "a"}}}))
    assert not plain & {"iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:GetRolePolicy"}


def test_a_role_is_passed_to_its_service_alone():
    target = {"rule": "a", "arn": "x", "role_arn": "${aws_iam_role.a.arn}"}
    document = role()
    document["resource"]["aws_cloudwatch_event_target"] = {"a": target}
    assert allowed(document, "iam:PassRole") == [
        {
            "Resource": f"arn:aws:iam::{ACCOUNT}:role/ecr/pull",
            "Condition": {"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}},
        }
    ]
    target["role_arn"] = "${data.terraform_remote_state.a.outputs.role}"
    (found,) = allowed(document, "iam:PassRole")
    assert found["Resource"] == f"arn:aws:iam::{ACCOUNT}:role/*"
    assert found["Condition"] == {"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}}
    del target["role_arn"]
    assert "iam:PassRole" not in actions(document)


@pytest.mark.parametrize(
    ("kind", "service"),
    [
        ("aws_ecr_replication_configuration", "replication.ecr.amazonaws.com"),
        ("aws_ecr_pull_through_cache_rule", "pullthroughcache.ecr.amazonaws.com"),
        ("aws_ecr_repository_creation_template", "ecr.amazonaws.com"),
        ("aws_inspector2_enabler", "inspector2.amazonaws.com"),
    ],
)
def test_services_make_their_own_roles(kind: str, service: str):
    (found,) = allowed(stack({kind: {"a": {"prefix": "a"}}}), "iam:CreateServiceLinkedRole")
    assert found["Condition"] == {"StringEquals": {"iam:AWSServiceName": service}}
    assert found["Resource"].startswith(f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{service}/AWSServiceRoleFor")


def test_basic_scanning_needs_nothing_of_inspector():
    kind = "aws_ecr_registry_scanning_configuration"
    assert "inspector2:Enable" in actions(stack({kind: {"a": {"scan_type": "ENHANCED"}}}))
    basic = actions(stack({kind: {"a": {"scan_type": "BASIC"}}}))
    assert basic == {"ecr:GetRegistryScanningConfiguration", "ecr:PutRegistryScanningConfiguration"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        # The first name of each is known, and still the policy lets it be given to any role, or any policy be given.
        ("aws_iam_role_policy", {"name": "ecr", "role": "${data.x.y.z}"}),
        ("aws_iam_role_policy_attachment", {"role": "nodes", "policy_arn": "${data.x.y.z}"}),
        ("aws_iam_user_policy", {"name": "ecr", "user": "${data.x.y.z}"}),
        ("aws_iam_role", {"name": "a", "managed_policy_arns": ["${data.x.y.z}"]}),
        ("aws_cloudwatch_event_target", {"rule": "a", "role_arn": "${data.x.y.z}"}),
        ("aws_cloudwatch_event_target", {"rule": "${data.x.y.z}"}),
        ("aws_ecr_pull_through_cache_rule", {"ecr_repository_prefix": "a", "custom_role_arn": "${data.x.y.z}"}),
        ("aws_lambda_permission", {"function_name": "${data.x.y.z}", "principal": "events.amazonaws.com"}),
        ("aws_sns_topic_policy", {"arn": "${data.x.y.z}"}),
        ("aws_s3_bucket_policy", {"bucket": "${data.x.y.z}"}),
    ],
)
def test_whatever_is_known_late_and_says_on_what_is_said(kind: str, body: dict[str, Any]):
    notices = derive({"dev": stack({kind: {"a": body}})}, plan_only=True).notices
    assert [(each.key, each.code) for each in notices] == [(f"{kind}.a", "deploy-policy-name")]
