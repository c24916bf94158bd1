"""What `cdktf` deployed, taken on by `cdktn`: nothing would change, nor when it goes back. See docs/cdktn.md."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ecr_constructs.sandbox.adapt import account_of, adapt
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import choose_provider
from ecr_constructs.sandbox.session import STATE, Session
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.sandbox.terraform import find_terraform
from tests.nodes import path_with

if TYPE_CHECKING:
    from conftest import Deployment

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
PYTHON = Path(sys.prefix, "cdktn", "bin", "python")
COMMAND = ROOT / "tests/cdktn/node_modules/.bin/cdktn"
PATIENCE = 300  # seconds for any one command; the slowest takes about 15


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of this repository with the other engine, as its `cdktf.json` says it."""
    folder = tmp_path_factory.mktemp("project")
    app = f"PYTHONPATH={ROOT} ECR_CONSTRUCTS_ENGINE=cdktn {PYTHON} -m stacks"
    settings = json.loads((ROOT / "cdktf.json").read_text(encoding="utf-8"))
    (folder / "cdktf.json").write_text(json.dumps({**settings, "app": app}), encoding="utf-8")
    return folder


def cdktn(deployment: Deployment, project: Path, release: int, *arguments: str) -> str:
    """Run the command of the other engine, in a release of Node, against what is deployed; return what it prints."""
    app = f"PYTHONPATH={ROOT} {sys.executable} -m ecr_constructs.sandbox.app"
    done = subprocess.run(
        [COMMAND, *arguments, "--skip-provider-lock", "--app", app, "--output", str(deployment.out.with_name("cdktn"))],
        cwd=project,
        env={**deployment.environment, "PATH": path_with(release, project)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def state_of(deployment: Deployment) -> tuple[dict[str, list[str]], Any]:
    """Return what AWS calls each resource of the state, by its address, and the outputs."""
    folder = Path(deployment.environment["ECR_SANDBOX_STATE"], deployment.name)
    state = json.loads((folder / STATE).read_text(encoding="utf-8"))
    return {
        f"{each['type']}.{each['name']} {each['provider']}": [one["attributes"].get("id") for one in each["instances"]]
        for each in state["resources"]
    }, state["outputs"]


@pytest.mark.parametrize("deployment", ["dev"], indirect=True)
class TestTheCommand:
    """After `npx cdktf deploy dev`, in the Node that is installed."""

    def test_cdktn_diff_finds_nothing_to_change(self, deployment: Deployment, project: Path) -> None:
        assert deployment.deployed.returncode == 0, deployment.deployed.stdout + deployment.deployed.stderr
        assert "No changes." in cdktn(deployment, project, 22, "diff", "dev")
        written = json.loads((deployment.out.with_name("cdktn") / "manifest.json").read_text(encoding="utf-8"))
        assert written["version"] > "0.21.0"

    def test_cdktn_deploy_changes_nothing(self, deployment: Deployment, project: Path) -> None:
        before = state_of(deployment)
        said = cdktn(deployment, project, 24, "deploy", "dev", "--auto-approve")
        assert re.search(r"0 added, 0 changed, 0\s+destroyed", said), said
        assert state_of(deployment) == before

    def test_and_back(self, deployment: Deployment, project: Path) -> None:
        """In the newest Node that `cdktf` takes as it is installed."""
        diff = deployment.cdktf("diff", "dev", PATH=path_with(22, project))
        assert diff.returncode == 0, diff.stdout + diff.stderr
        assert "No changes." in diff.stdout


def with_its_source(adapted: dict[str, Any], synthesised: dict[str, Any]) -> dict[str, Any]:
    """Return what the sandbox adapted with the provider's source as the engine wrote it."""
    providers = synthesised["terraform"]["required_providers"]
    adapted["terraform"]["required_providers"]["aws"]["source"] = providers["aws"]["source"]
    return adapted


def test_the_plan_of_one_engine_over_the_state_of_the_other_is_empty(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every address and every output is as it was, and the lock file of the providers has the same bytes."""
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(ROOT / "tests/deploy/environments"))
    terraform = find_terraform()
    with Processes() as processes:
        by_cdktf, by_cdktn = (synthesise("everything", folder, processes)["everything"] for folder in (ROOT, project))
        assert (by_cdktf.command, by_cdktn.command) == ("cdktf", "cdktn")
        assert {**by_cdktf.document, "//": None} == {**by_cdktn.document, "//": None}
        aws = EmbeddedAws(processes)
        aws.open(account_of(by_cdktf.document))
        make_stand_ins(by_cdktf.document, aws)
        provider = choose_provider("bundled", terraform, processes.folder)
        folder = processes.folder / "work"
        session = Session(folder, terraform, provider, processes, aws.endpoint)

        session.write(adapt({}, endpoint=aws.endpoint, version=provider.version)[0])
        session.init()
        schema = session.schema()

        def take(document: dict[str, Any]) -> bytes:
            """Write what an engine synthesised, and return the lock file of the providers."""
            adapted, _ = adapt(document, endpoint=aws.endpoint, version=provider.version, schema=schema)
            session.write(with_its_source(adapted, document))
            session.init()
            return (folder / ".terraform.lock.hcl").read_bytes()

        lock = take(by_cdktf.document)
        made = session.apply(lambda _: None)
        assert take(by_cdktn.document) == lock
        planned = session.planned()
        assert {tuple(each["change"]["actions"]) for each in planned["resource_changes"]} <= {("no-op",), ("read",)}
        assert sum(each["mode"] == "managed" for each in planned["resource_changes"]) == made > 40
        assert {tuple(each["actions"]) for each in planned["output_changes"].values()} == {("no-op",)}
        assert take(by_cdktf.document) == lock
        assert session.plan() is None
