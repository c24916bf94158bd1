"""What `ecr-constructs init` writes, judged by tools that know nothing of it: as Python, and as Terraform reads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import parliament
import pytest

from ecr_constructs._engine.which import CDKTF, engine
from ecr_constructs.start.files import files_of
from ecr_constructs.start.wanted import NewProject
from tests.either_engine import of_this_engine
from tests.stacks.checkov import run_checkov

ROOT = Path(__file__).parents[2]
# Each skipped check with its reason.
SKIPPED = {
    "CKV_AWS_18": "who reads states is in CloudTrail; logs of requests would need another bucket",
    "CKV_AWS_144": "a copy in another region is for those who need it",
    "CKV_AWS_145": "a key of S3's own costs nothing and lets no account be locked out",
    "CKV2_AWS_61": "no older state is ever deleted",
    "CKV2_AWS_62": "nothing waits for a new state",
}


@pytest.fixture(scope="module", params=[None, "acme-states"], ids=["local-states", "state-bucket"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    wanted = NewProject(
        folder=folder,
        region="eu-west-1",
        account_id="111111111111",
        github="acme/web",
        name="shop",
        bucket=request.param,
    )
    for path, text in files_of(wanted).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(of_this_engine(text) if path.endswith(".py") else text, encoding="utf-8")
    subprocess.run(
        [sys.executable, "app.py"], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=900, check=True
    )
    return folder


@pytest.mark.skipif(engine() is not CDKTF, reason="the environment of the other engine has no mypy")
def test_mypy_finds_nothing(project: Path) -> None:
    # With the options of this project, and so with what it knows of the bindings already.
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            ROOT / "pyproject.toml",
            "--cache-dir",
            ROOT / ".mypy_cache",
            ".",
        ],
        cwd=project,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_stack_is_there(project: Path) -> None:
    stacks = sorted(each.name for each in (project / "cdktf.out/stacks").iterdir())
    assert stacks == (["bootstrap", "dev"] if (project / "bootstrap.py").exists() else ["dev"])


def document(project: Path, stack: str) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    found: dict[str, dict[str, dict[str, dict[str, object]]]]
    found = json.loads((project / f"cdktf.out/stacks/{stack}/cdk.tf.json").read_text(encoding="utf-8"))
    return found


def test_the_environment_is_what_the_compute_layer_makes_of_its_file(project: Path, tmp_path: Path) -> None:
    """Both have the same resources, outputs, provider and backend, by the same addresses."""
    made = tmp_path / "layer"
    subprocess.run(
        [sys.executable, "-m", "stacks"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CDKTF_OUTDIR": str(made)},
        timeout=900,
        check=True,
    )
    theirs = json.loads((made / "stacks/dev/cdk.tf.json").read_text(encoding="utf-8"))
    assert document(project, "dev") == theirs


def test_the_first_state_is_a_file_unless_there_is_a_bucket(project: Path) -> None:
    backends = {
        stack.name: json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))["terraform"]["backend"]
        for stack in (project / "cdktf.out/stacks").iterdir()
    }
    if "bootstrap" in backends:
        assert backends["bootstrap"] == {"local": {"path": "../../../terraform.bootstrap.tfstate"}}
        assert backends["dev"]["s3"] == {
            "bucket": "acme-states",
            "encrypt": True,
            "key": "layers/compute/dev/terraform.tfstate",
            "region": "eu-west-1",
            "use_lockfile": True,
        }
    else:
        assert backends == {"dev": {"local": {"path": "../../../terraform.dev.tfstate"}}}


@pytest.mark.parametrize("project", ["acme-states"], indirect=True)
class TestBucket:
    def test_it_has_the_name_and_no_plan_destroys_it(self, project: Path) -> None:
        (bucket,) = document(project, "bootstrap")["resource"]["aws_s3_bucket"].values()
        assert (bucket["bucket"], bucket["lifecycle"]) == ("acme-states", {"prevent_destroy": True})

    def test_checkov(self, project: Path) -> None:
        """checkov finds nothing else, and each skipped check would find something."""
        assert run_checkov(project / "cdktf.out/stacks/bootstrap") == {*SKIPPED}

    def test_parliament(self, project: Path) -> None:
        (policy,) = document(project, "bootstrap")["resource"]["aws_s3_bucket_policy"].values()
        # Terraform's references, as they come to be.
        text = str(policy["policy"]).replace("${aws_s3_bucket.State.arn}", "arn:aws:s3:::acme-states")
        assert [str(each) for each in parliament.analyze_policy_string(text).findings] == []
        (statement,) = json.loads(text)["Statement"]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
        assert statement["Resource"] == ["arn:aws:s3:::acme-states", "arn:aws:s3:::acme-states/*"]

    def test_its_own_state_can_be_moved_into_it(self, project: Path, tmp_path: Path) -> None:
        """By the one line that the guide has changed."""
        program = (project / "bootstrap.py").read_text(encoding="utf-8")
        assert program.count("\nSTATE_IN_BUCKET = False\n") == 1
        moved = program.replace("\nSTATE_IN_BUCKET = False\n", "\nSTATE_IN_BUCKET = True\n")
        for each in ("app.py", "environments/dev.yaml"):
            (tmp_path / each).parent.mkdir(exist_ok=True)
            (tmp_path / each).write_text((project / each).read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "bootstrap.py").write_text(moved, encoding="utf-8")
        subprocess.run(
            [sys.executable, "app.py"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=900,
            check=True,
        )
        before, after = (dict(document(each, "bootstrap")) for each in (project, tmp_path))
        assert after["resource"] == before["resource"]
        s3 = after["terraform"]["backend"]["s3"]
        assert (s3["bucket"], s3["key"], s3["use_lockfile"]) == ("acme-states", "bootstrap/terraform.tfstate", True)
