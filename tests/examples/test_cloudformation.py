"""examples/cloudformation: templates without a remark of cfn-lint, deployed beside published parameters."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.decode.cfn_yaml import load

from ecr_constructs.core.access.levels import PULL_ACTIONS
from ecr_constructs.sandbox.aws import EmbeddedAws
from tests.discovery.parameters import ACCOUNT, HOST, REGION, parameters_of
from tests.examples.conftest import EXAMPLES

FOLDERS = ("cloudformation", "codepipeline")
TEMPLATES = sorted(file for folder in FOLDERS for file in (EXAMPLES / folder).glob("*.yaml"))
ECS, LAMBDA = (EXAMPLES / "cloudformation" / name for name in ("ecs.yaml", "lambda.yaml"))
CFN_LINT = Path(sysconfig.get_path("scripts")) / "cfn-lint"
REFERENCE = re.compile(r"\{\{resolve:ssm:([^:}]+)\}\}")
DIGEST = f"sha256:{'7f' * 32}"


def test_cfn_lint_remarks_nothing():
    assert {file.parent.name for file in TEMPLATES} == {*FOLDERS}
    command = [CFN_LINT, "--include-checks", "I", "--regions", "us-east-1", "--template", *TEMPLATES]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture
def deploy(published_aws: EmbeddedAws) -> Iterator[Any]:
    """Create a stack of a template, and delete it afterwards."""
    client, made = published_aws.client("cloudformation", REGION), list[str]()

    def create(name: str, text: str, **parameters: str) -> dict[str, str]:
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        client.create_stack(
            StackName=name, TemplateBody=text, Parameters=given, Capabilities=["CAPABILITY_IAM"], OnFailure="DO_NOTHING"
        )
        made.append(name)
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE", stack
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    yield create
    for name in made:
        client.delete_stack(StackName=name)


@pytest.mark.parametrize("image", [":v1.2.3", f"@{DIGEST}"])
def test_the_task_has_the_image_that_parameter_store_says(deploy, published_aws, image):
    outputs = deploy("web-app", ECS.read_text("utf-8"), Image=image)
    task = published_aws.client("ecs", REGION).describe_task_definition(taskDefinition=outputs["TaskDefinitionArn"])
    (container,) = task["taskDefinition"]["containerDefinitions"]
    assert container["image"] == f"{HOST}/shop-dev-web-app{image}"


def test_its_role_may_pull_that_image_and_nothing_else(deploy, published_aws):
    deploy("web-app", ECS.read_text("utf-8"), Image=":v1")
    iam = published_aws.client("iam", REGION)
    (role,) = (each["RoleName"] for each in iam.list_roles()["Roles"] if "web-app" in each["RoleName"])
    document = iam.get_role_policy(RoleName=role, PolicyName="pull")["PolicyDocument"]
    token, pull = yaml.safe_load(document)["Statement"]  # which the embedded AWS keeps as Python writes it
    assert (token["Action"], token["Resource"]) == ("ecr:GetAuthorizationToken", "*")
    assert sorted(pull["Action"]) == sorted(PULL_ACTIONS)
    assert pull["Resource"] == f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop-dev-web-app"


@pytest.fixture
def processor(published_aws: EmbeddedAws) -> Iterator[dict[str, str]]:
    """The parameters of a repository with an image, published for as long as a test lasts."""
    ssm, ecr = (published_aws.client(service, REGION) for service in ("ssm", "ecr"))
    parameters = parameters_of(["lambda-processor"])
    for name, value in parameters.items():
        ssm.put_parameter(Name=name, Value=value, Type="String")
    ecr.create_repository(repositoryName="shop-dev-lambda-processor")
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []}
    ecr.put_image(repositoryName="shop-dev-lambda-processor", imageManifest=json.dumps(manifest), imageTag="v1")
    yield parameters
    ecr.delete_repository(repositoryName="shop-dev-lambda-processor", force=True)
    ssm.delete_parameters(Names=list(parameters))


def test_the_function_has_the_image_that_its_dynamic_reference_means(deploy, published_aws, processor):
    """The embedded AWS does not resolve dynamic references, so that the test does what CloudFormation does."""
    text = LAMBDA.read_text("utf-8")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert REFERENCE.findall(body) == ["/ecr/lambda-processor/url"]
    resolved = REFERENCE.sub(lambda found: processor[found[1]], body)
    outputs = deploy("processor", resolved, Image=":v1")
    function = published_aws.client("lambda", REGION).get_function(FunctionName=outputs["FunctionArn"])
    assert function["Code"]["ImageUri"] == f"{HOST}/shop-dev-lambda-processor:v1"


@pytest.mark.parametrize("template", [ECS, LAMBDA], ids=lambda each: each.stem)
@pytest.mark.parametrize(
    ("image", "right"),
    [
        (":v1.2.3", True),
        (f"@{DIGEST}", True),
        (":latest-2", True),
        (":latest", False),
        ("v1", False),
        ("", False),
        ("@sha256:7f", False),
        (f":v1@{DIGEST}", False),
    ],
)
def test_what_is_no_fixed_image_is_refused(template, image, right):
    # CloudFormation wants the whole value to match.
    parameter = load(str(template))["Parameters"]["Image"]
    assert bool(re.fullmatch(parameter["AllowedPattern"], image)) is right
    assert "Default" not in parameter
