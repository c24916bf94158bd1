"""What a stack becomes, in the form that the tests compare."""

from __future__ import annotations

import json
from typing import Any

from ecr_constructs._engine.door import Construct, TerraformOutput, TerraformStack, Testing
from ecr_constructs.testing import resources
from tests.stacks.provider_shape import differences

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"

Document = dict[str, Any]


def synth(stack: TerraformStack) -> Document:
    """Return the Terraform JSON of a stack, after everything that waits for synthesis."""
    document: Document = json.loads(Testing.synth(stack))
    # Whatever a test makes has the shape of a later provider too; what it makes besides is its own matter.
    assert [each for each in differences(document) if "no such type" not in each] == []
    return {key: value for key, value in document.items() if key != "//"}


def every(stack: TerraformStack, kind: str) -> Document:
    """Return the resources of a type by their Terraform names."""
    return resources(synth(stack), kind)


def only(stack: TerraformStack, kind: str) -> Document:
    """Return the one resource of a type."""
    (resource,) = every(stack, kind).values()
    found: Document = resource
    return found


def statements(stack: TerraformStack) -> list[Document]:
    """Return the statements of the one repository policy."""
    policy = json.loads(only(stack, "aws_ecr_repository_policy")["policy"])
    assert policy["Version"] == "2012-10-17"
    found: list[Document] = policy["Statement"]
    return found


def rules(stack: TerraformStack) -> list[Document]:
    """Return the rules of the one lifecycle policy."""
    found: list[Document] = json.loads(only(stack, "aws_ecr_lifecycle_policy")["policy"])["rules"]
    return found


def resolved(stack: TerraformStack, value: Any) -> Any:
    """Return what Terraform reads in the place of a value."""
    TerraformOutput(stack, "resolved", value=value)
    return synth(stack)["output"]["resolved"]["value"]


def warnings(construct: Construct) -> list[str]:
    """Return the warnings that are attached to a construct."""
    return [entry.data for entry in construct.node.metadata if entry.type == "@cdktf/warn"]


def codes(error: Any) -> list[tuple[str, str]]:
    """Return the key and the code of each problem of a caught `InvalidInput`."""
    return [(problem.key, problem.code) for problem in error.value.problems]
