"""What every command has: its help by two names, its version, and completion in the shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ecr_constructs.cli import app
from ecr_constructs.cli.completion import environments

ROOT = Path(__file__).parents[2]
COMMANDS = [str(each.name) for each in app.app.registered_commands]
OF_AN_ENVIRONMENT = ["access", "adopt", "deploy-policy", "doctor", "migrate", "sandbox", "validate"]


def run(*arguments: str, directory: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the package as a program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("_ECR")}
    files = {} if directory is None else {"ECR_ENVIRONMENTS_DIR": str(directory)}
    return subprocess.run(
        [sys.executable, "-m", "ecr_constructs", *arguments],
        cwd=ROOT,
        env={**kept, **files, **variables},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name in ("dev.yaml", "demo.yaml", "prod.yaml", "environment.schema.json", "notes.md"):
        (tmp_path / name).write_text("not read", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("command", [[], *([each] for each in COMMANDS)], ids=" ".join)
def test_help_has_two_names(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for option in ("-h", "--help"):
        assert app.run([*command, option]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert f"Usage: {' '.join(['ecr-constructs', *command])} " in said[0]


def test_the_version_has_two_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert [app.run([option]) for option in ("-V", "--version")] == [0, 0]
    one, other = capsys.readouterr().out.splitlines()
    assert one == other
    assert one.startswith("ecr-constructs ")


def test_the_package_is_a_program() -> None:
    """`python -m ecr_constructs` is the command, with its exit status."""
    assert run("-V").stdout.startswith("ecr-constructs ")
    assert run("nothing").returncode == 2


def test_the_names_of_environments_are_completed(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(directory))
    assert environments("") == ["demo", "dev", "prod"]
    assert environments("de") == ["demo", "dev"]
    monkeypatch.setenv("ECR_ENVIRONMENTS_DIR", str(directory / "nothing"))
    assert environments("") == []


@pytest.mark.parametrize("command", OF_AN_ENVIRONMENT)
def test_every_command_that_takes_an_environment_completes_it(command: str, directory: Path) -> None:
    words = f"ecr-constructs {command} de"
    variables = {"COMP_WORDS": words.replace(" ", "\n"), "COMP_CWORD": "2"}
    done = run(directory=directory, _ECR_CONSTRUCTS_COMPLETE="complete_bash", **variables)
    assert done.stdout.split() == ["demo", "dev"], done.stderr


@pytest.mark.parametrize(
    ("shell", "variables"),
    [
        ("zsh", {"_TYPER_COMPLETE_ARGS": "ecr-constructs sandbox d"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "ecr-constructs sandbox d", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_other_shells_complete_as_well(shell: str, variables: dict[str, str], directory: Path) -> None:
    done = run(directory=directory, _ECR_CONSTRUCTS_COMPLETE=f"complete_{shell}", **variables)
    assert "demo" in done.stdout
    assert "dev" in done.stdout
    assert "prod" not in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script(shell: str) -> None:
    done = run(_ECR_CONSTRUCTS_COMPLETE=f"source_{shell}")
    assert done.returncode == 0, done.stderr
    assert f"_ECR_CONSTRUCTS_COMPLETE=complete_{shell}" in done.stdout
    assert "ecr-constructs" in done.stdout


IN_BASH = """\
set -eu
ecr-constructs() { "$PYTHON" -m ecr_constructs "$@"; }
eval "$("$PYTHON" -m ecr_constructs --show-completion)"
[ "$(complete -p ecr-constructs)" = "complete -o default -F _ecr_constructs_completion ecr-constructs" ]
COMP_WORDS=(ecr-constructs validate d) COMP_CWORD=2
_ecr_constructs_completion "$PROGRAM"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_with_the_script_that_is_shown(directory: Path, tmp_path: Path) -> None:
    program = tmp_path / "ecr-constructs"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m ecr_constructs "$@"\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", IN_BASH],
        cwd=ROOT,
        env={
            **os.environ,
            "ECR_ENVIRONMENTS_DIR": str(directory),
            "PROGRAM": str(program),
            "PYTHON": sys.executable,
        },
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["demo", "dev"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_completion_is_installed_for_the_shell_that_asks(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", '"$PYTHON" -m ecr_constructs --install-completion; exit $?'],
        cwd=ROOT,
        env={**os.environ, "HOME": str(tmp_path), "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (script,) = (tmp_path / ".bash_completions").iterdir()
    assert "_ECR_CONSTRUCTS_COMPLETE=complete_bash" in script.read_text(encoding="utf-8")
    assert str(script) in (tmp_path / ".bashrc").read_text(encoding="utf-8")


def test_completion_loads_neither_pydantic_nor_the_engine() -> None:
    """A key of the keyboard waits for it."""
    program = (
        "import sys; from ecr_constructs.cli import app; from ecr_constructs.cli.completion import environments\n"
        "environments('')\n"
        "heavy = {'boto3', 'moto', 'cdktf', 'jsii', 'pydantic', 'yaml'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
