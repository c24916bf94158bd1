"""docs/cdktn.md: its commands move a project that `init` wrote, and what it says of the engine is so."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest

from ecr_constructs.start.files import files_of
from ecr_constructs.start.wanted import NewProject
from tests.deploy.surroundings import clean_environment
from tests.nodes import RELEASES, node

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/cdktn.md").read_text(encoding="utf-8")
MOVE, *_ = (
    re.findall(r"^\$ (.+)$", block, re.MULTILINE)
    for block in re.findall(r"^```console\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
)
EDITS = [command for command in MOVE if command.startswith(("sed ", "rm "))]
CDKTN = Path(sys.prefix, "cdktn", "bin", "python")
PATIENCE = 300  # seconds; each takes about five


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    # In a worker of pytest-xdist, another pytest would not say what became of its snapshots.
    kept = {name: value for name, value in clean_environment().items() if not name.startswith("PYTEST_XDIST")}
    return subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env={**kept, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project that `init` wrote, with a bucket for its states."""
    folder = tmp_path / "shop"
    for path, text in files_of(NewProject(folder=folder, region="eu-west-1", bucket="shop-states")).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_a_project_moves_and_its_snapshots_stay(shop: Path) -> None:
    plugins = ["-p", "no:cacheprovider"]
    accepted = run(sys.executable, "-m", "pytest", *plugins, "--snapshot-update", folder=shop)
    assert "2 snapshots generated" in accepted.stdout, accepted.stdout + accepted.stderr
    for command in EDITS:
        done = run("sh", "-c", command, folder=shop)
        assert (done.returncode, done.stderr) == (0, ""), command
    moved = run(CDKTN, "-m", "pytest", *plugins, folder=shop)
    assert "2 snapshots passed" in moved.stdout, moved.stdout + moved.stderr
    assert "[cdktn,cli,testing]" in (shop / "requirements.txt").read_text(encoding="utf-8")
    package = json.loads((shop / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "tests/cdktn/package.json").read_text(encoding="utf-8"))
    assert (package["engines"], package["devDependencies"]) == (locked["engines"], locked["devDependencies"])
    assert "npx cdktf" not in "".join(each.read_text() for each in shop.glob("*.*") if each.is_file())
    needs = [line for line in (shop / "README.md").read_text(encoding="utf-8").splitlines() if "Node" in line]
    assert needs == ["It needs Python 3.11 and Terraform 1.10, or newer ones, and Node 22.19 or newer."]


OWN = """
    import json, sys
    from {engine} import App, S3Backend, TerraformStack
    from {bindings}.provider import AwsProvider
    app = App(context=json.loads(sys.argv[1]))
    stack = TerraformStack(app, "dev")
    AwsProvider(stack, "Aws", region="eu-west-1")
    {more}
    app.synth()
"""
ENGINES = {
    "cdktf": (Path(sys.executable), "cdktf_cdktf_provider_aws"),
    "cdktn": (CDKTN, "cdktn_provider_aws"),
}


def own(engine: str, folder: Path, context: str = "{}", more: str = "") -> subprocess.CompletedProcess[str]:
    python, bindings = ENGINES[engine]
    lines = OWN.format(engine=engine, bindings=bindings, more=more).replace("\n    ", "\n")
    return run(python, "-c", f"import ecr_constructs.fast\n{lines}", context, folder=folder)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_provider_of_ones_own_is_what_the_table_says(engine: str, tmp_path: Path) -> None:
    assert own(engine, tmp_path).returncode == 0
    document = json.loads((tmp_path / "cdktf.out/stacks/dev/cdk.tf.json").read_text(encoding="utf-8"))
    written = document["terraform"]["required_providers"]["aws"]
    column = [*ENGINES].index(engine)
    rows = {row[0]: row[1:] for row in (line.strip("| ").split(" | ") for line in GUIDE.splitlines() if "|" in line)}
    assert f"`{written['source']}`" in rows["the provider's source"][column]
    assert f"`{written['version']}`" == rows["the provider's version, where nobody says one"][column]
    assert f"provider {written['version']}" in rows["bindings"][column]
    _, _, opentofu = GUIDE.partition("\n## OpenTofu\n")
    said = {"cdktf": "an `AwsProvider` of your own on CDKTF as", "cdktn": "write the provider's source as"}
    assert f"{said[engine]} `{written['source']}`" in opentofu


def test_a_lock_file_of_ones_own_needs_the_version_that_has_it(tmp_path: Path) -> None:
    backend = 'S3Backend(stack, bucket="b", key="k", region="eu-west-1", use_lockfile=True)'
    (said,) = re.findall(r"^ *(\{\"targetVersions\".*\})$", GUIDE, re.MULTILINE)
    assert "unexpected keyword argument 'use_lockfile'" in own("cdktf", tmp_path, more=backend).stderr
    refused, taken = (own("cdktn", tmp_path, context, backend) for context in ("{}", said))
    assert "requires terraform >=1.10.0" in refused.stderr
    assert taken.returncode == 0, taken.stderr


def test_on_an_older_node_the_command_ends_as_the_page_says(tmp_path: Path) -> None:
    command = ROOT / "tests/cdktn/node_modules/.bin/cdktn"
    (tmp_path / "cdktf.json").write_text(json.dumps({"language": "python", "app": "true", "projectId": "x"}))
    version, diff = (run(node(20), command, *words, folder=tmp_path) for words in (["--version"], ["diff", "dev"]))
    assert (version.returncode, version.stdout.strip()) == (0, "0.24.0")
    assert diff.returncode != 0
    (end,) = re.findall(r"`(\w+ is not a function)`", GUIDE)
    assert end in diff.stdout + diff.stderr


def test_on_a_newer_node_the_command_before_needs_a_compiler() -> None:
    """Its native module is built for the releases that the table gives without one; `cdktn` has no such module."""
    rows = dict(re.findall(r"^\| (\d+) \| tested \| [^|]+ \| ([^|]+) \|", GUIDE, re.MULTILINE))
    built = ROOT / "node_modules/@cdktf/node-pty-prebuilt-multiarch/prebuilds/linux-x64"
    for release in RELEASES:
        abi = run(node(release), "-p", "process.versions.modules", folder=ROOT).stdout.strip()
        assert (built / f"node.abi{abi}.node").exists() == (rows[str(release)] != "with a compiler")
        for platform, newest in (("linux-x64", 22), ("darwin-arm64", 22), ("linux-arm64", 20)):
            assert (built.with_name(platform) / f"node.abi{abi}.node").exists() == (release <= newest)
    assert "up to Node 22 on Linux (x86-64) and macOS (Apple silicon), and\nup to Node 20 on Linux (arm64)" in GUIDE
    assert not [*(ROOT / "tests/cdktn/node_modules").rglob("*.node")]


def test_what_is_wanted_beside_the_engine_is_what_its_package_says(tmp_path: Path) -> None:
    before = (each.replace(" ", "") for each in requires("cdktf") or ())
    assert "constructs<11.0.0,>=10.4.2" in before
    assert "10.4.2 or newer" in GUIDE
    program = "from importlib.metadata import requires; print(*requires('cdktn'), sep='\\n')"
    wanted = run(CDKTN, "-c", program, folder=tmp_path).stdout
    assert "constructs<10.8.0,>=10.6.0" in wanted.replace(" ", "")
    assert "typeguard==2.13.3" in wanted.replace(" ", "")
    assert "10.6 or newer, below 10.8" in GUIDE
    assert "`typeguard` 2.13.3" in GUIDE
