"""Aspects of CDKTF reach every resource that is made here, for those who come from `Tags` and removal policies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecr_constructs import (
    CrossAccountPolicy,
    EnvironmentRepositories,
    LifecyclePolicy,
    RegistryScanning,
    ReplicationConfig,
    ReplicationDestination,
    Repository,
    RepositoryKey,
    ScanFindingsLog,
    SsmPublisher,
)
from ecr_constructs._engine.door import Aspects, IAspect, TerraformResource, implements
from tests.constructs.synthesised import only, synth
from tests.either_engine import of_this_engine

PAGE = of_this_engine((Path(__file__).parents[2] / "docs/coming-from.md").read_text(encoding="utf-8"))
TAGGED, RETAINED = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@implements(IAspect)
class Visited:
    """What an aspect sees."""

    def __init__(self):
        self.resources = []

    def visit(self, node):
        if isinstance(node, TerraformResource):
            self.resources.append(node)


@pytest.fixture
def made(stack):
    """A stack with a construct of each kind that makes resources in its own way."""
    web = Repository(stack, "Web", repository_name="web", tags={"Owner": "shop"}, logical_id="web")
    LifecyclePolicy(stack, "Retention", repository=web, max_image_count=10)
    CrossAccountPolicy(stack, "Access", repository=web, allowed_account_ids=["222222222222"])
    SsmPublisher(stack, "Ssm", repository=web, name="web")
    RepositoryKey(stack, "Key", alias="alias/ecr-images")
    ScanFindingsLog(stack, "Findings", alert_severity="HIGH")
    RegistryScanning.of(stack).add_repository(web, scan_frequency="CONTINUOUS_SCAN")
    ReplicationConfig.of(stack).add_repository(web, destinations=[ReplicationDestination(region="us-west-2")])
    return stack


def test_an_aspect_visits_every_resource(made):
    visited = Visited()
    Aspects.of(made).add(visited)
    resources = synth(made)["resource"]

    written = {(kind, name) for kind, named in resources.items() for name in named}
    assert {(each.terraform_resource_type, each.friendly_unique_id) for each in visited.resources} == written
    assert len(written) > 15


def test_the_tags_of_the_guide_are_on_everything_that_can_have_some(made):
    exec(TAGGED, {"self": made})
    visited = Visited()
    Aspects.of(made).add(visited)
    resources = synth(made)["resource"]

    taggable = [each for each in visited.resources if hasattr(each, "tags_input")]
    assert {"aws_ecr_repository", "aws_ssm_parameter", "aws_kms_key", "aws_sns_topic", "aws_cloudwatch_log_group"} <= {
        each.terraform_resource_type for each in taggable
    }
    for each in taggable:
        tags = resources[each.terraform_resource_type][each.friendly_unique_id]["tags"]
        owner = "shop" if each.terraform_resource_type == "aws_ecr_repository" else "platform"
        assert tags == {"CostCenter": "42", "Owner": owner}


def test_the_aspect_of_the_guide_retains_repositories_and_nothing_else(made):
    names = {"self": made}
    exec(TAGGED, names)
    exec(RETAINED, names)
    resources = synth(made)["resource"]

    kept = {kind for kind, named in resources.items() for each in named.values() if "lifecycle" in each}
    assert kept == {"aws_ecr_repository"}
    assert resources["aws_ecr_repository"]["web"]["lifecycle"] == {"prevent_destroy": True}


def test_what_is_written_at_synthesis_is_complete_beside_aspects(made):
    exec(TAGGED, {"self": made})
    (rule,) = only(made, "aws_ecr_registry_scanning_configuration")["rule"]
    assert rule["scan_frequency"] == "CONTINUOUS_SCAN"
    assert only(made, "aws_ecr_replication_configuration")["replication_configuration"]["rule"]


def test_an_environment_is_reached_as_well_and_overrides_are_written(stack, tmp_path):
    file = tmp_path / "dev.yaml"
    file.write_text("project: shop\nenv: dev\nregion: us-east-1\necr_repositories: {web: {}}\n", encoding="utf-8")
    made = EnvironmentRepositories.from_file(stack, "Environment", file, alone=True)
    exec(TAGGED, {"self": stack})
    made.repositories["web"].resource.add_override("timeouts.delete", "10m")
    repository = only(stack, "aws_ecr_repository")

    assert repository["tags"].items() >= {"CostCenter": "42"}.items()
    assert repository["timeouts"] == {"delete": "10m"}
