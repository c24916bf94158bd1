"""The plugin as it is installed from the wheel: found by pytest through its entry point alone."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from flit_core import buildapi

from tests.testing.conftest import MAIN

ROOT = Path(__file__).parents[2]

TEST = """\
import sys
from pathlib import Path

import ecr_constructs
from cdktf import App
from ecr_constructs.testing import assert_resource
from main import MyStack


def test_my_stack(terraform_snapshot):
    assert MyStack(App(), "dev") == terraform_snapshot


def test_one(synth):
    assert Path(ecr_constructs.__file__).is_relative_to(sys.prefix)
    assert_resource(synth(MyStack(App(), "dev")), "aws_ecr_repository", "web", image_tag_mutability="MUTABLE")
"""


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Python of an environment with the wheel, and everything else but this checkout from where the tests run."""
    monkeypatch.chdir(ROOT)  # where the wheel is built from
    wheel = tmp_path / buildapi.build_wheel(str(tmp_path))
    venv.create(tmp_path / "venv", symlinks=True)
    python = tmp_path / "venv/bin/python"
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "--python", python, "--no-deps", "--no-index", wheel],
        env={**os.environ, "UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path / "uv")},
        capture_output=True,
        timeout=900,
        check=True,
    )
    others = tmp_path / "others"
    others.mkdir()
    for each in Path(sysconfig.get_path("purelib")).iterdir():
        if not each.name.startswith("ecr_constructs") and each.suffix != ".pth":
            (others / each.name).symlink_to(each)
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    (packages / "others.pth").write_text(f"{others}\n", encoding="utf-8")
    return python


def test_the_plugin_is_found_and_works(python, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "main.py").write_text(MAIN, encoding="utf-8")
    (project / "test_stack.py").write_text(TEST, encoding="utf-8")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}

    def run(*arguments):
        return subprocess.run(
            [python, "-m", "pytest", *arguments],
            cwd=project,
            env={**variables, "MUTABILITY": "IMMUTABLE"},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        ).stdout

    made = run("--snapshot-update")
    assert "1 failed, 1 passed" in made, made
    assert (
        "E       AssertionError: aws_ecr_repository.web (Web/Resource) of dev differs:\n"
        'E         image_tag_mutability: expected "MUTABLE", got "IMMUTABLE"\n'
    ) in made
    assert [each.name for each in project.glob("__snapshots__/*/*")] == ["test_my_stack[dev].tf.json"]
    assert "1 snapshot passed." in run()
