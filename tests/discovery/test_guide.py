"""What docs/discovery.md shows is what happens."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecr_constructs.cli.app import run
from ecr_constructs.discovery import PublishedRepository
from ecr_constructs.doctor.as_text import as_text
from ecr_constructs.doctor.findings import Examination, Finding, Kind
from ecr_constructs.sandbox.aws import EmbeddedAws, embedded_aws
from ecr_constructs.terminal.screen import Screen
from tests.discovery.parameters import ACCOUNT, HOST, REGION, parameters_of, published

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/discovery.md").read_text(encoding="utf-8")
URL = f"{HOST}/shop-dev-web-app"


def blocks(language: str, page: str = PAGE) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedAws]:
    with embedded_aws(ACCOUNT) as made:
        ssm = made.client("ssm", REGION)
        for name, value in parameters_of(["web-app", "team/api"]).items():
            ssm.put_parameter(Name=name, Value=value, Type="String")
        yield made


@pytest.fixture(autouse=True)
def aws(server, monkeypatch, tmp_path):
    """The server as all that there is of AWS, and an empty folder to be in."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.chdir(tmp_path)
    return server


def test_the_first_example_runs(capsys):
    exec(blocks("python")[0], {})
    assert capsys.readouterr().out.splitlines() == [
        f"{URL} shop-dev-web-app {ACCOUNT} IMMUTABLE",
        f"{URL}:v1.2.3",
        f"team/api {HOST}/shop-dev-team/api",
        f"web-app {URL}",
    ]


def test_the_example_of_the_parameters_runs():
    (example,) = blocks("python", (ROOT / "docs/parameters.md").read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    exec(example, names)
    assert names["urls"] == {"team/api": f"{HOST}/shop-dev-team/api", "web-app": URL}


def test_the_function_tells_the_newest_image(aws, monkeypatch):
    (example,) = (each for each in blocks("python") if "def handler" in each)
    names: dict[str, object] = {}
    exec(example, names)
    handler = names["handler"]
    with pytest.raises(ValueError, match="Say which repository"):
        handler({}, None)
    ecr = aws.client("ecr", REGION)
    ecr.create_repository(repositoryName="shop-dev-team/api")
    assert handler({"repository": "team/api"}, None) == {"repository": "team/api", "images": 0, "newest": None}
    for tag in ("v1", "v2"):
        kind = "application/vnd.docker.distribution.manifest.v2+json"
        manifest = {"schemaVersion": 2, "mediaType": kind, "config": {"digest": f"sha256:{tag}"}, "layers": []}
        ecr.put_image(repositoryName="shop-dev-team/api", imageManifest=json.dumps(manifest), imageTag=tag)
    monkeypatch.setenv("REPO_NAME", "team/api")
    answer = handler({}, None)
    assert answer["images"] == 2
    assert re.fullmatch(rf"{HOST}/shop-dev-team/api@sha256:[0-9a-f]{{64}}", answer["newest"])


def test_the_task_definition_is_rendered():
    Path("task-definition.json").write_text('{"containerDefinitions": [{"name": "web"}]}')
    exec(blocks("python")[-1], {})
    rendered = json.loads(Path("task-definition.rendered.json").read_text())
    assert rendered == {"containerDefinitions": [{"name": "web", "image": f"{URL}:v1.2.3"}]}


COMMANDS = re.findall(r"^\$ ecr-constructs (.*)\n(.*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("command", "shown"), COMMANDS)
def test_a_command_writes_what_is_shown(capsys, command, shown):
    assert run(shlex.split(command)) == 0
    assert capsys.readouterr().out == f"{shown}\n"


def test_the_scripts_run(tmp_path, monkeypatch):
    """With a docker, a git and an AWS CLI that note how they are called."""
    noted = tmp_path / "noted"
    note = f'echo "$(basename "$0") $*" >> {shlex.quote(str(noted))}'
    for name, does in (("docker", 'if [ "$1" = login ]; then cat; fi'), ("git", "echo abc123"), ("aws", "echo secret")):
        stub(tmp_path / "bin" / name, f"{note}\n{does}")
    stub(tmp_path / "bin/ecr-constructs", f'exec {shlex.quote(sys.executable)} -m ecr_constructs.cli "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for script in blocks("sh"):
        subprocess.run(["bash", "-euo", "pipefail", "-c", script], check=True, capture_output=True, timeout=900)
    lines = noted.read_text().splitlines()
    assert sorted(lines[1:3]) == [
        f"aws ecr get-login-password --region {REGION}",
        f"docker login --username AWS --password-stdin {HOST}",
    ]
    assert [lines[0], *lines[3:]] == [
        "git rev-parse HEAD",
        f"docker build -t {URL}:abc123 .",
        f"docker push {URL}:abc123",
        f"docker pull {URL}:v1.2.3",
    ]


def stub(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_every_field_and_kind_is_in_its_table():
    for field in (*(each.name for each in dataclasses.fields(PublishedRepository)),):
        assert f"| `{field}` |" in PAGE
    for kind in Kind.__args__:
        assert f"| `{kind}` |" in PAGE


def test_the_keys_of_the_json_are_those_that_are_shown(capsys):
    of_list, of_doctor = (each for each in blocks("text") if each.startswith("{"))
    run(["list", "--format", "json"])
    repository = json.loads(capsys.readouterr().out)["repositories"][0]
    assert re.findall(r'"(\w+)"', of_list) == ["repositories", *repository]
    keys = {field.name for each in (Examination, Finding) for field in dataclasses.fields(each)}
    assert {*re.findall(r'"(\w+)"', of_doctor)} == keys


def test_the_differences_look_as_they_are_shown():
    finding = Finding("missing", "/ecr/web-app/url", "web-app", f"is not there, and should be '{URL}'")
    found = Examination(
        environment="dev",
        account_id=ACCOUNT,
        region=REGION,
        prefix="/ecr",
        repositories=2,
        parameters=15,
        findings=(finding,),
    )
    assert published("web-app").url == URL
    (shown,) = (each for each in blocks("text") if each.startswith("dev publishes"))
    assert "\n".join(as_text(found, Screen())) + "\n" == shown
