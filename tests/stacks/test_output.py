"""`python -m stacks` where something fails on the outside: a sentence, and a whole output directory or none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ecr_constructs._engine.which import engine
from stacks.output import output_directory, taking_its_place
from tests.either_engine import of_this_engine

ROOT = Path(__file__).parents[2]
PATIENCE = 300
LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
runpy.run_module("stacks", run_name="__main__")
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def run(tmp_path: Path, out: Path):
    """Run the app on one environment; its temporary files go to a folder of its own."""
    (tmp_path / "environments").mkdir()
    text = "project: shop\nenv: dev\nregion: us-east-1\nservices: [web]\n"
    (tmp_path / "environments/dev.yaml").write_text(text, encoding="utf-8")

    def run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *(command or ("-m", "stacks"))],
            cwd=ROOT,
            env={
                **os.environ,
                "ECR_ENVIRONMENTS_DIR": str(tmp_path / "environments"),
                "CDKTF_OUTDIR": str(out),
                **variables,
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


def files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def test_what_lies_in_the_output_directory_stays(run, out):
    """Terraform keeps its providers and lock there, and `cdktf` its own records."""
    kept = out / "stacks/dev/.terraform.lock.hcl"
    kept.parent.mkdir(parents=True)
    kept.write_text("locked", encoding="utf-8")
    (out / "stacks/dev/cdk.tf.json").write_text("old", encoding="utf-8")
    done = run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files(out) == ["manifest.json", "stacks/dev/.terraform.lock.hcl", "stacks/dev/cdk.tf.json"]
    assert [each.name for each in out.iterdir() if each.name.startswith(".")] == []
    assert kept.read_text(encoding="utf-8") == "locked"
    stack = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["stacks"]["dev"]
    assert "resource" in json.loads((out / stack["synthesizedStackPath"]).read_text(encoding="utf-8"))


def test_an_output_directory_that_is_a_file_is_a_sentence(run, out):
    out.write_text("mine", encoding="utf-8")
    done = run()
    assert (done.returncode, done.stderr) == (1, f"{out}: Not a directory. Nothing was synthesised.\n")
    assert out.read_text(encoding="utf-8") == "mine"


def test_an_output_directory_in_no_folder_is_a_sentence(run, out):
    done = run(CDKTF_OUTDIR=str(out / "deep"))
    assert (done.returncode, done.stderr) == (1, f"{out}/deep: No such file or directory. Nothing was synthesised.\n")
    assert not out.exists()


def test_a_place_that_cannot_be_taken_leaves_all_others_as_they_were(run, out):
    (out / "stacks/dev/cdk.tf.json").mkdir(parents=True)
    (out / "manifest.json").write_text("old", encoding="utf-8")
    done = run()
    assert done.returncode == 1
    assert done.stderr == f"{out}/stacks/dev/cdk.tf.json: Is a directory. Nothing was synthesised.\n"
    assert files(out) == ["manifest.json"]
    assert (out / "manifest.json").read_text(encoding="utf-8") == "old"


def tiny(folder: Path) -> list[str]:
    """Return what has a command run with a full disk in place of a folder; skips where that needs privileges."""
    command = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=64k none "$0" && exec "$@"', str(folder)]
    try:
        subprocess.run([*command, "true"], check=True, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small file system cannot be mounted here")
    return command


def on_a_tiny_disk(folder: Path, then: str) -> list[str]:
    """Return a program that runs the app with a small disk in place of a folder, then a line of the shell."""
    line = f'"$@"; status=$?; {then}; exit $status'
    command = [*tiny(folder), "sh", "-c", line, "sh", sys.executable, "-m", "stacks"]
    return ["-c", "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])", *command]


@pytest.mark.parametrize("below", ["", "/sub"], ids=["itself", "in it"])
def test_an_output_directory_on_a_full_disk_is_a_sentence_and_stays_empty(run, tmp_path, below):
    disk = tmp_path / "disk"
    disk.mkdir()
    names = [f"service-{number}" for number in range(40)]
    text = f"project: shop\nenv: dev\nregion: us-east-1\nservices: [{', '.join(names)}]\n"
    (tmp_path / "environments/dev.yaml").write_text(text, encoding="utf-8")
    done = run(*on_a_tiny_disk(disk, f"find {disk} -mindepth 1"), CDKTF_OUTDIR=f"{disk}{below}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "no space left on device. Nothing was synthesised." in done.stderr


def test_a_temporary_folder_on_a_full_disk_is_a_sentence(run, tmp_path, out):
    disk = tmp_path / "disk"
    disk.mkdir()
    done = run(*on_a_tiny_disk(disk, "true"), TMPDIR=str(disk))
    assert done.returncode == 1
    assert done.stderr == (
        f"A file cannot be written, in {out} or in {disk}: No space left on device. Nothing was synthesised.\n"
    )
    assert not out.exists()


def test_files_that_may_not_grow_are_a_sentence(run, out):
    done = run("-c", LIMITED, "100")
    assert done.returncode == 1
    assert done.stderr.endswith(": File too large. Nothing was synthesised.\n")
    assert done.stderr.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ("/nowhere/node", "/nowhere/node: No such file or directory."),
        ("/bin/true", "Node.js, which CDKTF runs in, ended before it was done."),
    ],
)
def test_a_node_that_does_not_run_is_a_sentence(run, out, node, said):
    done = run(JSII_NODE=node)
    assert (done.returncode, done.stderr) == (1, f"{said} Nothing was synthesised.\n")
    assert not out.exists()


def test_a_home_that_cannot_be_written_to_is_done_without(run, out):
    """There jsii keeps what it unpacked; below `/proc` Node tries for ever to make a folder."""
    done = run(HOME="/proc/nonexistent", JSII_RUNTIME_PACKAGE_CACHE_ROOT="")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert files(out) == ["manifest.json", "stacks/dev/cdk.tf.json"]


def test_a_home_that_others_may_write_to_is_a_sentence(run, out, tmp_path):
    """jsii takes no cache that others could change."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home").chmod(0o777)
    done = run(HOME=str(tmp_path / "home"), JSII_RUNTIME_PACKAGE_CACHE_ROOT="")
    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot use the jsii package cache in {tmp_path}/home/.cache")
    assert done.stderr.endswith("JSII_RUNTIME_PACKAGE_CACHE=disabled. Nothing was synthesised.\n")
    assert not out.exists()


