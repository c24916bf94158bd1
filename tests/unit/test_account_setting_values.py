"""The values of account settings, held to what botocore's model says of them."""

import pytest

from ecr_constructs.core.registry.account_settings import ACCOUNT_SETTINGS, check_account_setting
from tests.unit.aws_models import SESSION

MEMBERS = SESSION.get_service_model("ecr").shape_for("PutAccountSettingRequest").members


@pytest.mark.parametrize(("name", "values"), ACCOUNT_SETTINGS.items())
def test_names_and_values_are_those_of_ecr(name, values):
    assert f"<code>{name.upper()}</code>" in MEMBERS["name"].documentation
    assert all(f"<code>{value}</code>" in MEMBERS["value"].documentation for value in values)


@pytest.mark.parametrize(("name", "former"), [("basic_scan_type_version", "CLAIR"), ("registry_policy_scope", "V1")])
def test_what_ecr_had_before_is_refused_as_such(name, former):
    assert f"<code>{former}</code>" not in MEMBERS["value"].documentation
    (problem,) = check_account_setting(name, former)
    assert (problem.key, problem.code) == (name, "account-setting")
    assert "can no longer be chosen" in problem.rule


def test_an_expression_passes():
    assert check_account_setting("registry_policy_scope", "${var.scope}") == []
