"""Which provider the stacks of an environment file take, and what is said where they take another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_constructs import AccountSettings, EnvironmentRepositories, configure_provider
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import App, Aspects, IAspect, TerraformStack, implements
from ecr_constructs.config.load import load_file
from tests.constructs.synthesised import synth, warnings

OVERRIDE = "terraform.required_providers.aws.version"
NEWER = """
ecr_account_settings: {blob_mounting: ENABLED}
ecr_creation_templates: {shop: {applied_for: [CREATE_ON_PUSH]}}
"""


def told(scope):
    """Return what is said below a construct of a provider that is too old."""
    return [each for inner in scope.node.find_all() for each in warnings(inner) if "provider-of-stack" in each]


def raised(scope):
    """Return what is said below a construct of a default that rises, by where it is said."""
    said = [(inner.node.path, entry.data) for inner in scope.node.find_all() for entry in inner.node.metadata]
    return [(path, text) for path, text in said if "provider-raised" in f"{text}"]


@pytest.fixture
def read(tmp_path: Path):
    def read(text=""):
        file = tmp_path / "dev.yaml"
        file.write_text(f"project: shop\nenv: dev\nregion: us-east-1\n{text}", encoding="utf-8")
        return load_file(file)

    return read


@pytest.fixture
def environment(read):
    return read(NEWER)


@pytest.fixture
def make(tmp_path: Path):
    def make(name="dev"):
        return TerraformStack(App(outdir=str(tmp_path / name)), name)

    return make


def test_the_provider_of_an_environment_begins_with_what_its_file_asks_for(make, environment):
    stack = make()
    configure_provider(stack, environment)
    EnvironmentRepositories(stack, "Ecr", environment)

    assert synth(stack)["terraform"]["required_providers"]["aws"]["version"] == "~> 6.29"
    assert told(stack) == []


def test_in_a_stack_with_its_own_provider_the_floor_of_a_file_is_told(make, environment):
    stack = make()
    AwsProvider(stack, "Aws", region="us-east-1")
    stack.add_override(OVERRIDE, "~> 6.25")
    EnvironmentRepositories(stack, "Ecr", environment)
    synth(stack)

    assert sorted(each.split(" needs ")[1].split(" of ")[0] for each in told(stack)) == ["version 6.28", "version 6.29"]
    # The default of the file is nothing to such a stack.
    assert raised(stack) == []


def test_more_than_a_file_asks_for_is_right_where_the_stack_says_so(make, read):
    stack = make()
    configure_provider(stack, read())
    stack.add_override(OVERRIDE, "~> 6.29")
    AccountSettings(stack, "Settings", blob_mounting="ENABLED")
    synth(stack)
    assert told(stack) == []


def test_more_than_a_file_asks_for_is_told_where_nobody_says_so(make, read):
    stack = make()
    configure_provider(stack, read())
    AccountSettings(stack, "Settings", blob_mounting="ENABLED")
    synth(stack)
    assert "an older one by '~> 6.25'" in told(stack)[0]


@pytest.mark.parametrize("by", ["call", "subclass", "aspect"])
def test_an_older_one_than_a_file_asks_for_is_told_whoever_says_so(make, environment, by):
    stack = make()
    configure_provider(stack, environment)
    EnvironmentRepositories(stack, "Ecr", environment)
    if by == "call":
        stack.add_override(OVERRIDE, "6.25.0")
    elif by == "subclass":
        TerraformStack.add_override(stack, OVERRIDE, "6.25.0")
    else:
        Aspects.of(stack).add(Pinning())

    assert synth(stack)["terraform"]["required_providers"]["aws"]["version"] == "6.25.0"
    assert len(told(stack)) == 2
    assert all("an older one by '6.25.0'" in each and "'~> 6.29')" in each for each in told(stack))


@implements(IAspect)
class Pinning:
    """Somebody's rule of which version there is in every stack."""

    def visit(self, node):
        if isinstance(node, TerraformStack):
            node.add_override(OVERRIDE, "6.25.0")


@pytest.mark.parametrize("name", ["dev", "dev-2", "shop-registry"])
def test_every_stack_that_takes_the_default_of_a_file_says_once_that_it_rises(make, read, name):
    stack = make(name)
    environment = read(f"ecr_shards: 2{NEWER}")
    configure_provider(stack, environment)
    EnvironmentRepositories(stack, "Ecr", environment, shard=2 if name == "dev-2" else 1)

    ((path, said),) = raised(stack)
    assert path == name
    assert "needs version 6.29 of the AWS provider or a later one" in said
    assert f"run `terraform -chdir=cdktf.out/stacks/{name} init -upgrade`. [provider-raised]" in said


def test_a_rise_that_is_acknowledged_is_not_said(make, read):
    stack = make()
    configure_provider(stack, read(f"{NEWER}acknowledge: [provider-raised]\n"))
    assert raised(stack) == []