@pytest.mark.parametrize("context", ["nojson", "3", "[]", "null", '"x"', "[" * 100_000])
def test_a_context_that_is_no_object_is_refused_beside_all_other_problems(run, tmp_path, out, context):
    (tmp_path / "environments/dev.yaml").write_text("env: dev\nproject: shop\n", encoding="utf-8")
    done = run(CDKTF_CONTEXT_JSON=context)
    assert done.returncode == 2
    first, second, third = done.stderr.splitlines()
    assert first == "2 problems, nothing was synthesised:"
    assert second.startswith("CDKTF_CONTEXT_JSON: must be a JSON object, got ")
    assert "region" in third
    assert not out.exists()


@pytest.mark.parametrize("ending", ["2>&-", "2>/dev/full", "<&- >&- 2>&-"])
def test_a_refusal_keeps_its_status_where_standard_error_cannot_be_written(run, ending):
    command = f'exec "$0" -m stacks {ending}'
    program = ["-c", "import os, sys; os.execv('/bin/sh', sys.argv[1:])", "sh", "-c", command, sys.executable]
    assert run(*program, ECR_ENVIRONMENTS_DIR="/nowhere").returncode == 2


INTERRUPTED = of_this_engine("""
import os, runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
number, module = int(sys.argv.pop(1)), sys.argv.pop(1)
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), number)
sys.meta_path.insert(0, Interrupting())
if module == "synth":
    import cdktf
    cdktf.App.synth = lambda app: os.kill(os.getpid(), number)
runpy.run_module("stacks", run_name="__main__")
""")


@pytest.mark.parametrize("module", ["jsii", "yaml", "pydantic", engine().name, "constructs", "stacks.compute", "synth"])
def test_ctrl_c_is_one_line_and_status_130_and_leaves_nothing(run, tmp_path, out, module):
    temporary = tmp_path / "t"
    temporary.mkdir()
    done = run("-c", INTERRUPTED, str(int(signal.SIGINT)), module, TMPDIR=str(temporary))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")
    assert not out.exists()


def test_sigterm_leaves_nothing_either(run, out):
    done = run("-c", INTERRUPTED, str(int(signal.SIGTERM)), "synth")
    assert (done.returncode, done.stderr) == (128 + signal.SIGTERM, "")
    assert not out.exists()


def test_the_manifest_takes_its_place_last(out, monkeypatch):
    """So it never speaks of a file that is not there."""
    replace, taken = Path.replace, []
    monkeypatch.setattr(Path, "replace", lambda file, place: (taken.append(place.name), replace(file, place))[1])
    with taking_its_place(out) as folder:
        for name in ("a.json", "manifest.json", "stacks/dev/cdk.tf.json", "stacks/manifest.json"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("new", encoding="utf-8")
    assert taken == ["a.json", "cdk.tf.json", "manifest.json", "manifest.json"]
    assert files(out) == ["a.json", "manifest.json", "stacks/dev/cdk.tf.json", "stacks/manifest.json"]


def test_an_error_removes_what_was_made_and_nothing_else(out):
    out.mkdir()
    (out / "file").write_text("mine", encoding="utf-8")
    for place in (out, out / "new"):
        with pytest.raises(FileExistsError), taking_its_place(place) as folder:
            folder.mkdir()
    assert [each.name for each in out.iterdir()] == ["file"]


def test_the_output_directory_is_that_of_cdktf():
    assert output_directory({"CDKTF_OUTDIR": "/x"}) == Path("/x")
    assert output_directory({}) == output_directory({"CDKTF_OUTDIR": ""}) == Path("cdktf.out")
