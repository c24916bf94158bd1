"""The policy of a key for repositories, judged by a model of IAM that knows nothing of it, and the key's settings."""

import json
import re

import parliament
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.kms import (
    KeySettings,
    allow_ecr,
    allow_eventbridge,
    allow_logs,
    check_alias,
    check_parameter_name,
)
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.tokens import is_unresolved
from tests.unit.aws_models import SESSION, near, right, takes

ACCOUNT = "111111111111"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
HOME = {"account_id": ACCOUNT, "region": "us-east-1", "partition": "aws", "dns_suffix": "amazonaws.com"}
CHINA = {"account_id": ACCOUNT, "region": "cn-north-1", "partition": "aws-cn", "dns_suffix": "amazonaws.com.cn"}
# What lets someone read or make data, or let others do so.
POWERS = {
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:CreateGrant",
    "kms:Sign",
    "kms:GenerateMac",
    "kms:DeriveSharedSecret",
}


def documents(statements):
    return json.loads(render_policy(statements))["Statement"]


def actions(document):
    return [document["Action"]] if isinstance(document["Action"], str) else document["Action"]


def judged(policy):
    """Return what parliament finds in a key's policy, in which `*` is the key itself.

    It takes actions on aliases for those of an alias alone: they need the key's policy as well as an IAM policy
    (https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html).
    """
    assert '"Resource":"*"' in policy
    of_one_key = policy.replace('"Resource":"*"', f'"Resource":"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd"')
    of_one_key = re.sub(r'"kms:(Create|Delete|Update)Alias",', "", of_one_key)
    return [str(finding) for finding in parliament.analyze_policy_string(of_one_key).findings]


EVERYTHING = [
    *allow_ecr(**HOME),
    allow_logs("/aws/events/ecr/findings", **HOME),
    allow_logs("/aws/events/other", **HOME),
    allow_eventbridge(),
]


