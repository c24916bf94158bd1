"""`plan` of the testing kit: what Terraform would do with a stack, planned for real."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from ecr_constructs import LifecyclePolicy, Repository
from ecr_constructs._engine.aws import AwsProvider, EcrPullThroughCacheRule
from ecr_constructs._engine.door import App, TerraformStack, TerraformVariable
from ecr_constructs.errors import InvalidInput, OperationError
from ecr_constructs.testing import Plan, plan

pytestmark = pytest.mark.deploy


def made(
    folder: Path, *, name: str = "shop/web", count: int = 5, scan: bool = True, api: bool = False
) -> TerraformStack:
    """Return a stack with a repository or two."""
    stack = TerraformStack(App(outdir=str(folder)), "dev")
    AwsProvider(stack, "Aws", region="eu-west-1", allowed_account_ids=["210987654321"])
    web = Repository(stack, "Web", logical_id="web", repository_name=name, scan_on_push=scan)
    LifecyclePolicy(stack, "Retention", repository=web, max_image_count=count)
    if api:
        Repository(stack, "Api", logical_id="api", repository_name="shop/api")
        rule = {"ecr_repository_prefix": "public", "upstream_registry_url": "public.ecr.aws"}
        EcrPullThroughCacheRule(stack, "Cache", **rule)
    return stack


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return plan(made(tmp_path_factory.mktemp("first"), api=True), provider="bundled")


def test_of_nothing_everything_is_created(first):
    assert set(first.created) == {
        "aws_ecr_lifecycle_policy.web",
        "aws_ecr_repository.api",
        "aws_ecr_repository.web",
    }
    assert first.created["aws_ecr_repository.web"]["name"] == "shop/web"
    assert first.created["aws_ecr_repository.web"]["image_scanning_configuration"] == [{"scan_on_push": True}]
    assert not first.is_empty
    assert (first.changed, first.replaced, first.destroyed) == ({}, {}, {})
    assert str(first).splitlines() == [f"+ {address}" for address in sorted(first.created)]


def test_what_the_embedded_aws_does_not_have_is_told(first):
    assert first.left_out == ("left out aws_ecr_pull_through_cache_rule (the embedded AWS does not have it): Cache",)


def test_after_a_deployment_it_is_what_a_change_does(tmp_path):
    deployed = made(tmp_path, api=True)
    found = plan(made(tmp_path, name="shop/web-2", count=7), deployed=deployed, provider="bundled")
    # A new name replaces the repository, and its images are gone.
    assert found.replaced["aws_ecr_repository.web"]["name"] == "shop/web-2"
    assert set(found.destroyed) == {"aws_ecr_repository.api"}
    assert str(found).splitlines()[-1] == "- aws_ecr_repository.api"
    changed = plan(made(tmp_path, scan=False, api=True), deployed=deployed, provider="bundled")
    assert str(changed) == "~ aws_ecr_repository.web"
    assert changed.changed["aws_ecr_repository.web"]["image_scanning_configuration"] == [{"scan_on_push": False}]
    again = plan(deployed, deployed=deployed, provider="bundled")
    assert again.is_empty
    assert str(again) == "nothing would change"


def test_what_would_reach_more_is_refused_before_anything_runs(tmp_path, monkeypatch):
    stack = made(tmp_path)
    stack.add_override("provider.google", [{}])
    stack.add_override("resource.google_x.y", {})
    monkeypatch.setattr("ecr_constructs.sandbox.terraform.find_terraform", None)
    with pytest.raises(InvalidInput, match="google"):
        plan(stack)
    with pytest.raises(InvalidInput, match="google"):
        plan(made(tmp_path), deployed=stack)


def test_what_terraform_says_is_the_error(tmp_path):
    stack = made(tmp_path)
    TerraformVariable(stack, "days", type="number")
    with pytest.raises(OperationError, match="No value for required variable"):
        plan(stack, provider="bundled")


def test_variables_have_the_values_that_are_given_before_and_after(tmp_path):
    stack = made(tmp_path)
    team = TerraformVariable(stack, "team", type="string", nullable=False)
    stack.add_override("resource.aws_ecr_repository.web.tags", {"Team": team.string_value})
    other = {"team": "platform"}
    found = plan(stack, variables=other, deployed=stack, deployed_variables={"team": "shop"}, provider="bundled")
    assert str(found) == "~ aws_ecr_repository.web"
    assert found.changed["aws_ecr_repository.web"]["tags"] == {"Team": "platform"}


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "moto" else find(name, *rest))
    with pytest.raises(OperationError) as error:
        plan(made(tmp_path))
    assert str(error.value) == "plan needs moto, not installed here: pip install 'ecr-constructs[sandbox]'"
