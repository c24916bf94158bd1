"""`_engine.unchecked`: the same resources without the generated checks, or the bindings' own way."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from ecr_constructs._engine import unchecked
from ecr_constructs._engine.aws import AwsProvider, EcrRepository, EcrRepositoryPolicy, SsmParameter
from ecr_constructs._engine.door import App, TerraformStack
from ecr_constructs._engine.door import Testing as EngineTesting


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchecked, "_quick", {})


@pytest.fixture
def stack() -> TerraformStack:
    return TerraformStack(App(), "dev")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The arguments that the bindings' modules check."""
    names: list[str] = []
    original: Any = SsmParameter.__init__.__globals__["check_type"]

    def check_type(argname: str, value: object, expected_type: Any) -> Any:
        names.append(argname)
        return original(argname, value, expected_type)

    monkeypatch.setitem(SsmParameter.__init__.__globals__, "check_type", check_type)
    return names


def test_only_the_first_resource_of_a_class_is_checked(stack: TerraformStack, checked: list[str]) -> None:
    counts = []
    for name in ("a", "b", "c"):
        unchecked.unchecked(SsmParameter)(stack, name, name=f"/{name}", type="String", insecure_value="v")
        counts.append(len(checked))
    assert counts[0] > 0
    assert counts == [counts[0]] * 3


def test_the_resources_are_those_of_the_class(stack: TerraformStack) -> None:
    other = TerraformStack(App(), "dev")
    for target, make in ((stack, unchecked.unchecked), (other, lambda binding: binding)):
        provider = AwsProvider(target, "Aws", region="us-east-1", alias="far")
        repository = EcrRepository(target, "repository", name="shop/web")
        for name in ("a", "b"):
            resource = make(SsmParameter)(
                target,
                name,
                name=f"/{name}",
                type="String",
                insecure_value=repository.repository_url,
                description=None,
                tags={"Team": "shop"},
                depends_on=[repository],
                provider=provider,
            )
            assert isinstance(resource, SsmParameter)
            assert type(resource).__name__ == "SsmParameter"
            resource.override_logical_id(f"chosen_{name}")
            resource.overwrite = True
        make(EcrRepositoryPolicy)(target, "policy", repository=repository.name, policy=resource.arn)
    assert json.loads(EngineTesting.synth(stack)) == json.loads(EngineTesting.synth(other))
    assert [type(child).__name__ for child in stack.node.children].count("SsmParameter") == 2


def test_the_kernel_refuses_what_the_checks_would(stack: TerraformStack) -> None:
    unchecked.unchecked(SsmParameter)(stack, "a", name="/a", type="String", insecure_value="v")
    with pytest.raises(Exception, match="string"):
        unchecked.unchecked(SsmParameter)(stack, "b", name=["/b"], type="String", insecure_value="v")  # type: ignore[arg-type]


def _with_more(self: Any, **arguments: Any) -> None:
    self._values = {**arguments, "region": "us-east-1"}


def _elsewhere(self: Any, **arguments: Any) -> None:
    self._values, self._others = arguments, {}


@pytest.mark.parametrize("form", [_with_more, _elsewhere, None])
def test_bindings_of_another_form_stay_as_they_are(
    stack: TerraformStack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, form: Any
) -> None:
    module = sys.modules[SsmParameter.__module__]
    config = module.SsmParameterConfig
    with monkeypatch.context() as patch, caplog.at_level(logging.DEBUG, logger=unchecked.__name__):
        if form is None:
            patch.delattr(module, "SsmParameterConfig")
        else:
            patch.setattr(config, "__init__", form)
        unchecked.unchecked(SsmParameter)(stack, "a", name="/a", type="String", insecure_value="v")
    assert "goes on checking" in caplog.text
    assert unchecked.unchecked(SsmParameter) is SsmParameter
