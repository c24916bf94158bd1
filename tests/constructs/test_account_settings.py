"""Settings of an account and region."""

from __future__ import annotations

import pytest

from ecr_constructs import AccountSettings, InvalidInput
from ecr_constructs._engine.aws import AwsProvider
from tests.constructs.synthesised import codes, every

KIND = "aws_ecr_account_setting"


def values(stack):
    return {each["name"]: each["value"] for each in every(stack, KIND).values()}


def test_what_is_given_is_set(stack):
    AccountSettings(stack, "Settings", basic_scan_type_version="AWS_NATIVE", registry_policy_scope="V2")
    assert values(stack) == {"BASIC_SCAN_TYPE_VERSION": "AWS_NATIVE", "REGISTRY_POLICY_SCOPE": "V2"}


@pytest.mark.parametrize("value", ["ENABLED", "DISABLED"])
def test_blob_mounting_is_switched_on_and_off(stack, value):
    AccountSettings(stack, "Settings", blob_mounting=value)
    assert values(stack) == {"BLOB_MOUNTING": value}


def test_what_is_not_given_stays_as_it_is(stack):
    AccountSettings(stack, "Settings", registry_policy_scope="V2")
    assert values(stack) == {"REGISTRY_POLICY_SCOPE": "V2"}


def test_a_value_may_be_known_later(stack):
    AccountSettings(stack, "Settings", registry_policy_scope="${var.scope}")
    assert values(stack) == {"REGISTRY_POLICY_SCOPE": "${var.scope}"}


@pytest.mark.parametrize(
    ("arguments", "problems", "words"),
    [
        ({}, [("", "account-settings-empty")], "must set something"),
        ({"basic_scan_type_version": "TRIVY"}, [("basic_scan_type_version", "account-setting")], "AWS_NATIVE"),
        ({"basic_scan_type_version": "CLAIR"}, [("basic_scan_type_version", "account-setting")], "no longer"),
        ({"blob_mounting": "ON"}, [("blob_mounting", "account-setting")], "must be ENABLED or DISABLED"),
        (
            {"basic_scan_type_version": "V2", "registry_policy_scope": "V1"},
            [("basic_scan_type_version", "account-setting"), ("registry_policy_scope", "account-setting")],
            "no longer",
        ),
    ],
)
def test_values_that_ecr_does_not_have_are_refused(stack, arguments, problems, words):
    with pytest.raises(InvalidInput, match=words) as caught:
        AccountSettings(stack, "Settings", **arguments)
    assert codes(caught) == problems
    assert every(stack, KIND) == {}


def test_the_same_setting_twice_is_refused_and_both_are_named(stack):
    AccountSettings(stack, "One", registry_policy_scope="V2")
    with pytest.raises(InvalidInput, match=r"^dev/Two: .* dev/One has one already") as caught:
        AccountSettings(stack, "Two", registry_policy_scope="V2")
    assert codes(caught) == [("registry_policy_scope", "one-per-registry")]


def test_different_settings_may_come_from_different_places(stack):
    AccountSettings(stack, "One", registry_policy_scope="V2")
    AccountSettings(stack, "Two", basic_scan_type_version="AWS_NATIVE")
    assert len(values(stack)) == 2


def test_each_registry_has_its_own(stack):
    there = AwsProvider(stack, "There", region="eu-west-1", alias="there")
    AccountSettings(stack, "One", registry_policy_scope="V2")
    AccountSettings(stack, "Two", registry_policy_scope="V2", provider=there)
    assert sorted(str(each.get("provider")) for each in every(stack, KIND).values()) == ["None", "aws.there"]


def test_a_logical_id_is_the_start_of_its_terraform_names(stack):
    AccountSettings(
        stack, "Settings", basic_scan_type_version="AWS_NATIVE", registry_policy_scope="V2", logical_id="ecr"
    )
    assert set(every(stack, KIND)) == {"ecr_basic_scan_type_version", "ecr_registry_policy_scope"}


def test_a_logical_id_that_is_taken_is_refused(stack):
    AccountSettings(stack, "One", registry_policy_scope="V2", logical_id="ecr")
    with pytest.raises(InvalidInput) as caught:
        AccountSettings(stack, "Two", basic_scan_type_version="AWS_NATIVE", logical_id="ecr")
    assert codes(caught) == [("logical_id", "logical-id-taken")]
