"""The programs of examples/boto3 tell what is published, with the reader of this package and without it."""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.discovery.parameters import ACCOUNT, REGION, parameters_of, published
from tests.examples.conftest import EXAMPLES, OF_CONFIG, OF_SINGLES, urls

PROGRAMS = ["plain", "with_reader"]
ROOT = EXAMPLES.parent


def run(program: str, environment: dict[str, str], *names: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(EXAMPLES / f"boto3/{program}.py"), *names]
    environment = {**environment, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, env=environment, text=True, capture_output=True, check=False, timeout=900)


def answer(program: str, environment: dict[str, str], *names: str) -> dict[str, dict[str, object]]:
    """Return what a program writes, with the fields as the reader calls them."""
    done = run(program, environment, *names)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {name: {key.replace("-", "_"): value for key, value in info.items()} for name, info in found.items()}


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_repository_is_there_by_its_whole_name(program, asking):
    found = answer(program, asking)
    assert {name: info["url"] for name, info in found.items()} == urls()
    assert list(found) == sorted(found)
    assert found["team/lambda-processor"] == dataclasses.asdict(published("team/lambda-processor"))


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("region", [REGION, OF_CONFIG, OF_SINGLES])
def test_one_repository_is_read_in_either_layout(program, region, asking):
    asking = {**asking, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    assert answer(program, asking, "web-app") == {"web-app": dataclasses.asdict(published("web-app"))}


@pytest.mark.parametrize("region", [OF_CONFIG, OF_SINGLES])
def test_other_layouts_are_listed_as_well(region, asking):
    asking = {**asking, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    both = {name: dataclasses.asdict(published(name)) for name in ("team/api", "web-app")}
    assert answer("plain", asking) == answer("with_reader", asking) == both


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_not_published_is_said(program, asking):
    done = run(program, asking, "web-app", "none")
    assert (done.returncode, done.stdout) == (1, "")
    assert "none" in done.stderr
    assert REGION in done.stderr
    assert "Traceback" not in done.stderr


def test_the_plain_one_takes_boto3_alone_with_it():
    tree = ast.parse((EXAMPLES / "boto3/plain.py").read_text(encoding="utf-8"))
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    assert {each.partition(".")[0] for each in modules} - {*sys.stdlib_module_names} == {"boto3", "botocore"}


class TestFunctions:
    """What programs take from them, beside what `main` uses."""

    @pytest.fixture
    def load(self, asking, monkeypatch):
        for name in ("AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, asking[name])

        def made(program: str) -> ModuleType:
            spec = importlib.util.spec_from_file_location(f"example_{program}", EXAMPLES / f"boto3/{program}.py")
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module

        return made

    def test_urls_are_asked_for_in_tens(self, load):
        wanted = [*reversed(urls())]
        assert len(wanted) > 10
        found = load("plain").get_repo_urls([*wanted, "none"])
        assert list(found.items()) == [(name, urls()[name]) for name in wanted]

    def test_an_image_stands_for_what_is_not_published(self, load):
        module = load("with_reader")
        assert module.image_of("web-app", "v1", "nginx") == f"{urls()['web-app']}:v1"
        assert module.image_of("none", "v1", "nginx") == "nginx"
        assert module.get_ecr_info("web-app").registry_id == ACCOUNT

    def test_what_is_published_in_part_is_left_out_and_no_repository(self, load, monkeypatch):
        """As while it is being deployed, and as something else of that name is."""
        values = {**parameters_of(["web-app"]), "/ecr/part/url": "x", "/ecr/other/file": "x", "/ecr/top": "x"}
        pages = [{"Parameters": [{"Name": name, "Value": value} for name, value in values.items()]}, {"Parameters": []}]
        module = load("plain")

        class Paginator:
            def paginate(self, **_: object) -> list[dict[str, object]]:
                return pages[::-1]

        monkeypatch.setattr(module.ssm, "get_paginator", lambda _: Paginator())
        assert list(module.list_all_ecr_repositories()) == ["web-app"]


def test_the_programs_are_those_of_the_folder():
    assert sorted(file.stem for file in Path(EXAMPLES / "boto3").glob("*.py")) == PROGRAMS
