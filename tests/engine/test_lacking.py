"""Resources that the bindings lack, made of the engine alone, and those that they have."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import App, TerraformStack
from ecr_constructs._engine.door import Testing as EngineTesting
from ecr_constructs._engine.lacking import LACKING
from ecr_constructs._engine.which import engine

ARN = "arn:aws:iam::111111111111:role/scanner"


@pytest.fixture
def stack() -> TerraformStack:
    return TerraformStack(App(), "dev")


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have a class of `aws` looked up anew."""
    return lambda name: monkeypatch.delitem(vars(aws), name, raising=False)


def written(stack: TerraformStack) -> list[dict[str, Any]]:
    resources = json.loads(EngineTesting.synth(stack))["resource"]["aws_ecr_pull_time_update_exclusion"]
    return [{key: value for key, value in each.items() if key != "//"} for each in resources.values()]


def test_the_bindings_own_is_taken_where_they_have_it() -> None:
    for name, made_here in LACKING.items():
        try:
            module = importlib.import_module(f"{engine().bindings}.ecr_pull_time_update_exclusion")
        except ModuleNotFoundError:
            assert issubclass(getattr(aws, name), made_here)
        else:
            assert issubclass(getattr(aws, name), getattr(module, name))


def test_both_write_the_same(stack: TerraformStack) -> None:
    provider = aws.AwsProvider(stack, "there", region="eu-west-1", alias="there")
    for number, made in enumerate((aws.EcrPullTimeUpdateExclusion, LACKING["EcrPullTimeUpdateExclusion"])):
        make: Any = made
        make(stack, f"exclusion-{number}", principal_arn=ARN, provider=provider)
    assert written(stack) == [{"principal_arn": ARN, "provider": "aws.there"}] * 2


def test_its_arguments_are_text(stack: TerraformStack) -> None:
    aws.EcrPullTimeUpdateExclusion(stack, "a", principal_arn="%{ if true }${var.role}")
    assert written(stack) == [{"principal_arn": "%%{ if true }${var.role}"}]


def test_it_takes_what_every_resource_takes(stack: TerraformStack) -> None:
    made = aws.EcrPullTimeUpdateExclusion(stack, "a", principal_arn=ARN)
    made.override_logical_id("scanner")
    made.add_override("lifecycle.prevent_destroy", value=True)
    assert written(stack) == [{"principal_arn": ARN, "lifecycle": {"prevent_destroy": True}}]


def test_what_neither_has_is_no_name_of_them() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'EcrNothing'"):
        _ = aws.EcrNothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["EcrPullTimeUpdateExclusion", "EcrRepository"])
def test_bindings_that_cannot_be_imported_are_no_older_ones(
    name: str, forget: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the module of a resource itself misses is said, and nothing is taken in its place."""

    def broken(module: str) -> object:
        raise ModuleNotFoundError(f"No module named 'typeguard', for {module}", name="typeguard")

    forget(name)
    monkeypatch.setattr(importlib, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="typeguard"):
        getattr(aws, name)


def test_a_module_that_is_not_there_is_said_of_a_resource_that_is_not_made_here(
    forget: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    forget("EcrRepository")
    monkeypatch.setitem(aws._MODULES, "EcrRepository", "ecr_nothing")
    with pytest.raises(ModuleNotFoundError, match="ecr_nothing"):
        _ = aws.EcrRepository
