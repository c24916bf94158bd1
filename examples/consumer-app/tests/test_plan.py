"""What Terraform would do, told by Terraform itself against an AWS on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from ecr_constructs.errors import OperationError
from ecr_constructs.testing import plan

from shop.stack import ShopStack

StackOf = Callable[[str], ShopStack]
NOW = {"web_app_digest": f"sha256:{'1' * 64}", "lambda_processor_digest": f"sha256:{'2' * 64}"}


def test_new_images_are_a_new_task_definition_and_new_code_and_change_nothing_else(stack_of: StackOf) -> None:
    stack = stack_of("dev")
    later = {"web_app_digest": f"sha256:{'3' * 64}", "lambda_processor_digest": f"sha256:{'4' * 64}"}
    change = plan(stack, variables=later, deployed=stack, deployed_variables=NOW)
    changed = {address.partition(".")[0]: values for address, values in change.changed.items()}
    replaced = {address.partition(".")[0]: values for address, values in change.replaced.items()}
    assert changed.keys() == {"aws_ecs_service", "aws_lambda_function"}
    assert replaced.keys() == {"aws_ecs_task_definition"}
    assert not {*change.created, *change.destroyed}
    (container,) = json.loads(replaced["aws_ecs_task_definition"]["container_definitions"])
    assert container["image"] == f"123456789012.dkr.ecr.us-east-1.amazonaws.com/web-app@sha256:{'3' * 64}"
    assert changed["aws_lambda_function"]["image_uri"].endswith(f"/lambda-processor@sha256:{'4' * 64}")


def test_a_second_plan_is_empty(stack_of: StackOf) -> None:
    stack = stack_of("prod")
    change = plan(stack, variables=NOW, deployed=stack)
    assert change.is_empty, str(change)


def test_a_tag_is_no_image_that_runs(stack_of: StackOf) -> None:
    with pytest.raises(OperationError, match="It must be a digest"):
        plan(stack_of("dev"), variables={**NOW, "web_app_digest": "latest"})
