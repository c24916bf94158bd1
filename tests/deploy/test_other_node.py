"""Where the Node that is installed cannot run the `cdktf` command, `make setup` has `npx` run it by one that can."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.surroundings import clean_environment
from tests.nodes import path_with

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds; each takes about two
# What is installed already, which this is not about.
THERE = [f"--assume-old={each}/.ready" for each in (".venv", "node_modules", ".venv/node20", ".venv/node22")]
# One stack, in no time.
APP = """
import json, os, pathlib
out, path = pathlib.Path(os.environ["CDKTF_OUTDIR"]), "stacks/dev/cdk.tf.json"
(out / path).parent.mkdir(parents=True)
metadata = {"metadata": {"stackName": "dev", "version": "0.21.0"}}
(out / path).write_text(json.dumps({"//": metadata, "terraform": {"required_providers": {}}}))
stack = {"name": "dev", "constructPath": "dev", "workingDirectory": "stacks/dev", "synthesizedStackPath": path}
stacks = {"dev": {**stack, "annotations": [], "dependencies": []}}
(out / "manifest.json").write_text(json.dumps({"stacks": stacks, "version": "0.21.0"}))
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder in which everything is installed, with a stack."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "node_modules/.bin").mkdir(parents=True)
    for each in (".bin/cdktf", "@cdktf"):
        (tmp_path / "node_modules" / each).symlink_to(ROOT / "node_modules" / each)
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    settings = {"language": "python", "app": f"{sys.executable} app.py"}
    (tmp_path / "cdktf.json").write_text(json.dumps(settings), encoding="utf-8")
    return tmp_path


def run(clone: Path, path: str, *command: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in clean_environment().items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        command,
        cwd=clone,
        env={**kept, "PATH": path, "CDKTF_LOG_FILE_DIRECTORY": str(clone), "CI": "1", "DISABLE_VERSION_CHECK": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def set_up(clone: Path, path: str) -> str:
    done = run(clone, path, "make", f"--file={ROOT / 'Makefile'}", *THERE, "setup")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_on_a_newer_node_npx_runs_the_command_by_one_that_it_takes(clone: Path) -> None:
    path = path_with(24, clone)
    before = run(clone, path, "npx", "cdktf", "synth")
    assert "Cannot find module '../build/Release/pty.node'" in before.stdout + before.stderr
    set_up(clone, path)
    assert set_up(clone, path) == ""
    after = run(clone, path, "npx", "cdktf", "synth")
    assert (after.returncode, "Generated Terraform code" in after.stdout) == (0, True), after.stdout + after.stderr
    assert run(clone, path, "node", "--version").stdout.startswith("v24.")


def test_the_guide_has_npx_run_it_by_another_in_any_project(clone: Path) -> None:
    guide = (ROOT / "docs/cdktn.md").read_text(encoding="utf-8")
    (link,) = re.findall(r"^ *\$ (ln -s .*)$", guide, re.MULTILINE)
    done = run(clone, path_with(24, clone), "sh", "-c", f"VIRTUAL_ENV='{sys.prefix}/node22'; {link}; npx cdktf synth")
    assert (done.returncode, "Generated Terraform code" in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_node_that_runs_it_stays_the_one(clone: Path) -> None:
    set_up(clone, path_with(20, clone))
    assert not (clone / "node_modules/.bin/node").exists()


def test_where_none_runs_it_that_is_said_and_the_rest_is_there(clone: Path) -> None:
    """As on a machine for which nothing is built: there the module has to be compiled."""
    (clone / "node_modules/@cdktf").unlink()
    said = "No Node was found that runs npx cdktf here: docs/cdktn.md#node\n"
    assert set_up(clone, path_with(24, clone)).endswith(said)
    assert not (clone / "node_modules/.bin/node").is_symlink()
    assert "\n## Node\n" in (ROOT / "docs/cdktn.md").read_text(encoding="utf-8")
