"""`_engine.made`: the bindings' classes, less Terraform's directives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import App, TerraformStack
from ecr_constructs._engine.door import Testing as EngineTesting
from ecr_constructs._engine.made import set_as_it_is
from ecr_constructs._engine.unchecked import unchecked
from tests.either_engine import bindings_of

PlainProvider = bindings_of("provider").AwsProvider
PlainParameter = bindings_of("ssm_parameter").SsmParameter


@pytest.fixture
def stack() -> TerraformStack:
    return TerraformStack(App(), "dev")


def parameters(stack: TerraformStack) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(EngineTesting.synth(stack))["resource"]["aws_ssm_parameter"]
    return {name: {key: body.get(key) for key in ("value", "tags")} for name, body in found.items()}


def test_every_class_that_makes_something_takes_text() -> None:
    for name in aws.__all__:
        made = getattr(aws, name)
        assert (
            hasattr(made, "_values") or not hasattr(made, "friendly_unique_id") or type(made).__name__ == "_TakingText"
        )


def test_arguments_are_text_with_and_without_the_checks(stack: TerraformStack) -> None:
    for name in ("a", "b", "c"):
        make = aws.SsmParameter if name == "a" else unchecked(aws.SsmParameter)
        make(stack, name, name=f"/{name}", type="String", value="%{x}", tags={"%{k}": "%{v}"})
    assert [*parameters(stack).values()] == [{"value": "%%{x}", "tags": {"%%{k}": "%%{v}"}}] * 3


def test_attributes_are_text_unless_they_are_set_as_they_are(stack: TerraformStack) -> None:
    parameter = aws.SsmParameter(stack, "a", name="/a", type="String", value="old")
    parameter.value = "%{x}"
    set_as_it_is(parameter, "tags", {"k": "%%{v}"})
    assert parameters(stack) == {"a": {"value": "%%{x}", "tags": {"k": "%%{v}"}}}


def test_the_bindings_of_others_stay_as_they_are(stack: TerraformStack) -> None:
    PlainParameter(stack, "a", name="/a", type="String", value="%{if true}x%{endif}")
    assert parameters(stack)["a"]["value"] == "%{if true}x%{endif}"


def test_what_the_bindings_made_is_an_instance(stack: TerraformStack) -> None:
    plain = PlainProvider(stack, "plain", region="us-east-1", alias="plain")
    made = aws.AwsProvider(stack, "made", region="us-east-1")
    assert isinstance(plain, aws.AwsProvider)
    assert isinstance(made, PlainProvider)
    assert not isinstance(plain, aws.SsmParameter)
