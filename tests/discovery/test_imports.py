"""What the reader takes with it, in processes of its own: into a Lambda layer, a script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flit_core import buildapi

from ecr_constructs.sandbox.aws import EmbeddedAws, embedded_aws
from tests.discovery.parameters import ACCOUNT, REGION, parameters_of

ROOT = Path(__file__).parents[2]
FAR_TOO_MUCH = {"cdktf", "cdktf_cdktf_provider_aws", "constructs", "jsii", "pydantic", "yaml", "typer", "rich", "moto"}
OF_AWS = {"boto3", "botocore"}
LOADED = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
FILES = (
    "import json, sys; "
    "print(json.dumps([each.__file__ for name, each in sys.modules.items() if name.startswith('ecr_constructs')]))"
)
HANDLER = """\
import sys

sys.path[:] = [{layer!r}, *sys.path, *{beside!r}]
from ecr_constructs import discovery

assert discovery.__file__.startswith({layer!r}), discovery.__file__
repositories = discovery.RepositoryDirectory()


def handler(event, context):
    return repositories.url(event["repository"], tag="v1")


print(handler({{"repository": "team/api"}}, None))
"""


def run(program: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program with this environment's variables and others."""
    return subprocess.run(
        [sys.executable, *options, "-c", program],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def printed(program: str, *options: str) -> list[str]:
    done = run(program, *options)
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_importing_it_loads_neither_the_engine_nor_a_library():
    loaded = {*printed(f"import ecr_constructs.discovery; {LOADED}")}
    assert "ecr_constructs" in loaded
    assert not loaded & {*FAR_TOO_MUCH, *OF_AWS}


def test_boto3_is_loaded_when_it_first_asks():
    program = "from ecr_constructs.discovery import RepositoryDirectory; d = RepositoryDirectory(region='eu-west-1')"
    assert not {*printed(f"{program}; {LOADED}")} & {*FAR_TOO_MUCH, *OF_AWS}
    loaded = {*printed(f"{program}; d._store._asked(); {LOADED}")}
    assert loaded >= OF_AWS
    assert not loaded & FAR_TOO_MUCH


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A layer that holds the files that are needed alone, unpacked as Lambda does below /opt."""
    files = [Path(each) for each in printed(f"import ecr_constructs.discovery; {FILES}", "-S")]
    folder = tmp_path_factory.mktemp("layer")
    with zipfile.ZipFile(folder / "layer.zip", "w") as archive:
        for file in files:
            archive.write(file, Path("python") / file.relative_to(ROOT))
    with zipfile.ZipFile(folder / "layer.zip") as archive:
        archive.extractall(folder / "opt")
    return folder / "opt/python"


def test_a_layer_holds_the_reader_and_a_few_files_of_the_core(layer):
    held = {file.relative_to(layer / "ecr_constructs").as_posix() for file in layer.rglob("*.py")}
    others = {name for name in held if not name.startswith("discovery/")}
    assert others == {
        "__init__.py",
        "errors.py",
        "core/__init__.py",
        "core/aws.py",
        "core/images.py",
        "core/ssm.py",
        "core/tokens.py",
    }
    # What is loaded later, such as by a function, is needed as well.
    assert held - others >= {f"discovery/{name}.py" for name in ("client", "store", "directory", "failures", "cache")}


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with embedded_aws(ACCOUNT) as made:
        ssm = made.client("ssm", REGION)
        for name, value in parameters_of(["team/api"]).items():
            ssm.put_parameter(Name=name, Value=value, Type="String")
        yield made


@pytest.fixture(scope="module")
def whole_layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer of the guide: all of the package, and nothing that it depends on."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)  # where the wheel is built from
        wheel = folder / buildapi.build_wheel(str(folder))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "opt/python")
    return folder / "opt/python"


@pytest.mark.parametrize("how", ["layer", "whole_layer"])
def test_a_function_reads_with_the_layer_and_the_boto3_of_its_runtime(how, aws, request):
    layer = request.getfixturevalue(how)
    program = HANDLER.format(layer=str(layer), beside=[sysconfig.get_path("purelib")])
    done = run(program, "-S", "-I", AWS_ENDPOINT_URL=aws.endpoint, AWS_DEFAULT_REGION=REGION)
    assert done.stdout == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop-dev-team/api:v1\n", done.stderr


def test_without_boto3_it_says_what_to_install(layer):
    done = run(HANDLER.format(layer=str(layer), beside=[]), "-S", "-I")
    assert done.stderr.splitlines()[-1] == (
        "ecr_constructs.discovery.failures.DiscoveryError: This needs boto3, which is not installed: "
        "pip install 'ecr-constructs[discovery]'"
    )
