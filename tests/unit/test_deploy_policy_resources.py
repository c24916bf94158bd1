"""The policy of the deploying role: on what, and under which conditions, it allows what a stack needs."""

from __future__ import annotations

from typing import Any

import pytest

from ecr_constructs.deploying.derive import derive
from ecr_constructs.deploying.files import files_of
from tests.unit.deployable import ACCOUNT, MARKS, REGION, ROLE, S3, WEB, actions, allowed, in_another_account, stack

# Resources


def test_it_is_about_these_resources_alone():
    document = stack(
        {
            "aws_ecr_repository": {"web": {"name": "shop/web"}, "api": {"name": "shop/api"}},
            "aws_ecr_repository_policy": {"api": {"repository": "${aws_ecr_repository.api.name}"}},
        }
    )
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop/{{}}".format
    assert allowed(document, "ecr:CreateRepository") == [{"Resource": [arn("api"), arn("web")]}]
    assert allowed(document, "ecr:SetRepositoryPolicy") == [{"Resource": arn("api")}]


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("/ecr/web/url", "/ecr/web/*"),
        ("/platform/ecr/team/web/config", "/platform/ecr/team/web/*"),
        ("/ecr/url", "/ecr/url"),
        ("url", "/url"),
    ],
)
def test_parameters_of_a_repository_are_one_path(name: str, on: str):
    document = stack({"aws_ssm_parameter": {"a": {"name": name}}})
    assert allowed(document, "ssm:PutParameter") == [{"Resource": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{on}"}]


def test_a_provider_of_another_region_and_partition_counts():
    document = stack(
        {"aws_ecr_repository": {"web": {"name": "web", "provider": "aws.cn"}}, "aws_sns_topic": {"a": {"name": "a"}}}
    )
    document["provider"]["aws"].append({"alias": "cn", "region": "cn-north-1", "allowed_account_ids": ["2" * 12]})
    assert allowed(document, "ecr:CreateRepository") == [
        {"Resource": f"arn:aws-cn:ecr:cn-north-1:{'2' * 12}:repository/web"}
    ]
    assert allowed(document, "sns:CreateTopic") == [{"Resource": f"arn:aws:sns:{REGION}:{ACCOUNT}:a"}]


def test_an_account_that_is_not_known_is_said_and_can_be_told():
    document = stack(WEB)
    del document["provider"]["aws"][0]["allowed_account_ids"]
    assert allowed(document, "ecr:CreateRepository") == [{"Resource": f"arn:aws:ecr:{REGION}:*:repository/shop/web"}]
    codes = [each.code for each in derive({"dev": document}, allow_delete=True).notices]
    assert codes == ["deploy-policy-account"]
    told = allowed(document, "ecr:CreateRepository", account="3" * 12)
    assert told == [{"Resource": f"arn:aws:ecr:{REGION}:{'3' * 12}:repository/shop/web"}]


def test_a_name_that_is_known_late_is_said():
    document = stack({"aws_ecr_repository": {"web": {"name": "${random_pet.a.id}"}}, "random_pet": {"a": {}}})
    notices = derive({"dev": document}, allow_delete=True).notices
    assert [(each.key, each.code) for each in notices] == [("aws_ecr_repository.web", "deploy-policy-name")]


def test_what_terraform_names_itself_begins_as_terraform_lets_it():
    role = {"aws_iam_role": {"a": {"assume_role_policy": "{}"}, "b": {"name_prefix": "shop-"}}}
    arn = f"arn:aws:iam::{ACCOUNT}:role/".__add__
    assert allowed(stack(role), "iam:CreateRole") == [{"Resource": [arn("shop-*"), arn("terraform-*")]}]


def test_names_in_accounts_and_partitions_that_are_read_are_filled_in():
    data = {"aws_caller_identity": {"here": {}}, "aws_region": {"here": {}}, "aws_partition": {"here": {}}}
    name = "a-${data.aws_caller_identity.here.account_id}-${data.aws_region.here.region}"
    document = stack({"aws_sns_topic": {"a": {"name": name}}}, data=data)
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:a-{ACCOUNT}-{REGION}"
    assert allowed(document, "sns:CreateTopic") == [{"Resource": topic}]
    assert "sts:GetCallerIdentity" not in actions(document)


def test_a_repository_of_another_registry_is_there():
    data = {"aws_ecr_repository": {"a": {"name": "web", "registry_id": "2" * 12}, "b": {"name": "web"}}}
    arn = f"arn:aws:ecr:{REGION}:{{}}:repository/web".format
    assert allowed(stack({}, data=data), "ecr:DescribeImages") == [{"Resource": [arn(ACCOUNT), arn("2" * 12)]}]


# Keys


def encrypted(key: str, **more: Any) -> dict[str, Any]:
    body = {"name": "web", "encryption_configuration": [{"encryption_type": "KMS", "kms_key": key}]}
    return stack({"aws_ecr_repository": {"web": body}, **more.pop("resource", {})}, **more)


VIA = {"kms:ViaService": f"ecr.{REGION}.amazonaws.com"}


def test_a_key_is_used_through_ecr_alone():
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"
    assert allowed(encrypted(key), "kms:CreateGrant") == [{"Resource": key, "Condition": {"StringEquals": VIA}}]
    assert "kms:CreateGrant" not in actions(encrypted(key), plan_only=True)
    assert "kms:CreateGrant" not in actions(stack(WEB))


def test_a_key_that_is_found_by_its_alias_is_one_with_that_alias():
    document = encrypted(
        "${data.aws_kms_alias.a.target_key_arn}", data={"aws_kms_alias": {"a": {"name": "alias/images"}}}
    )
    aliased = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/images"}}
    (found,) = allowed(document, "kms:CreateGrant")
    assert found == {
        "Resource": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*",
        "Condition": {**aliased, "StringEquals": VIA},
    }
    assert {"Resource": found["Resource"], "Condition": aliased} in allowed(document, "kms:DescribeKey", plan_only=True)


def test_a_key_of_another_layer_may_be_any_through_ecr():
    document = encrypted("${data.terraform_remote_state.a.outputs.key}")
    assert allowed(document, "kms:RetireGrant") == [
        {"Resource": f"arn:aws:kms:{REGION}:*:key/*", "Condition": {"StringEquals": VIA}}
    ]


def test_a_key_that_is_made_is_changed_by_its_tags_alone():
    document = encrypted("${aws_kms_key.a.arn}", resource={"aws_kms_key": {"a": {"policy": "{}"}}})
    own = {f"aws:ResourceTag/{name}": value for name, value in MARKS.items()}
    given = {f"aws:RequestTag/{name}": value for name, value in MARKS.items()}
    for action in ("kms:PutKeyPolicy", "kms:EnableKey"):
        assert [each["Condition"] for each in allowed(document, action)] == [{"StringEquals": own}]
    assert [each["Condition"] for each in allowed(document, "kms:CreateKey")] == [{"StringEquals": given}]
    conditions = [each["Condition"]["StringEquals"] for each in allowed(document, "kms:TagResource")]
    assert sorted(conditions, key=str) == sorted([own, given], key=str)
    scheduled = allowed(document, "kms:ScheduleKeyDeletion", allow_delete=True)
    assert [each["Condition"] for each in scheduled] == [{"StringEquals": own}]
    # KMS may not know the tags yet when an apply calls these.
    assert allowed(document, "kms:EnableKeyRotation") == [{"Resource": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*"}]


def test_a_key_without_tags_is_any_and_that_is_said():
    document = stack({"aws_kms_key": {"a": {}}})
    del document["provider"]["aws"][0]["default_tags"]
    assert allowed(document, "kms:PutKeyPolicy") == [{"Resource": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*"}]
    notices = derive({"dev": document}, allow_delete=True).notices
    assert [(each.key, each.code) for each in notices] == [("aws_kms_key.a", "deploy-policy-tags")]
    document["resource"]["aws_kms_key"]["a"]["tags"] = {"Project": "shop"}
    assert [each["Condition"] for each in allowed(document, "kms:PutKeyPolicy")] == [
        {"StringEquals": {"aws:ResourceTag/Project": "shop"}}
    ]


# Roles


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
    codes = [each.code for each in derive({"dev": role()}).notices]
    assert codes == ["deploy-policy-boundary"]
    assert derive({"dev": document}).notices == ()
    policy = {"iam:PolicyARN": f"arn:aws:iam::{ACCOUNT}:policy/more"}
    assert {"Resource": arn, "Condition": {"ArnEquals": {**policy, **bounded["ArnEquals"]}}} in allowed(
        document, "iam:AttachRolePolicy"
    )


def test_a_policy_is_attached_to_these_roles_and_no_other_policy_is():
    arn = f"arn:aws:iam::{ACCOUNT}:role/".__add__
    found = allowed(role(), "iam:AttachRolePolicy")
    policy = {"ArnEquals": {"iam:PolicyARN": f"arn:aws:iam::{ACCOUNT}:policy/more"}}
    assert found == [{"Resource": [arn("*/nodes"), arn("ecr/pull"), arn("nodes")], "Condition": policy}]


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


# States, and who reaches them


def test_the_state_is_kept_and_locked():
    document = stack(WEB, terraform={"backend": {"s3": {**S3, "use_lockfile": True}}})
    key = "arn:aws:s3:::states/ecr/dev"
    assert allowed(document, "s3:PutObject") == [{"Resource": [key, f"{key}.tflock"]}]
    assert allowed(document, "s3:GetObject") == [{"Resource": [key, f"{key}.tflock"]}]
    assert allowed(document, "s3:DeleteObject") == [{"Resource": f"{key}.tflock"}]
    assert allowed(document, "s3:ListBucket") == [{"Resource": "arn:aws:s3:::states"}]
    # A plan takes the lock too, and writes no state.
    assert allowed(document, "s3:PutObject", plan_only=True) == [{"Resource": f"{key}.tflock"}]


def test_older_states_are_locked_by_a_table_and_encrypted_with_a_key():
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    document = stack(WEB, terraform={"backend": {"s3": {**S3, "dynamodb_table": "locks", "kms_key_id": key}}})
    assert allowed(document, "dynamodb:PutItem") == [{"Resource": f"arn:aws:dynamodb:{REGION}:*:table/locks"}]
    assert allowed(document, "kms:Decrypt", plan_only=True) == [{"Resource": key}]
    assert allowed(document, "kms:GenerateDataKey") == [{"Resource": key}]
    assert "s3:DeleteObject" not in actions(document)


def test_states_of_others_are_read():
    config = {"backend": "s3", "config": {**S3, "key": "security"}, "workspace": "blue"}
    document = stack(WEB, data={"terraform_remote_state": {"a": config}})
    assert allowed(document, "s3:GetObject") == [{"Resource": "arn:aws:s3:::states/env:/blue/security"}]
    assert "s3:PutObject" not in actions(document)


def test_a_state_elsewhere_is_said():
    document = stack(WEB, terraform={"backend": {"gcs": {}}})
    codes = [each.code for each in derive({"dev": document}, allow_delete=True).notices]
    assert codes == ["deploy-policy-state"]
    local = stack(WEB, terraform={"backend": {"local": {}}})
    assert derive({"dev": local}, allow_delete=True).notices == ()


def test_each_role_gets_what_it_does():
    derived = derive({"dev": in_another_account()})
    assert derived.role == ROLE
    found = {role: {action for each in said for action in each.actions} for role, said in derived.statements.items()}
    assert found[""] == {"s3:GetObject", "s3:ListBucket", "s3:PutObject", "sts:AssumeRole"}
    assert "ecr:CreateRepository" in found[ROLE]
    assert not found[ROLE] & found[""]
    (assume,) = [each for each in derived.statements[""] if "sts:AssumeRole" in each.actions]
    assert assume.resources == (ROLE,)
    assert sorted(files_of(derived, "dev-deploy")) == ["dev-deploy-caller.json", "dev-deploy.json"]
