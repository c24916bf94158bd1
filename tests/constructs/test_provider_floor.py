"""Whether the provider of a stack knows what is made in it, whoever says which versions it takes."""

from __future__ import annotations

import pytest

from ecr_constructs import (
    AccountSettings,
    DeploymentEvents,
    EventRule,
    PullTimeUpdateExclusion,
    Repository,
    RepositoryCreationTemplate,
)
from ecr_constructs._engine.door import TerraformStack
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


@pytest.mark.parametrize(
    ("path", "value", "older"),
    [
        ("terraform.required_providers", {"aws": {"source": "hashicorp/aws", "version": "~> 6.29"}}, None),
        ("terraform.required_providers", {"aws": {"source": "hashicorp/aws", "version": "~> 6.28"}}, "~> 6.28"),
        ("terraform.required_providers.aws", "~> 6.29", None),
        ("terraform.required_providers.aws", "6.28.0", "6.28.0"),
        ("terraform.required_providers.aws", ["6.28.0"], None),
        ("terraform.required_providers", ["6.28.0"], None),
        ("terraform", [{"required_providers": {"aws": "6.28.0"}}], None),
    ],
)
def test_versions_are_read_wherever_they_were_overridden(stack, path, value, older):
    stack.add_override(OVERRIDE, "6.25.0")
    stack.add_override(path, value)
    settings = mounting(stack)
    said = of_a_stack(settings)
    assert [each.split(" by ")[1].split(". ")[0] for each in said] == ([] if older is None else [repr(older)])


def test_a_prerelease_of_what_is_needed_is_older(stack):
    stack.add_override(OVERRIDE, "6.29.0-beta1")
    assert "an older one by '6.29.0-beta1'" in of_a_stack(mounting(stack))[0]


@pytest.mark.parametrize("order", [(on_push, mounting, excluded), (mounting, excluded, on_push)])
def test_what_is_to_be_said_on_the_stack_does_for_all_that_is_made_in_it(stack, order):
    stack.add_override(OVERRIDE, "6.25.0")
    made = [make(stack) for make in order]

    said = [each for construct in made for each in of_a_stack(construct)]
    assert len(said) == 3
    assert all(each.endswith(f"add_override('{OVERRIDE}', '~> 6.29'). [provider-of-stack]") for each in said)


def test_only_what_is_newer_than_the_stacks_versions_is_named(stack):
    stack.add_override(OVERRIDE, "~> 6.28")
    made = [on_push(stack), mounting(stack)]
    assert [len(of_a_stack(each)) for each in made] == [0, 1]


def test_a_stack_is_read_once_at_a_synthesis(stack, monkeypatch):
    read = []
    to_terraform = TerraformStack.to_terraform
    monkeypatch.setattr(TerraformStack, "to_terraform", lambda self: read.append(self) or to_terraform(self))
    made = [on_push(stack), mounting(stack), excluded(stack)]
    stack.add_override(OVERRIDE, "6.25.0")
    AccountSettings(stack, "Other", registry_policy_scope="V2")
    assert [len(of_a_stack(each)) for each in made] == [1, 1, 1]
    assert read == [stack] * 3  # one for each synthesis


def test_a_stack_that_needs_nothing_new_is_not_read(stack, monkeypatch):
    monkeypatch.setattr(TerraformStack, "to_terraform", None)
    assert of_a_stack(AccountSettings(stack, "Settings", registry_policy_scope="V2")) == []


def test_of_many_that_need_the_same_the_first_is_named(stack):
    stack.add_override(OVERRIDE, "6.25.0")
    made = [PullTimeUpdateExclusion(stack, f"S{each}", principal_arn=f"{SCANNER}{each}") for each in range(3)]
    assert [len(of_a_stack(each)) for each in made] == [1, 0, 0]


def test_however_often_an_app_is_synthesised_it_is_said_once(stack):
    stack.add_override(OVERRIDE, "6.25.0")
    settings = mounting(stack)
    assert [len(of_a_stack(settings)) for _ in range(2)] == [1, 1]
