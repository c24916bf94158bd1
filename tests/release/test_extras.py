"""The wheel with each of its extras and nothing else: what it can do, and what it says that is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecr_constructs.cli.app import app
from ecr_constructs.sandbox.aws import EmbeddedAws, embedded_aws
from tests.discovery.parameters import ACCOUNT, REGION, parameters_of
from tests.release.installed import Installed, install

ENVIRONMENT = f"""\
project: shop
env: dev
region: {REGION}
ecr_repositories: {{web: {{image_tag_mutability: IMMUTABLE}}}}
"""
APP = f"""\
import ecr_constructs.fast

import sys
from pathlib import Path

from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider

from ecr_constructs import EnvironmentRepositories

assert Path(ecr_constructs.__file__).is_relative_to(sys.prefix), ecr_constructs.__file__


class Images(TerraformStack):
    def __init__(self, app, id):
        super().__init__(app, id)
        AwsProvider(self, "aws", region="{REGION}")
        EnvironmentRepositories.from_file(self, "Ecr", "environments/dev.yaml")


if __name__ == "__main__":
    app = App()
    Images(app, "dev")
    app.synth()
"""
TEST = """\
from main import Images
from cdktf import App
from ecr_constructs.testing import assert_resource


def test_images(synth, terraform_snapshot):
    stack = Images(App(), "dev")
    assert_resource(synth(stack), "aws_ecr_repository", "web", image_tag_mutability="IMMUTABLE")
    assert stack == terraform_snapshot
"""
READS = """\
from ecr_constructs.discovery import RepositoryDirectory

print(RepositoryDirectory().url("team/api", tag="v1"))
"""
AS_A_PROGRAM = pytest.mark.parametrize(
    "program", [["ecr-constructs"], ["python", "-m", "ecr_constructs"]], ids=lambda each: each[0]
)


def installed(wheel: Path, factory: pytest.TempPathFactory, *extras: str) -> Installed:
    made = install(wheel, factory.mktemp("with" if extras else "core"), *extras)
    (made.project / "environments").mkdir()
    (made.project / "environments/dev.yaml").write_text(ENVIRONMENT, encoding="utf-8")
    (made.project / "main.py").write_text(APP, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def core(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installed(wheel, tmp_path_factory)


@pytest.fixture(scope="module")
def cli(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installed(wheel, tmp_path_factory, "cli")


def test_the_core_is_what_it_says(core: Installed) -> None:
    """Nothing of the extras is there, or what follows would prove nothing."""
    program = "from importlib.util import find_spec; print([each for each in {!r} if find_spec(each)])"
    names = ["boto3", "flask", "hcl2", "moto", "pytest", "rich", "typer"]
    assert core.run("python", "-c", program.format(names)).stdout == "[]\n"


def test_the_core_synthesises(core: Installed) -> None:
    done = core.run("python", "main.py")
    assert done.returncode == 0, done.stderr
    document = json.loads((core.project / "cdktf.out/stacks/dev/cdk.tf.json").read_text(encoding="utf-8"))
    assert document["resource"]["aws_ecr_repository"]["web"]["name"] == "shop-dev-web"
    assert len(document["resource"]["aws_ssm_parameter"]) == 8


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--version"], ["sandbox", "dev"], ["--show-completion"]])
@AS_A_PROGRAM
def test_without_the_extra_the_command_says_what_to_install(
    core: Installed, program: list[str], arguments: list[str]
) -> None:
    done = core.run(*program, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "The command needs typer, which is not installed: pip install 'ecr-constructs[cli]'\n"


@AS_A_PROGRAM
def test_the_extra_of_the_command_is_enough_for_files(cli: Installed, program: list[str]) -> None:
    assert cli.run(*program, "-V").stdout.startswith("ecr-constructs ")
    done = cli.run(*program, "validate")
    assert done.returncode == 0, done.stderr
    assert "1 made" in done.stdout


@pytest.mark.parametrize("command", [each.name for each in app.registered_commands])
def test_no_command_ends_in_a_traceback_for_what_is_missing(cli: Installed, command: str) -> None:
    """Each says its help, and given an environment it does what it can, or says what it needs."""
    assert cli.run("ecr-constructs", command, "-h").returncode == 0
    done = cli.run("ecr-constructs", command, "dev")
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or done.stderr


def test_the_sandbox_says_its_extra(cli: Installed) -> None:
    done = cli.run("ecr-constructs", "sandbox", "dev")
    assert done.returncode == 2
    assert done.stderr.endswith("not installed here: pip install 'ecr-constructs[sandbox]'\n")


def test_the_testing_kit_runs_a_snapshot_test(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    made = installed(wheel, tmp_path_factory, "testing")
    (made.project / "test_main.py").write_text(TEST, encoding="utf-8")
    written = made.run("python", "-m", "pytest", "-q", "--snapshot-update")
    assert "1 passed" in written.stdout, written.stdout + written.stderr
    assert "1 snapshot passed." in made.run("python", "-m", "pytest", "-q").stdout
    file = made.project / "environments/dev.yaml"
    file.write_text(ENVIRONMENT.replace("web:", "api: , web:"), encoding="utf-8")
    assert "1 snapshot failed" in made.run("python", "-m", "pytest", "-q").stdout


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with embedded_aws(ACCOUNT) as made:
        for name, value in parameters_of(["team/api"]).items():
            made.client("ssm", REGION).put_parameter(Name=name, Value=value, Type="String")
        yield made


def test_the_reader_reads(wheel: Path, tmp_path_factory: pytest.TempPathFactory, aws: EmbeddedAws) -> None:
    made = installed(wheel, tmp_path_factory, "discovery")
    keys = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nobody"}
    done = made.run("python", "-c", READS, AWS_ENDPOINT_URL=aws.endpoint, AWS_DEFAULT_REGION=REGION, **keys)
    assert done.stdout == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop-dev-team/api:v1\n", done.stderr
