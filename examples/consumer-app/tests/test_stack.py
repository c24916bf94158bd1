"""What Terraform is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from ecr_constructs.testing import assert_resource, policies, resources

from shop.settings import ENVIRONMENTS
from shop.stack import ShopStack

StackOf = Callable[[str], ShopStack]
# What Terraform reads of the two repositories, and the variables that say which image runs.
WEB = r"\$\{jsondecode\(data\.aws_ssm_parameter\.WebImage_\w+\.insecure_value\)\.url\}@\$\{var\.web_app_digest\}"
PROCESSOR = (
    r"\$\{jsondecode\(data\.aws_ssm_parameter\.ProcessorImage_\w+\.insecure_value\)\.url\}"
    r"@\$\{var\.lambda_processor_digest\}"
)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_is_what_its_snapshot_shows(name: str, stack_of: StackOf, terraform_snapshot: object) -> None:
    assert stack_of(name) == terraform_snapshot


def test_the_image_of_the_service_is_a_digest_of_what_is_published(stack_of: StackOf) -> None:
    stack = stack_of("dev")
    task = assert_resource(stack, "aws_ecs_task_definition", "Web/Task", family="dev-web-app", network_mode="awsvpc")
    (container,) = json.loads(task["container_definitions"])
    assert re.fullmatch(WEB, container["image"])
    assert container["portMappings"][0]["containerPort"] == 8080


def test_so_is_the_image_of_the_function(stack_of: StackOf) -> None:
    function = assert_resource(stack_of("prod"), "aws_lambda_function", "Processor", package_type="Image")
    assert re.fullmatch(PROCESSOR, function["image_uri"])


def test_nothing_names_latest(stack_of: StackOf, synth: Callable[..., Any]) -> None:
    assert ":latest" not in json.dumps(synth(stack_of("dev")))


def test_ecs_starts_tasks_when_it_may_pull_their_image_and_not_before(stack_of: StackOf) -> None:
    stack = stack_of("dev")
    (policy,) = (name for name in resources(stack, "aws_iam_role_policy") if name.startswith("Web_Execution_"))
    service = assert_resource(stack, "aws_ecs_service", "Web", desired_count=1)
    assert f"aws_iam_role_policy.{policy}" in service["depends_on"]


def test_the_execution_role_pulls_from_the_one_repository(stack_of: StackOf) -> None:
    found = policies(stack_of("dev"))
    (policy,) = (each for address, each in found.items() if "Web_Execution_RolePolicy" in address)
    allowed = {each["Sid"]: each["Resource"] for each in policy["Statement"]}
    assert allowed["Token"] == "*"
    assert "WebImage_Repository" in allowed["PullImages"]
    assert allowed["WriteLogs"] == "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/dev-web-app:*"


def test_tasks_are_reached_from_the_vpc_and_reach_https_alone(stack_of: StackOf) -> None:
    group = assert_resource(stack_of("dev"), "aws_security_group", "Web")
    ((ingress,), (egress,)) = group["ingress"], group["egress"]
    assert (ingress["from_port"], ingress["to_port"]) == (8080, 8080)
    assert "cidr_block" in ingress["cidr_blocks"][0]
    assert (egress["from_port"], egress["to_port"]) == (443, 443)


def test_production_runs_more_tasks_and_keeps_logs_for_a_year(stack_of: StackOf) -> None:
    stack = stack_of("prod")
    assert_resource(stack, "aws_ecs_service", "Web", desired_count=3)
    assert {each["retention_in_days"] for each in resources(stack, "aws_cloudwatch_log_group").values()} == {365}
