"""examples/codepipeline: pipelines that the API takes, roles that may what they need, an event that starts one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import botocore.session
import parliament
import pytest
import yaml
from botocore.validate import validate_parameters
from cfnlint.decode.cfn_yaml import load

from ecr_constructs.config.load import load_environments
from tests.examples.conftest import EXAMPLES
from tests.unit.aws_events import DIGEST, SAMPLES, matches
from tests.unit.message_tables import HEAD

CODEPIPELINE = EXAMPLES / "codepipeline"
BUILD, DEPLOY = (CODEPIPELINE / name for name in ("build.yaml", "deploy.yaml"))
TEMPLATES = [BUILD, DEPLOY]
GIVEN = {
    "AWS::AccountId": "111111111111",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "web-app",
    "Artifacts": "artifacts",
    "Artifacts.Arn": "arn:aws:s3:::artifacts",
    "Build": "web-app-build",
    "Build.Arn": "arn:aws:codebuild:us-east-1:111111111111:project/web-app-build",
    "Cluster": "shop",
    "ConnectionArn": "arn:aws:codeconnections:us-east-1:111111111111:connection/1234abcd-12ab-34cd-56ef-1234567890ab",
    "ExecutionRoleArn": "arn:aws:iam::111111111111:role/shop-dev-ecr-ecs-execution",
    "Pipeline": "web-app",
    "RepositoryArn": "arn:aws:ecr:us-east-1:111111111111:repository/shop-dev-web-app",
    "RepositoryName": "shop-dev-web-app",
    "Role.Arn": "arn:aws:iam::111111111111:role/pipeline",
    "Service": "web-app",
}


def resources(template: Path) -> dict[str, Any]:
    """Return the resources of a template with everything in place that CloudFormation puts there."""
    read = json.loads(json.dumps(load(str(template))))
    defaults = {name: each["Default"] for name, each in read["Parameters"].items() if "Default" in each}
    return dict(resolved(read["Resources"], {**defaults, **GIVEN}))


def resolved(value: Any, given: dict[str, str]) -> Any:
    match value:
        case {"Ref": name}:
            return given.get(name, name)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([A-Za-z:.]+)\}", lambda found: given[found[1]], text)
        case {"Fn::GetAtt": parts}:
            return given.get(name := ".".join(parts), f"arn:aws:iam::111111111111:role/{name}")
        case dict():
            return {key: resolved(each, given) for key, each in value.items()}
        case list():
            return [resolved(each, given) for each in value]
    return value


def as_the_api(value: Any) -> Any:
    """Return properties of CloudFormation by the names of the API, which begin with a small letter."""
    if isinstance(value, list):
        return [as_the_api(each) for each in value]
    if not isinstance(value, dict):
        return value
    names = {key: key[0].lower() + key[1:] for key in value}
    return {names[key]: each if key == "Configuration" else as_the_api(each) for key, each in value.items()}


def operation(name: str) -> Any:
    return botocore.session.get_session().get_service_model("codepipeline").operation_model(name).input_shape


def pipeline_of(template: Path) -> dict[str, Any]:
    pipeline: dict[str, Any] = as_the_api(resources(template)["Pipeline"]["Properties"])
    return pipeline


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.stem)
def test_the_pipeline_is_one_that_the_api_takes(template):
    pipeline = pipeline_of(template)
    validate_parameters({"pipeline": pipeline}, operation("CreatePipeline"))
    there: set[str] = set()
    for stage in pipeline["stages"]:
        for action in stage["actions"]:  # in their order
            assert {each["name"] for each in action.get("inputArtifacts", [])} <= there
            there |= {each["name"] for each in action.get("outputArtifacts", [])}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.stem)
def test_parliament_finds_nothing_and_only_one_statement_is_about_everything(template):
    wide = []
    for name, role in resources(template).items():
        for policy in role["Properties"].get("Policies", []):
            text = json.dumps(policy["PolicyDocument"])
            assert [str(each) for each in parliament.analyze_policy_string(text).findings] == [], name
            wide += [each["Action"] for each in policy["PolicyDocument"]["Statement"] if each["Resource"] == "*"]
    assert wide == ([] if template == BUILD else ["ecs:DescribeTaskDefinition"])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.stem)
def test_each_role_trusts_its_service_alone_for_this_account(template):
    roles = [each["Properties"] for each in resources(template).values() if each["Type"] == "AWS::IAM::Role"]
    assert len(roles) == 2
    for role in roles:
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert [*trust["Principal"]] == ["Service"]
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


def test_the_repository_is_found_by_its_published_name():
    parameters = load(str(DEPLOY))["Parameters"]
    assert parameters["RepositoryName"]["Default"] == "/ecr/web-app/name"
    assert parameters["RepositoryName"]["Type"] == "AWS::SSM::Parameter::Value<String>"
    source = pipeline_of(DEPLOY)["stages"][0]["actions"][0]
    assert source["actionTypeId"]["provider"] == "ECR"
    assert source["configuration"] == {"RepositoryName": "shop-dev-web-app"}


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_what_the_source_says_becomes_what_the_deployment_reads(tmp_path):
    """See https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html."""
    image = f"111111111111.dkr.ecr.us-east-1.amazonaws.com/shop-dev-web-app@{DIGEST}"
    detail = {"ImageSizeInBytes": "1", "ImageDigest": DIGEST, "ImageURI": image, "RepositoryName": "shop-dev-web-app"}
    (tmp_path / "imageDetail.json").write_text(json.dumps(detail))
    render = pipeline_of(DEPLOY)["stages"][1]["actions"][0]
    for command in render["commands"]:
        subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    ((file,),) = (each["files"] for each in render["outputArtifacts"])
    assert file == "imagedefinitions.json"
    assert json.loads((tmp_path / file).read_text()) == [{"name": "web-app", "imageUri": image}]


def pushed(name: str, tag: str, **changes: str) -> dict[str, Any]:
    sample = SAMPLES["push"]
    return {**sample, "detail": {**sample["detail"], "repository-name": name, "image-tag": tag, **changes}}


def test_a_version_that_is_pushed_starts_the_pipeline_with_its_digest():
    rule = resources(DEPLOY)["Pushed"]["Properties"]
    assert matches(rule["EventPattern"], pushed("shop-dev-web-app", "v1.2.3"))
    for other in (
        pushed("shop-dev-web-app", "latest"),
        pushed("shop-dev-web", "v1.2.3"),
        pushed("shop-dev-web-app", "v1.2.3", result="FAILURE"),
        pushed("shop-dev-web-app", "v1.2.3", **{"action-type": "DELETE"}),
    ):
        assert not matches(rule["EventPattern"], other)
    (target,) = rule["Targets"]
    transformer = target["InputTransformer"]
    assert transformer["InputPathsMap"] == {"digest": "$.detail.image-digest"}
    start = json.loads(transformer["InputTemplate"].replace("<digest>", json.dumps(DIGEST)))
    validate_parameters({"name": "web-app", **start}, operation("StartPipelineExecution"))
    (revision,) = start["sourceRevisions"]
    assert (
        revision["revisionType"]
        in operation("StartPipelineExecution").members["sourceRevisions"].member.members["revisionType"].enum
    )
    assert revision["actionName"] == pipeline_of(DEPLOY)["stages"][0]["actions"][0]["name"]


def test_the_build_runs_the_buildspec_with_the_policy_of_the_environment(tmp_path):
    project = resources(BUILD)["Build"]["Properties"]
    assert project["Source"]["BuildSpec"] == (EXAMPLES / "codebuild/buildspec.yml").name
    assert project["Environment"]["PrivilegedMode"] is True
    assert resources(BUILD)["BuildRole"]["Properties"]["ManagedPolicyArns"] == ["PushPolicyArn"]
    head = BUILD.read_text("utf-8").split("AWSTemplateFormatVersion")[0]
    (stack,) = re.findall(r"--stack-name (\S+)", head)
    (text,) = re.findall(r"^#\s+(ecr_codebuild: .*)$", head, re.MULTILINE)
    assert yaml.safe_load(text)["ecr_codebuild"]["projects"] == [stack]
    assert "/ecr/web-app/url" in (EXAMPLES / "codebuild/buildspec.yml").read_text("utf-8")
    (tmp_path / "dev.yaml").write_text(f"{HEAD}ecr_repositories: {{web-app: }}\n{text}\n")
    assert load_environments(tmp_path)