class TestPolicy:
    def test_the_account_alone_is_named(self):
        assert {str(each["Principal"]) for each in documents(allow_ecr(**HOME))} == {str({"AWS": ROOT})}

    def test_nobody_can_use_the_key_past_ecr(self):
        """Of what lets someone at the data, nothing is allowed but grants, and these through ECR alone."""
        for document in documents(allow_ecr(**HOME)):
            assert "*" not in "".join(actions(document))
            powers = POWERS & set(actions(document))
            assert powers <= {"kms:CreateGrant"}
            if powers:
                assert document["Condition"] == {"StringEquals": {"kms:ViaService": "ecr.us-east-1.amazonaws.com"}}

    def test_what_ecr_does_when_a_repository_is_made_is_allowed(self):
        (use,) = (each for each in documents(allow_ecr(**HOME)) if "Condition" in each)
        assert set(actions(use)) == {"kms:CreateGrant", "kms:DescribeKey"}

    def test_what_terraform_does_to_a_key_is_allowed(self):
        (manage,) = (each for each in documents(allow_ecr(**HOME)) if "Condition" not in each)
        create, read, change, destroy = (
            {"CreateAlias", "EnableKeyRotation", "TagResource"},
            {"DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"},
            {"PutKeyPolicy", "UpdateKeyDescription", "UntagResource", "UpdateAlias", "EnableKey", "DisableKey"},
            {"ScheduleKeyDeletion", "DeleteAlias", "DisableKeyRotation"},
        )
        assert {f"kms:{each}" for each in create | read | change | destroy} <= set(actions(manage))

    def test_every_action_is_one_of_kms(self):
        operations = set(SESSION.get_service_model("kms").operation_names)
        named = {each.removeprefix("kms:") for document in documents(EVERYTHING) for each in actions(document)}
        # ReEncrypt is one operation and two actions.
        assert {each for each in named if not each.endswith("*")} <= operations
        assert named - operations == {"GenerateDataKey*", "ReEncrypt*"}

    def test_nothing_is_allowed_that_a_policy_of_a_key_cannot_allow(self):
        """https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html"""
        elsewhere = {"kms:RetireGrant", "kms:ListAliases", "kms:ListKeys", "kms:CreateKey", "kms:GenerateRandom"}
        assert not elsewhere & {each for document in documents(EVERYTHING) for each in actions(document)}

    def test_in_china_services_have_names_of_their_own(self):
        text = render_policy([*allow_ecr(**CHINA), allow_logs("/aws/events/x", **CHINA)])
        assert f"arn:aws-cn:iam::{ACCOUNT}:root" in text
        assert '"kms:ViaService":"ecr.cn-north-1.amazonaws.com.cn"' in text
        assert '"Service":"logs.cn-north-1.amazonaws.com.cn"' in text
        assert f"arn:aws-cn:logs:cn-north-1:{ACCOUNT}:log-group:/aws/events/x" in text
        assert not re.search(r"amazonaws\.com(?!\.cn)", text)

    def test_log_groups_share_a_statement_and_have_no_others(self):
        (logs,) = (each for each in documents(EVERYTHING) if "logs" in str(each["Principal"]))
        start = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:"
        assert logs["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
        assert logs["Condition"] == {
            "StringEquals": {
                "kms:EncryptionContext:aws:logs:arn": [f"{start}/aws/events/ecr/findings", f"{start}/aws/events/other"]
            }
        }

    def test_eventbridge_may_do_what_publishing_needs(self):
        (events,) = documents([allow_eventbridge()])
        assert (events["Principal"], actions(events)) == (
            {"Service": "events.amazonaws.com"},
            ["kms:Decrypt", "kms:GenerateDataKey*"],
        )
        # Sources are not supported here: the messages would be lost.
        assert "Condition" not in events

    def test_parliament_finds_nothing(self):
        assert judged(render_policy(EVERYTHING)) == []

    def test_it_would_find_an_action_that_does_not_exist(self):
        assert judged(render_policy(EVERYTHING).replace("kms:PutKeyPolicy", "kms:SetKeyPolicy"))

    def test_it_is_what_kms_takes(self):
        assert takes("kms", "PolicyType", render_policy(EVERYTHING))


def check(**changes):
    arguments = {"alias": "alias/ecr", "deletion_window_in_days": 30, "rotation_period_in_days": None}
    return [
        (problem.key, problem.code)
        for problem in KeySettings(**{**arguments, **changes}).problems(KnownPlace("us-east-1"))
    ]


class TestSettings:
    @pytest.mark.parametrize(
        ("changes", "problems"),
        [
            ({}, []),
            ({"alias": "alias/shop/ecr_1-x"}, []),
            ({"alias": "${var.alias}"}, []),
            ({"alias": "ecr"}, [("alias", "kms-alias")]),
            ({"alias": "alias/"}, [("alias", "kms-alias")]),
            ({"alias": "alias/aws/ecr"}, [("alias", "kms-alias")]),
            ({"alias": "alias/" + "a" * 251}, [("alias", "kms-alias")]),
            ({"deletion_window_in_days": 7}, []),
            ({"deletion_window_in_days": 6}, [("deletion_window_in_days", "kms-days")]),
            ({"deletion_window_in_days": 31}, [("deletion_window_in_days", "kms-days")]),
            ({"deletion_window_in_days": 7.5}, [("deletion_window_in_days", "kms-days")]),
            ({"deletion_window_in_days": True}, [("deletion_window_in_days", "kms-days")]),
            ({"rotation_period_in_days": 90}, []),
            ({"rotation_period_in_days": 2560}, []),
            ({"rotation_period_in_days": 89}, [("rotation_period_in_days", "kms-days")]),
            ({"rotation_period_in_days": 2561}, [("rotation_period_in_days", "kms-days")]),
            (
                {"alias": "x", "deletion_window_in_days": 0, "rotation_period_in_days": 1},
                [
                    ("alias", "kms-alias"),
                    ("deletion_window_in_days", "kms-days"),
                    ("rotation_period_in_days", "kms-days"),
                ],
            ),
        ],
    )
    def test_of_a_key(self, changes, problems):
        assert check(**changes) == problems

    @given(near(st.from_regex(r"alias/[a-z/]{1,8}", fullmatch=True)).filter(lambda text: not is_unresolved(text)))
    def test_an_alias_that_is_right_is_one_that_kms_takes(self, text):
        if check_alias(text) == []:
            assert takes("kms", "AliasNameType", text)

    @given(near(right("ssm", "PSParameterName").filter(len)).filter(lambda text: not is_unresolved(text)))
    def test_the_name_of_a_parameter_that_is_right_is_one_that_ssm_takes(self, text):
        if check_parameter_name(text) == []:
            assert takes("ssm", "PSParameterName", text)

    @pytest.mark.parametrize(
        ("name", "wrong"),
        [("/security/ecr-key", False), ("ecr.key_1", False), ("${var.a}", False), ("/a//b", True), ("", True)],
    )
    def test_names_of_parameters(self, name, wrong):
        assert bool(check_parameter_name(name, "parameter_name")) == wrong
