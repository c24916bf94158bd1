"""The policy of the deploying role: on what, and under which conditions, it allows what a stack needs."""

from __future__ import annotations

from typing import Any

import pytest

from ecr_constructs.deploying.derive import derive
from tests.unit.deployable import ACCOUNT, MARKS, REGION, WEB, actions, allowed, stack

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
        ("/shop/prod/flag", "/shop/prod/flag"),
    ],
)
def test_parameters_of_a_repository_are_one_path(name: str, on: str):
    tells = {"name": name, "insecure_value": "${aws_ecr_repository.web.repository_url}"}
    document = stack({"aws_ssm_parameter": {"a": tells}})
    assert allowed(document, "ssm:PutParameter") == [{"Resource": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{on}"}]


def test_a_parameter_that_tells_of_no_repository_is_alone_whatever_its_name():
    document = stack({"aws_ssm_parameter": {"a": {"name": "/shop/prod/url", "value": "https://example.com"}}})
    on = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/shop/prod/url"
    assert [each["Resource"] for each in allowed(document, "ssm:DeleteParameter")] == [on]


def test_a_region_of_a_resource_itself_counts_and_one_that_is_known_late_is_any():
    document = stack({"aws_ecr_repository": {"web": {"name": "web", "region": "eu-west-3"}}})
    arn = f"arn:aws:ecr:{{}}:{ACCOUNT}:repository/web".format
    assert allowed(document, "ecr:CreateRepository") == [{"Resource": arn("eu-west-3")}]
    document = encrypted(f"arn:aws:kms:eu-west-3:{ACCOUNT}:key/1")
    document["provider"]["aws"][0]["region"] = "${var.region}"
    assert allowed(document, "ecr:CreateRepository") == [{"Resource": arn("*")}]
    # As a text of its own no service is called so, and nothing would be allowed.
    (found,) = allowed(document, "kms:CreateGrant")
    assert found["Condition"] == {"StringLike": {"kms:ViaService": "ecr.*.amazonaws.com"}}


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


@pytest.mark.parametrize(("prefix", "on"), [("ROOT", "*"), ("team", "team/*"), ("team/web", "team/web/*")])
def test_what_a_template_is_for_is_changed_only_where_it_has_something_to_change(prefix: str, on: str):
    kind = "aws_ecr_repository_creation_template"
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{on}"
    document = stack({kind: {"a": {"prefix": prefix}}})
    assert allowed(document, "ecr:CreateRepository") == [{"Resource": arn}]
    assert not {"ecr:SetRepositoryPolicy", "ecr:PutLifecyclePolicy"} & actions(document)
    document = stack({kind: {"a": {"prefix": prefix, "repository_policy": "{}"}}})
    assert allowed(document, "ecr:SetRepositoryPolicy") == [{"Resource": arn}]
    assert "ecr:PutLifecyclePolicy" not in actions(document)
    document = stack({kind: {"a": {"prefix": prefix, "lifecycle_policy": "{}"}}})
    assert allowed(document, "ecr:PutLifecyclePolicy") == [{"Resource": arn}]


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
