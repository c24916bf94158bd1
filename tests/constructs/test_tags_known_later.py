"""Tags that Terraform knows later are taken by every construct that takes tags, as one mapping."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping

import pytest

import ecr_constructs
from ecr_constructs import Repository
from ecr_constructs._engine.door import Construct, TerraformStack, TerraformVariable, Token
from ecr_constructs.core.tokens import is_unresolved
from tests.constructs.synthesised import synth

TOPIC = "arn:aws:sns:us-east-1:111111111111:images"
ROLE = "arn:aws:iam::111111111111:role/create"
ARGUMENTS = {
    "CodeBuildPolicy": {"policy_name": "build"},
    "DeploymentEvents": {"name": "deploy", "trigger": "push", "target": TOPIC},
    "EcrVpcEndpoints": {
        "vpc_id": "vpc-0a1b2c3d",
        "subnet_ids": ["subnet-0a1b2c3d"],
        "route_table_ids": ["rtb-0a1b2c3d"],
    },
    "EcsExecutionRole": {"role_name": "tasks"},
    "EventRule": {"event_pattern": {"source": ["aws.ecr"]}, "target": TOPIC},
    "GithubOidcRole": {"role_name": "build", "github_repositories": ["acme/web"]},
    "GitlabOidcRole": {"role_name": "build", "gitlab_projects": ["acme/web"]},
    "ImageUpdaterRole": {"role_name": "updater", "cluster_name": "tools"},
    "LambdaPull": {"policy_name": "functions"},
    "NodePullPolicy": {"policy_name": "nodes"},
    "PublicRepository": {"repository_name": "web"},
    "Repository": {"repository_name": "web"},
    "RepositoryCreationTemplate": {"prefix": "web", "applied_for": ["REPLICATION"], "custom_role_arn": ROLE},
    "RepositoryKey": {"alias": "alias/images"},
    "ScanFindingsLog": {},
    "SsmReadPolicy": {"repositories": ["web"]},
}
TAGS = [
    (name, argument)
    for name in ecr_constructs.__all__
    if isinstance(kind := getattr(ecr_constructs, name), type) and issubclass(kind, Construct)
    for argument, parameter in inspect.signature(kind.__init__).parameters.items()
    if argument in {"tags", "resource_tags"} and "Mapping" in str(parameter.annotation)
]


@pytest.mark.parametrize(("name", "argument"), TAGS)
def test_they_are_taken_as_they_are(stack: TerraformStack, name: str, argument: str) -> None:
    kind = getattr(ecr_constructs, name)
    given = dict(ARGUMENTS.get(name, {}))
    if "repositories" in inspect.signature(kind.__init__).parameters:
        given.setdefault("repositories", [Repository(stack, "Web", repository_name="other")])
    later = Token.as_string_map(TerraformVariable(stack, "later", type="map(string)").value)
    kind(stack, "It", **given, **{argument: later})
    resources = synth(stack)["resource"]
    found = [each for of_type in resources.values() for each in of_type.values() if "${var.later}" in each.values()]
    # A template's are of the repositories that it will make.
    expected = argument if name == "RepositoryCreationTemplate" else "tags"
    assert {key for each in found for key, value in each.items() if value == "${var.later}"} == {expected}
    assert "TfToken" not in json.dumps(resources)


def test_a_mapping_of_known_keys_is_known() -> None:
    later: Mapping[str, str] = {"Team": Token.as_string({"Ref": "x"})}
    assert not is_unresolved(later)
    assert not is_unresolved({})
