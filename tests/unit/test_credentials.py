"""Whose credentials Terraform uses: what can be said of them."""

from __future__ import annotations

import pytest
from botocore.session import Session

from ecr_constructs.core.credentials import EXTERNAL_ID, Credentials
from ecr_constructs.core.places import KnownPlace

OWN, OTHER = "111111111111", "222222222222"
PLACE = KnownPlace("us-east-1", OWN)
ROLE = f"arn:aws:iam::{OWN}:role/deploy"


def codes(place=PLACE, **said):
    return [(problem.key, problem.code) for problem in Credentials(**said).problems(place)]


@pytest.mark.parametrize(
    "profile", ["default", "shop-dev", "shop.dev/admin", "AdministratorAccess-111111111111", "a@b:c"]
)
def test_a_profile_is_named_as_every_sdk_reads_it(profile):
    assert codes(profile=profile) == []


@pytest.mark.parametrize("profile", ["", "shop dev", "shop]", "a\n", "é", "p" * 256, '"a"', "a#b"])
def test_another_name_is_refused(profile):
    assert codes(profile=profile) == [("profile", "profile-name")]


@pytest.mark.parametrize(
    ("role", "place", "right"),
    [
        (ROLE, PLACE, True),
        (f"arn:aws:iam::{OWN}:role/ci/deploy", PLACE, True),
        (f"arn:aws:iam::{OTHER}:role/deploy", PLACE, False),
        (f"arn:aws:iam::{OTHER}:role/deploy", KnownPlace("us-east-1"), True),
        (f"arn:aws-cn:iam::{OWN}:role/deploy", PLACE, False),
        (f"arn:aws-cn:iam::{OWN}:role/deploy", KnownPlace("cn-north-1", OWN), True),
        (f"arn:aws:iam::{OWN}:user/deploy", PLACE, False),
        (f"arn:aws:sts::{OWN}:assumed-role/deploy/me", PLACE, False),
        ("deploy", PLACE, False),
        ("", PLACE, False),
    ],
)
def test_a_role_is_one_of_the_account(role, place, right):
    assert codes(place, role_arn=role) == ([] if right else [("role_arn", "assume-role")])


@pytest.mark.parametrize("external_id", ["ab", "a" * 1224, "shop+=,.@:/-_1"])
def test_an_external_id_is_what_sts_takes(external_id):
    assert codes(role_arn=ROLE, external_id=external_id) == []


@pytest.mark.parametrize("external_id", ["", "a", "a" * 1225, "a b", "a!", "é1"])
def test_another_external_id_is_refused(external_id):
    assert codes(role_arn=ROLE, external_id=external_id) == [("external_id", "external-id")]


def test_an_external_id_comes_with_a_role():
    assert codes(external_id="shop-1234") == [("external_id", "external-id")]


def test_the_limits_are_those_of_sts():
    shape = Session().get_service_model("sts").shape_for("externalIdType")
    assert (shape.metadata["min"], shape.metadata["max"]) == (2, 1224)
    assert EXTERNAL_ID.pattern.endswith("{2,1224}")


def test_terraform_is_told_what_is_said_alone():
    assert Credentials().assume_role == {}
    assert Credentials(role_arn=ROLE).assume_role == {"role_arn": ROLE}
    assert Credentials(role_arn=ROLE, external_id="ab").assume_role == {"role_arn": ROLE, "external_id": "ab"}
