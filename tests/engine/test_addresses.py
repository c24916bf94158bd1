"""`_engine.addresses`: Terraform names that were chosen."""

from __future__ import annotations

import json

import pytest

from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.aws import SsmParameter
from ecr_constructs._engine.door import App, TerraformStack
from ecr_constructs._engine.door import Testing as EngineTesting


@pytest.mark.parametrize(("chosen", "name"), [("web_url", "web_url"), (None, "Parameter")])
def test_an_element_has_the_chosen_name_or_that_of_the_engine(chosen: str | None, name: str) -> None:
    stack = TerraformStack(App(), "dev")
    parameter = SsmParameter(stack, "Parameter", name="/a", type="String", insecure_value="v")
    set_logical_id(parameter, chosen)
    SsmParameter(stack, "Copy", name="/b", type="String", insecure_value=parameter.arn)
    made = json.loads(EngineTesting.synth(stack))["resource"]["aws_ssm_parameter"]
    assert set(made) == {name, "Copy"}
    assert made["Copy"]["insecure_value"] == f"${{aws_ssm_parameter.{name}.arn}}"
