"""The installed wheel in somebody's own CDKTF program, with nothing of this checkout, deployed for real."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import sysconfig
import threading
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flit_core import buildapi

from ecr_constructs.sandbox.adapt import adapt
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import choose_provider
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.terraform import find_terraform
from tests.deploy.details import PARAMETERS
from tests.deploy.surroundings import clean_environment

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
ACCOUNT, REGION, OTHER = "210987654321", "eu-west-1", "111111111111"
PATIENCE = 120  # seconds for the program, and for all that Terraform does

# As a user writes it, with the bindings imported before the constructs.
PROGRAM = """\
import sys
from importlib.util import find_spec
from pathlib import Path

from cdktf import App, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider
from constructs import Construct

import ecr_constructs
from ecr_constructs import EnvironmentRepositories, InvalidInput

place = Path(ecr_constructs.__file__)
assert place.is_relative_to(sys.prefix), place
assert find_spec("stacks") is None, find_spec("stacks")


class Images(TerraformStack):
    def __init__(self, scope: Construct, id: str, region: str) -> None:
        super().__init__(scope, id)
        AwsProvider(self, "aws", region=region, allowed_account_ids=["210987654321"])
        ecr = EnvironmentRepositories.from_file(self, "Ecr", "environments/dev.yaml")
        ecr.repositories["web"].grant_pull("222222222222")
        TerraformOutput(self, "urls", value=ecr.urls)


try:
    Images(App(), "elsewhere", "us-west-2")
except InvalidInput as error:
    print(error)
app = App()
Images(app, "images", "eu-west-1")
app.synth()
"""

ENVIRONMENT = f"""\
project: shop
env: dev
region: {REGION}
account_id: "{ACCOUNT}"
organization: true
tags: {{Team: shop}}
ecr_registry_policy: {{replication_sources: [{{account_id: "{OTHER}", create_repository: true}}]}}
ecr_repositories:
  team/api: {{max_image_count: 7, expire_untagged_after_days: 3}}
  web: {{image_tag_mutability: IMMUTABLE}}
  worker: {{publish_to_ssm: false}}
"""
NAMES = ("shop-dev-team/api", "shop-dev-web", "shop-dev-worker")


@dataclasses.dataclass(frozen=True)
class Deployed:
    """What the program printed, and what came to be of its stack."""

    printed: str
    aws: EmbeddedAws
    second: str | None

    def client(self, service: str) -> Any:
        """Return a boto3 client of the embedded AWS in the stack's region."""
        return self.aws.client(service, REGION)

    def repositories(self) -> dict[str, dict[str, Any]]:
        """Return the repositories that are there, by name."""
        return {each["repositoryName"]: each for each in self.client("ecr").describe_repositories()["repositories"]}


def install_wheel(folder: Path) -> Path:
    """Build the wheel, install it into a new virtual environment, and return that one's Python.

    Everything else comes from where these tests run: a path file there is not followed, so the checkout stays unknown.
    """
    wheel = folder / buildapi.build_wheel(str(folder))
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv/bin/python"
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "--python", python, "--no-deps", "--no-index", wheel],
        env=clean_environment(UV_OFFLINE="1", UV_CACHE_DIR=str(folder / "uv")),
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    assert {each.name.partition("-")[0] for each in packages.iterdir()} == {"ecr_constructs"}
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def run_program(python: Path, folder: Path) -> str:
    """Run the program in a folder that holds it and the environment file alone, and return what it prints."""
    (folder / "environments").mkdir(parents=True)
    (folder / "environments/dev.yaml").write_text(ENVIRONMENT, encoding="utf-8")
    (folder / "main.py").write_text(PROGRAM, encoding="utf-8")
    variables = {name: value for name, value in clean_environment().items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, "main.py"], cwd=folder, env=variables, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The program's stack, applied and planned again by the Terraform that is installed."""
    folder = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)  # where the wheel is built from
        python = install_wheel(folder)
    printed = run_program(python, folder / "project")
    document = json.loads((folder / "project/cdktf.out/stacks/images/cdk.tf.json").read_text(encoding="utf-8"))
    terraform = find_terraform()
    with Processes() as processes:
        provider = choose_provider("bundled", terraform, processes.folder)
        limit = threading.Timer(PATIENCE, processes.close)
        limit.daemon = True
        limit.start()
        aws = EmbeddedAws(processes)
        aws.open(ACCOUNT)
        make_stand_ins(document, aws)
        session = Session(processes.folder / "work", terraform, provider, processes)
        endpoint, version = aws.endpoint, provider.version
        session.write(adapt({"terraform": document["terraform"]}, endpoint=endpoint, version=version)[0])
        session.init()
        session.write(adapt(document, endpoint=endpoint, version=version, schema=session.schema())[0])
        session.apply(lambda _: None)
        second = session.plan()
        limit.cancel()
        yield Deployed(printed, aws, second)


