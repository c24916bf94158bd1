"""An AWS on this machine in which repositories are published, and the environment of programs that ask it."""

from __future__ import annotations

import os
import shlex
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecr_constructs.sandbox.aws import EmbeddedAws, embedded_aws
from tests.deploy.surroundings import clean_environment
from tests.discovery.parameters import ACCOUNT, HOST, REGION, parameters_of

EXAMPLES = Path(__file__).parents[2] / "examples"
AWS_CLI = Path(sysconfig.get_path("scripts")).parent / "awscli/bin/aws"
OF_CONFIG = "eu-central-1"  # the region in which `config` is the layout
OF_SINGLES = "ap-south-1"  # the one in which there is no `config`, as other tools publish
OTHER = "222222222222"
# More than a page of them, and names that hold what readers look for in paths.
NAMES = ["web-app", "url-shortener", "team/lambda-processor", "tools/url", *(f"app-{number}" for number in range(6))]
HOSTS = {
    "china": f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn",
    "dual-stack": f"{ACCOUNT}.dkr-ecr.eu-west-1.on.aws",
    "fips": f"{ACCOUNT}.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
    "elsewhere": f"{OTHER}.dkr.ecr.eu-central-1.amazonaws.com",
    "foreign": "registry.example.com",
    "alike": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com.example.com",
    "of-another": f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com",
}
MUTABILITIES = {
    "mutable": "MUTABLE",
    "some-mutable": "IMMUTABLE_WITH_EXCLUSION",
    "most-mutable": "MUTABLE_WITH_EXCLUSION",
}


def everything() -> dict[str, str]:
    """Return the parameters of `REGION`, by name."""
    found = parameters_of(NAMES)
    for name, host in HOSTS.items():
        account = host.partition(".")[0] if name == "elsewhere" else ACCOUNT
        found |= parameters_of([name], url=f"{host}/shop-dev-{name}", registry_id=account)
    for name, mutability in MUTABILITIES.items():
        found |= parameters_of([name], tag_mutability=mutability)
    return found


def urls() -> dict[str, str]:
    """Return where each repository of `REGION` is, by name, sorted."""
    return {name: f"{HOSTS.get(name, HOST)}/shop-dev-{name}" for name in sorted([*NAMES, *HOSTS, *MUTABILITIES])}


@pytest.fixture(scope="session")
def published_aws() -> Iterator[EmbeddedAws]:
    """An AWS to read from: eight parameters for each repository in `REGION`, fewer in others."""
    with embedded_aws(ACCOUNT) as aws:
        for name, value in everything().items():
            aws.client("ssm", REGION).put_parameter(Name=name, Value=value, Type="String")
        for name, value in parameters_of(["team/api", "web-app"], layout="config").items():
            aws.client("ssm", OF_CONFIG).put_parameter(Name=name, Value=value, Type="String")
        for name, value in parameters_of(["team/api", "web-app"]).items():
            if not name.endswith("/config"):
                aws.client("ssm", OF_SINGLES).put_parameter(Name=name, Value=value, Type="String")
        yield aws


@pytest.fixture
def asking(published_aws: EmbeddedAws, tmp_path: Path) -> dict[str, str]:
    """The variables of a program that asks this AWS, with the AWS CLI where it looks first."""
    program = tmp_path / "bin/aws"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(str(AWS_CLI))} "$@"\n')
    program.chmod(0o755)
    return clean_environment(
        AWS_ACCESS_KEY_ID="nobody",
        AWS_DEFAULT_REGION=REGION,
        AWS_ENDPOINT_URL=published_aws.endpoint,
        AWS_PAGER="",
        AWS_REGION=REGION,
        AWS_SECRET_ACCESS_KEY="nothing",
        HOME=str(tmp_path),
        PATH=f"{program.parent}{os.pathsep}{os.environ['PATH']}",
    )
