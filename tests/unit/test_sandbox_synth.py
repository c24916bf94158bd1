"""Running a project's own app, and the app that adapts what it wrote."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecr_constructs.errors import InvalidInput
from ecr_constructs.sandbox import app
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.synth import AppFailed, Stack, app_command, synthesise

APP = """
import json, os, pathlib, sys
out = pathlib.Path(os.environ["CDKTF_OUTDIR"])
(out / "stacks/dev").mkdir(parents=True)
document = {"output": {"env": {"value": sorted(os.environ)}}, "import": [{"to": "x", "id": "y"}]}
(out / "stacks/dev/cdk.tf.json").write_text(json.dumps(document))
notes = [{"constructPath": "dev/web", "level": f"@cdktf/{level}", "message": level} for level in ("info", "warn")]
stack = {"name": "dev", "synthesizedStackPath": "stacks/dev/cdk.tf.json", "annotations": notes}
(out / "manifest.json").write_text(json.dumps({"stacks": {"dev": stack, "prod": stack}}))
"""

TWO = """
(out / "stacks/prod").mkdir()
(out / "stacks/prod/cdk.tf.json").write_text(json.dumps({"module": {"x": {}}}))
other = {**stack, "name": "prod", "synthesizedStackPath": "stacks/prod/cdk.tf.json"}
(out / "manifest.json").write_text(json.dumps({"stacks": {"dev": stack, "prod": other}}))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "cdktf.json").write_text(json.dumps({"app": f"{sys.executable} app.py"}))
    return tmp_path


@pytest.fixture
def processes() -> Iterator[Processes]:
    with Processes() as running:
        yield running


def test_the_stack_and_its_warnings_come_back(project: Path, processes: Processes) -> None:
    stack = synthesise("dev", project, processes)["dev"]
    assert "CDKTF_OUTDIR" in stack.document["output"]["env"]["value"]
    assert stack.warnings == ("dev/web: warn",)


@pytest.mark.parametrize(
    ("comment", "command"),
    [
        ({"metadata": {"version": "0.21.0"}}, "cdktf"),
        ({"metadata": {"version": "0.22.0-pre.1"}}, "cdktn"),
        ({"metadata": {"version": "0.24.0"}}, "cdktn"),
        ({"metadata": {"version": "1.0.0"}}, "cdktn"),
        ({"metadata": {"version": "next"}}, "cdktf"),
        ("a comment of somebody's", "cdktf"),
        (None, "cdktf"),
    ],
)
def test_the_command_is_that_of_the_engine_which_wrote_the_stack(comment: object, command: str) -> None:
    assert Stack({} if comment is None else {"//": comment}, ()).command == command


def test_a_pattern_names_several_stacks_as_for_the_cdktf_command(project: Path, processes: Processes) -> None:
    assert list(synthesise("*", project, processes)) == ["dev", "prod"]


