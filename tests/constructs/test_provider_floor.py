"""Whether the provider of a stack knows what is made in it, in stacks of this package and of anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_constructs import (
    AccountSettings,
    DeploymentEvents,
    EnvironmentRepositories,
    EventRule,
    PullTimeUpdateExclusion,
    Repository,
    RepositoryCreationTemplate,
    configure_provider,
)
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import App, TerraformStack
from ecr_constructs.config.load import load_file
from tests.constructs.synthesised import synth, warnings

OVERRIDE = "terraform.required_providers.aws.version"
SCANNER = "arn:aws:iam::111111111111:role/scanner"
FUNCTION = "arn:aws-eusc:lambda:eusc-de-east-1:111111111111:function:told"


def on_push(stack):
    return RepositoryCreationTemplate(stack, "New", prefix="shop", applied_for=["CREATE_ON_PUSH"])


def excluded(stack):
    return PullTimeUpdateExclusion(stack, "Scanner", principal_arn=SCANNER)


def mounting(stack):
    return AccountSettings(stack, "Settings", blob_mounting="ENABLED")


def of_a_stack(construct):
    """Return what is said of the provider, after a synthesis."""
    synth(TerraformStack.of(construct))
    return [each for each in warnings(construct) if "provider-of-stack" in each]


@pytest.mark.parametrize(
    ("make", "since"), [(on_push, "6.28"), (excluded, "6.28"), (mounting, "6.29")], ids=["push", "pulls", "blobs"]
)
def test_what_the_provider_of_the_bindings_does_not_know_is_pointed_out(stack, make, since):
    stack.add_override(OVERRIDE, "6.25.0")
    (said,) = of_a_stack(make(stack))

    assert f"needs version {since} of the AWS provider, and the stack may take an older one by '6.25.0'." in said
    assert said.endswith(f"Say so on the stack: add_override('{OVERRIDE}', '~> {since}'). [provider-of-stack]")


def test_a_function_of_the_sovereign_cloud_is_pointed_out_where_it_needs_a_permission(make_stack):
    stack = make_stack(region="eusc-de-east-1")
    stack.add_override(OVERRIDE, "~> 6.28")
    called = EventRule(stack, "Told", event_pattern={"source": ["aws.ecr"]}, target=FUNCTION)
    assert "needs version 6.29" in of_a_stack(called)[0]


def test_so_is_one_that_deploys(make_stack):
    stack = make_stack(region="eusc-de-east-1")
    stack.add_override(OVERRIDE, "~> 6.28")
    web = Repository(stack, "Web", repository_name="web")
    deploying = DeploymentEvents(stack, "Deploy", name="deploy", trigger="push", repositories=[web], target=FUNCTION)
    assert "needs version 6.29" in of_a_stack(deploying)[0]


@pytest.mark.parametrize("constraint", ["~> 6.29", ">= 6.29, < 7", "6.69.1"])
def test_a_stack_that_takes_no_older_one_is_right(stack, constraint):
    stack.add_override(OVERRIDE, constraint)
    assert of_a_stack(mounting(stack)) == []


def test_what_is_said_after_the_construct_counts(stack):
    settings = mounting(stack)
    stack.add_override(OVERRIDE, "~> 6.29")
    assert of_a_stack(settings) == []


def test_what_every_version_knows_is_nothing_to_be_seen(stack):
    stack.add_override(OVERRIDE, "6.25.0")
    assert of_a_stack(AccountSettings(stack, "Settings", registry_policy_scope="V2")) == []


@pytest.mark.parametrize("constraint", ["${var.version}", "latest"])
def test_versions_that_are_not_known_are_nothing_to_be_seen(stack, constraint):
    stack.add_override(OVERRIDE, constraint)
    assert of_a_stack(mounting(stack)) == []


def test_a_stack_without_a_provider_is_nothing_to_be_seen(make_stack):
    assert of_a_stack(mounting(make_stack(region=None))) == []


def test_of_many_that_need_the_same_the_first_is_named(stack):
    stack.add_override(OVERRIDE, "6.25.0")
    made = [PullTimeUpdateExclusion(stack, f"S{each}", principal_arn=f"{SCANNER}{each}") for each in range(3)]
    assert [len(of_a_stack(each)) for each in made] == [1, 0, 0]


def test_however_often_an_app_is_synthesised_it_is_said_once(stack):
    stack.add_override(OVERRIDE, "6.25.0")
    settings = mounting(stack)
    assert [len(of_a_stack(settings)) for _ in range(2)] == [1, 1]


@pytest.fixture
def environment(tmp_path: Path):
    file = tmp_path / "dev.yaml"
    file.write_text(
        "project: shop\nenv: dev\nregion: us-east-1\necr_account_settings: {blob_mounting: ENABLED}\n"
        "ecr_creation_templates: {shop: {applied_for: [CREATE_ON_PUSH]}}\n",
        encoding="utf-8",
    )
    return load_file(file)


def test_the_provider_of_an_environment_begins_with_what_its_file_asks_for(tmp_path, environment):
    stack = TerraformStack(App(outdir=str(tmp_path / "out")), "dev")
    configure_provider(stack, environment)
    repositories = EnvironmentRepositories(stack, "Ecr", environment)

    assert synth(stack)["terraform"]["required_providers"]["aws"]["version"] == "~> 6.29"
    assert [each for inner in repositories.node.find_all() for each in of_a_stack(inner)] == []


def test_in_a_stack_with_its_own_provider_the_floor_of_a_file_is_told(tmp_path, environment):
    stack = TerraformStack(App(outdir=str(tmp_path / "out")), "dev")
    AwsProvider(stack, "Aws", region="us-east-1")
    stack.add_override(OVERRIDE, "~> 6.25")
    repositories = EnvironmentRepositories(stack, "Ecr", environment)
    synth(stack)

    said = [each for inner in repositories.node.find_all() for each in warnings(inner) if "provider-of-stack" in each]
    assert sorted(each.split(" needs ")[1].split(" of ")[0] for each in said) == ["version 6.28", "version 6.29"]
