"""Fifty tests of a stack of 33 resources in one process: what a suite of snapshot tests costs."""

from __future__ import annotations

import json

import pytest

from benchmarks.programs.content import ORGANIZATION
from ecr_constructs import CrossAccountPolicy, LifecyclePolicy, Repository, SsmPublisher
from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import App, TerraformStack, Testing

seen: list[object] = []


@pytest.mark.parametrize("number", range(50))
def test_the_same_input_gives_the_same_document(number: int) -> None:
    stack = TerraformStack(App(), "dev")
    AwsProvider(stack, "Aws", region="us-east-1")
    for name in ("api", "web", "worker"):
        repository = Repository(stack, name, repository_name=f"shop/{name}")
        LifecyclePolicy(repository, "Retention", repository=repository, max_image_count=100)
        CrossAccountPolicy(repository, "Access", repository=repository, organization_id=ORGANIZATION)
        SsmPublisher(repository, "Parameters", repository=repository, name=name)
    document = json.loads(Testing.synth(stack))
    assert sum(len(resources) for resources in document["resource"].values()) == 33
    seen.append(document["resource"])
    assert document["resource"] == seen[0]
