"""Tags that a resource has already are in Terraform's form, and are not escaped again when others join them."""

from __future__ import annotations

from collections.abc import Callable

from ecr_constructs import Repository
from ecr_constructs._engine.aws import AwsProvider, AwsProviderDefaultTags
from ecr_constructs._engine.door import TerraformStack
from ecr_constructs.constructs.base.tagging import tag_all
from tests.constructs.synthesised import only


def test_a_directive_in_a_tag_is_escaped_once(stack: TerraformStack) -> None:
    Repository(stack, "Web", repository_name="web", tags={"Own": "${var.x}%{a"})
    tag_all(stack, {"Common": "${var.x}%{b"})
    assert only(stack, "aws_ecr_repository")["tags"] == {"Common": "${var.x}%%{b", "Own": "${var.x}%%{a"}


def test_tags_that_the_provider_gives_are_not_given_again(make_stack: Callable[..., TerraformStack]) -> None:
    stack = make_stack(region=None)
    AwsProvider(stack, "Aws", region="us-east-1", default_tags=[AwsProviderDefaultTags(tags={"Common": "%{b"})])
    Repository(stack, "Web", repository_name="web")
    tag_all(stack, {"Common": "%{b"})
    assert "tags" not in only(stack, "aws_ecr_repository")