def test_variables_for_terraform_do_not_reach_the_app(
    project: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under `cdktf`, which leaves them to the apply."""
    monkeypatch.setenv("TF_VAR_x", "1")
    monkeypatch.setenv("OTHER", "1")
    seen = synthesise("dev", project, processes)["dev"].document["output"]["env"]["value"]
    assert "OTHER" in seen
    assert "TF_VAR_x" not in seen


def test_a_context_that_is_no_object_is_refused_before_the_app_runs(
    project: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", "nojson")
    (project / "app.py").write_text("raise SystemExit(1)")
    with pytest.raises(InvalidInput, match="CDKTF_CONTEXT_JSON: must be a JSON object, got 'nojson'"):
        synthesise("dev", project, processes)


@pytest.mark.parametrize(("name", "fix"), [("prd", "Did you mean 'prod'?"), ("zzz", "Name one of these.")])
def test_a_stack_that_is_not_there_is_an_error_with_those_that_are(
    project: Path, processes: Processes, name: str, fix: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        synthesise(name, project, processes)
    assert str(caught.value) == f"ENV: must be one of: dev, prod, got {name!r}. {fix} [environment-known]"


def test_an_app_that_writes_nothing_has_no_stack(project: Path, processes: Processes) -> None:
    (project / "app.py").write_text("")
    with pytest.raises(InvalidInput, match="no stack at all"):
        synthesise("dev", project, processes)


@pytest.mark.parametrize(
    ("program", "code", "output"),
    [
        ("import sys; print('no'); sys.stderr.write('bad'); sys.exit(2)", 2, "bad"),
        ("import sys; print('only out'); sys.exit(1)", 1, "only out\n"),
    ],
)
def test_an_app_that_fails_tells_its_status_and_what_it_said(
    project: Path, processes: Processes, program: str, code: int, output: str
) -> None:
    (project / "app.py").write_text(program)
    with pytest.raises(AppFailed) as caught:
        synthesise("dev", project, processes)
    assert (caught.value.code, caught.value.output) == (code, output)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "project-missing"),
        ("{", "project-app"),
        ("{}", "project-app"),
        ('{"app": 1}', "project-app"),
        ("[]", "project-app"),
    ],
)
def test_a_folder_without_a_usable_cdktf_json_is_no_project(tmp_path: Path, text: str | None, code: str) -> None:
    if text is not None:
        (tmp_path / "cdktf.json").write_text(text)
    with pytest.raises(InvalidInput) as caught:
        app_command(tmp_path)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.fixture
def endpoint() -> Iterator[str]:
    """Where something answers, and nothing is asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_the_adapting_app_changes_every_stack_for_the_embedded_aws(
    project: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And tells what that changed in the manifest, from which `cdktf` prints it beside what the app said itself."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("CDKTF_OUTDIR", str(project / "out"))
    variables = {
        "CDKTF_OUTDIR": str(project / "out"),
        "ECR_SANDBOX_ENDPOINT": endpoint,
        "ECR_SANDBOX_STATE": str(project),
    }
    assert app.main(variables) == 0
    document = json.loads((project / "out/stacks/dev/cdk.tf.json").read_text())
    assert document["provider"]["aws"][0]["endpoints"][0]["ecr"] == endpoint
    assert document["terraform"]["backend"]["local"]["path"] == str(project / "prod/terraform.tfstate")
    stack = json.loads((project / "out/manifest.json").read_text())["stacks"]["dev"]
    assert [(note["constructPath"], note["level"], note["message"]) for note in stack["annotations"]] == [
        ("dev/web", "@cdktf/info", "info"),
        ("dev/web", "@cdktf/warn", "warn"),
        ("dev", "@cdktf/info", "left out the import blocks (the embedded AWS starts empty)"),
    ]


def test_the_adapting_app_leaves_an_app_that_wrote_nothing_alone(
    project: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    (project / "app.py").write_text("")
    variables = {"ECR_SANDBOX_ENDPOINT": endpoint, "ECR_SANDBOX_STATE": str(project)}
    assert app.main({**variables, "CDKTF_OUTDIR": str(project / "out")}) == 0
    assert not (project / "out").exists()


def variables_of(project: Path, endpoint: str) -> dict[str, str]:
    return {
        "CDKTF_OUTDIR": str(project / "out"),
        "ECR_SANDBOX_ENDPOINT": endpoint,
        "ECR_SANDBOX_STATE": str(project),
    }


def test_the_adapting_app_ends_as_the_projects_own_app_ends(
    project: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And then nothing is left that `cdktf deploy --skip-synth` could take."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("CDKTF_OUTDIR", str(project / "out"))
    with (project / "app.py").open("a") as file:
        file.write("sys.exit(2)\n")
    assert app.main(variables_of(project, endpoint)) == 2
    assert [path.name for path in (project / "out").rglob("*") if path.is_file()] == []


def test_the_adapting_app_leaves_nothing_of_a_stack_that_reaches_more(
    project: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("CDKTF_OUTDIR", str(project / "out"))
    (project / "app.py").write_text(APP.replace('"import": [', '"module": {"x": {"source": "./x"}}, "import": ['))
    assert app.main(variables_of(project, endpoint)) == 2
    assert "sandbox-module" in capsys.readouterr().err
    assert [path.name for path in (project / "out").rglob("*") if path.is_file()] == []


def test_the_adapting_app_leaves_the_stacks_of_a_pattern_alone_in_what_was_written(
    project: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("CDKTF_OUTDIR", str(project / "out"))
    (project / "app.py").write_text(APP + TWO)
    assert app.main({**variables_of(project, endpoint), "ECR_SANDBOX_STACKS": "de*"}) == 0
    assert list(json.loads((project / "out/manifest.json").read_text())["stacks"]) == ["dev"]
    assert [path.name for path in (project / "out/stacks").glob("*/*")] == ["cdk.tf.json"]


@pytest.mark.parametrize("how", ["nobody answers", "the schema is gone", "another one answers there"])
def test_the_adapting_app_runs_nothing_when_the_sandbox_has_ended(
    how: str, project: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("CDKTF_OUTDIR", str(project / "out"))
    variables = variables_of(project, endpoint)
    if how == "nobody answers":
        with socket.create_server(("127.0.0.1", 0)) as server:
            variables["ECR_SANDBOX_ENDPOINT"] = f"http://127.0.0.1:{server.getsockname()[1]}"
    elif how == "another one answers there":
        variables["ECR_SANDBOX_STATE"] = str(project / "nothing/work")
    else:
        variables["ECR_SANDBOX_SCHEMA"] = str(project / "nothing/schema.json")
    assert app.main(variables) == 1
    where = variables["ECR_SANDBOX_ENDPOINT"]
    assert capsys.readouterr().err == f"The sandbox at {where} has ended: nothing was synthesised.\n"
    assert not (project / "out").exists()


def test_the_adapting_app_tells_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main({"CDKTF_OUTDIR": "x"}) == 2
    assert capsys.readouterr().err == "ECR_SANDBOX_ENDPOINT, ECR_SANDBOX_STATE must be set.\n"
