"""Each release of Node that is tested: what is synthesised is the same to the byte, and what is said of it is true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ecr_constructs._engine.lazy.notice import GIVEN_UP_BY_JSII, flaw_of
from tests.nodes import RELEASES, node

ROOT = Path(__file__).parents[2]
PYTHONS = {"cdktf": Path(sys.executable), "cdktn": Path(sys.prefix, "cdktn", "bin", "python")}
PATIENCE = 300  # seconds; one synthesis takes about three


def run(folder: Path, release: int, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command where jsii has a release of Node, which writes its version into `folder/node` as it starts."""
    folder.mkdir()
    wrapper = folder / "wrapper"
    program = node(release)
    wrapper.write_text(f'#!/bin/sh\n"{program}" --version >"{folder}/node"\nexec "{program}" "$@"\n')
    wrapper.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ECR_", "JSII_SILENCE"))}
    done = subprocess.run(
        [*map(str, command)],
        cwd=ROOT,
        env={**kept, "JSII_NODE": str(wrapper), "XDG_CACHE_HOME": str(folder / "cache"), **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "node").read_text().startswith(f"v{release}.")
    return done


@pytest.mark.parametrize("engine", PYTHONS)
def test_every_release_writes_the_same_bytes(engine: str, tmp_path: Path) -> None:
    """And says nothing but the one line about a release that has ended; what Node warns of would be an error here."""
    written = {}
    for release in RELEASES:
        folder = tmp_path / f"node{release}"
        out = tmp_path / "out"
        variables = {"CDKTF_OUTDIR": str(out), "ECR_CONSTRUCTS_ENGINE": engine, "NODE_OPTIONS": "--throw-deprecation"}
        done = run(folder, release, PYTHONS[engine], "-m", "stacks", **variables)
        # Not the manifest: with each annotation it has where in Node's own code that was made.
        written[release] = {file.parent.name: file.read_bytes() for file in out.glob("stacks/*/cdk.tf.json")}
        version = (folder / "node").read_text().strip()
        flaw = flaw_of(version, date.today())
        said = f"Node {version} {flaw}. Install a supported release, or name one in JSII_NODE. (This is said once.)"
        assert done.stderr == ("" if flaw is None else f"ecr-constructs: {said}\n")
    assert {*written[20]} == {"dev", "prod", "staging"}
    assert written[20] == written[22] == written[24]


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_said_of_its_support_is_what_jsii_says(release: int, tmp_path: Path) -> None:
    """Its banner, as a program sees it that goes without this package."""
    banner = run(tmp_path / "node", release, sys.executable, "-c", "import constructs").stderr
    since = re.findall(r"not supported anymore by this software since (\S+)\.", banner)
    given_up = GIVEN_UP_BY_JSII.get(release)
    assert since == ([] if given_up is None or given_up > date.today() else [str(given_up)])
