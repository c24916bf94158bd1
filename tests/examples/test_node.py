"""The modules of examples/node tell what is published, run by Node with the SDK from npm."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.discovery.parameters import REGION, published
from tests.examples.conftest import EXAMPLES, OF_CONFIG, OF_SINGLES, urls

EXAMPLE = EXAMPLES / "node"
INSTALLED = EXAMPLES.parent / "tests/node"
Node = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def node(tmp_path: Path, asking: dict[str, str]) -> Node:
    """Run Node in a copy of the example, beside which the SDK is."""
    folder = tmp_path / "node"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "node_modules").symlink_to(INSTALLED / "node_modules")

    def run(*arguments: str, region: str = REGION) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["node", *arguments],
            cwd=folder,
            env={**asking, "AWS_REGION": region, "NODE_NO_WARNINGS": "1"},  # such as that a newer Node will be needed
            text=True,
            capture_output=True,
            check=False,
            timeout=900,
        )

    return run


def info(name: str) -> dict[str, object]:
    """Return what is published of a repository, by the names of the parameters."""
    return {key.replace("_", "-"): value for key, value in dataclasses.asdict(published(name)).items()}


def test_every_repository_is_listed_by_its_whole_name(node):
    done = node("show.js")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert [(name, each["url"]) for name, each in found.items()] == [*urls().items()]
    assert found["team/lambda-processor"] == info("team/lambda-processor")


@pytest.mark.parametrize("region", [OF_CONFIG, OF_SINGLES])
def test_other_layouts_are_read_as_well(region, node):
    both = {name: info(name) for name in ("team/api", "web-app")}
    for names in ([], ["team/api", "web-app"]):
        assert json.loads(node("show.js", *names, region=region).stdout) == both


def test_one_repository_is_read_and_what_is_not_published_is_said(node):
    assert json.loads(node("show.js", "web-app").stdout) == {"web-app": info("web-app")}
    done = node("show.js", "web-app", "none")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"none is not published below /ecr in {REGION}, or in part\n"


def test_a_url_is_told_and_what_is_not_published_is_an_error_of_the_sdk(node):
    program = """
    import { getRepoUrl } from "./repositories.js";
    const said = await getRepoUrl("none").catch(({ name }) => name);
    console.log(JSON.stringify([await getRepoUrl("team/lambda-processor"), said]));
    """
    done = node("--input-type=module", "--eval", program)
    assert json.loads(done.stdout) == [urls()["team/lambda-processor"], "ParameterNotFound"]


def test_it_is_run_with_the_sdk_that_it_asks_for():
    wanted, installed = (
        json.loads((folder / "package.json").read_text(encoding="utf-8")) for folder in (EXAMPLE, INSTALLED)
    )
    assert wanted["dependencies"].items() <= installed["devDependencies"].items()
    assert wanted["engines"] == installed["engines"]
    assert (EXAMPLE / wanted["scripts"]["start"].removeprefix("node ")).exists()
