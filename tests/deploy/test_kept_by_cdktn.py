"""`ecr-constructs sandbox ENV --keep` for a project with the other engine: its command works against it."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.kept_up import kept_up
from tests.nodes import path_with

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for any one command; the slowest takes about 15
DEV = "project: shop\nenv: dev\nregion: eu-west-1\necr_repositories: {web: {max_image_count: 7}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an environment, whose `cdktf.json` names the engine, and which has the `cdktn` command alone."""
    app = f"PYTHONPATH={ROOT} ECR_CONSTRUCTS_ENGINE=cdktn {Path(sys.prefix, 'cdktn', 'bin', 'python')} -m stacks"
    (tmp_path / "cdktf.json").write_text(json.dumps({"language": "python", "app": app}), encoding="utf-8")
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments/dev.yaml").write_text(DEV, encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(ROOT / "tests/cdktn/node_modules")
    return tmp_path


def test_the_printed_commands_are_those_of_cdktn_and_work(project: Path) -> None:
    with kept_up(project, seconds=PATIENCE, PATH=path_with(22, project)) as (child, text):
        found = re.findall(r"^  (sh \S+ npx (\w+) (\w+) dev)$", text, re.MULTILINE)
        assert [words for _, *words in found] == [["cdktn", each] for each in ("diff", "deploy", "output")], text
        (project / "environments/dev.yaml").write_text(DEV.replace("7", "9"), encoding="utf-8")
        done = {
            name: subprocess.run(
                [*shlex.split(command), *(["--auto-approve"] if name == "deploy" else [])],
                cwd="/",
                env={**os.environ, "PATH": path_with(24, project)},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            for command, _, name in found[1:]
        }
        child.send_signal(signal.SIGINT)
        rest, errors = child.communicate(timeout=PATIENCE)
    for each in done.values():
        assert each.returncode == 0, each.stdout + each.stderr
    # A lifecycle policy is replaced when it changes.
    assert re.search(r"1 added, 0 changed, 1\s+destroyed", done["deploy"].stdout), done["deploy"].stdout
    assert "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop-dev-web" in done["output"].stdout
    assert (child.returncode, "Destroyed: 10 resources" in rest) == (0, True), rest + errors