def test_the_program_s_own_provider_is_known_to_the_constructs(deployed: Deployed) -> None:
    """One of another region is refused, and nothing else is printed."""
    assert deployed.printed.startswith("elsewhere/Ecr: region: must be that of the stack's provider, us-west-2, ")
    assert len(deployed.printed.splitlines()) == 1


def test_exactly_the_declared_repositories_are_there(deployed: Deployed) -> None:
    there = deployed.repositories()
    assert tuple(sorted(there)) == NAMES
    assert [there[name]["imageTagMutability"] for name in NAMES] == ["MUTABLE", "IMMUTABLE", "MUTABLE"]


def test_every_resource_has_the_environment_s_tags(deployed: Deployed) -> None:
    expected = {"Environment": "dev", "ManagedBy": "ecr-constructs", "Project": "shop", "Team": "shop"}
    ecr, ssm = deployed.client("ecr"), deployed.client("ssm")
    for each in deployed.repositories().values():
        tags = ecr.list_tags_for_resource(resourceArn=each["repositoryArn"])["tags"]
        name = next(tag for tag in tags if tag["Key"] == "Name")["Value"]
        assert each["repositoryName"].endswith(name)
        assert {tag["Key"]: tag["Value"] for tag in tags} == {**expected, "Name": name}
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/ecr/web/url")["TagList"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == expected


def test_images_are_kept_as_declared(deployed: Deployed) -> None:
    def counts(name: str) -> list[tuple[str, int]]:
        text = deployed.client("ecr").get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]
        return [
            (each["selection"]["tagStatus"], each["selection"]["countNumber"]) for each in json.loads(text)["rules"]
        ]

    assert [counts(name) for name in NAMES] == [[("untagged", 3), ("any", 7)], [("any", 100)], [("any", 100)]]


def test_the_organisation_and_whom_the_program_grants_it_may_pull(deployed: Deployed) -> None:
    organization = deployed.client("organizations").describe_organization()["Organization"]["Id"]
    for name in NAMES:
        policy = json.loads(deployed.client("ecr").get_repository_policy(repositoryName=name)["policyText"])
        conditions = [each["Condition"] for each in policy["Statement"] if "Condition" in each]
        assert conditions == [{"StringEquals": {"aws:PrincipalOrgID": organization}}]
        assert ("222222222222" in json.dumps(policy)) is (name == "shop-dev-web")


def test_the_registry_takes_replicas_of_the_other_account(deployed: Deployed) -> None:
    (statement,) = json.loads(deployed.client("ecr").get_registry_policy()["policyText"])["Statement"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{OTHER}:root"}
    assert statement["Action"] == ["ecr:CreateRepository", "ecr:ReplicateImage"]


def test_repositories_are_published_by_their_logical_names(deployed: Deployed) -> None:
    pages = deployed.client("ssm").get_paginator("get_parameters_by_path").paginate(Path="/ecr", Recursive=True)
    found = {each["Name"]: each["Value"] for page in pages for each in page["Parameters"]}
    assert set(found) == {f"/ecr/{name}/{leaf}" for name in ("team/api", "web") for leaf in PARAMETERS}
    urls = {name: each["repositoryUri"] for name, each in deployed.repositories().items()}
    assert found["/ecr/team/api/url"] == urls["shop-dev-team/api"]
    assert json.loads(found["/ecr/web/config"])["url"] == urls["shop-dev-web"]


def test_a_second_plan_is_empty(deployed: Deployed) -> None:
    assert deployed.second is None
