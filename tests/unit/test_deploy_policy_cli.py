"""`ecr-constructs deploy-policy`: its options, its files, its exit status, and what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.cli import app
from ecr_constructs.errors import InvalidInput, OperationError, Problem
from ecr_constructs.sandbox import synth
from ecr_constructs.sandbox.synth import AppFailed, Stack
from tests.unit.deployable import ACCOUNT, REGION, ROLE, in_another_account, stack

WEB = stack({"aws_ecr_repository": {"web": {"name": "web"}}})


@pytest.fixture
def stacks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The stacks that the app made, by name; an exception under `raise` is raised."""
    made: dict[str, Any] = {"dev": WEB}

    def synthesise(pattern: str, folder: Path, processes: object) -> dict[str, Stack]:
        assert folder == Path.cwd()
        made["asked"] = pattern
        if "raise" in made:
            raise made["raise"]
        return {name: Stack(found, ()) for name, found in made.items() if name != "asked"}

    monkeypatch.setattr(synth, "synthesise", synthesise)
    return made


def test_the_policy_is_all_of_standard_output(stacks, capsys):
    assert app.run(["deploy-policy", "dev"]) == 0
    output, errors = capsys.readouterr()
    document = json.loads(output)
    assert document["Version"] == "2012-10-17"
    (statement,) = document["Statement"]
    assert statement["Resource"] == f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/web"
    assert "dev: notice: aws_ecr_repository: cannot be deleted or replaced by this policy" in errors
    assert "leaves out ecr:DeleteRepository." in errors
    assert "[deploy-policy-delete]" in errors
    assert "1 notice" in errors
    assert stacks["asked"] == "dev"


def test_the_same_environment_gives_the_same_bytes(stacks, capsys):
    texts = set()
    for _ in range(2):
        assert app.run(["deploy-policy", "dev.yaml"]) == 0
        texts.add(capsys.readouterr().out)
    assert len(texts) == 1
    assert stacks["asked"] == "dev"


@pytest.mark.parametrize(
    ("option", "has", "has_not"),
    [
        ("--plan-only", "ecr:DescribeRepositories", "ecr:CreateRepository"),
        ("--allow-delete", "ecr:DeleteRepository", "ecr:BatchDeleteImage"),
    ],
)
def test_options_decide_what_is_in_it(stacks, capsys, option, has, has_not):
    assert app.run(["deploy-policy", "dev", option]) == 0
    output, errors = capsys.readouterr()
    assert f'"{has}"' in output
    assert f'"{has_not}"' not in output
    assert errors == ""


def test_the_account_is_told_where_the_environment_does_not(stacks, capsys):
    stacks["dev"] = json.loads(json.dumps(WEB))
    del stacks["dev"]["provider"]["aws"][0]["allowed_account_ids"]
    assert app.run(["deploy-policy", "dev", "--plan-only"]) == 0
    output, errors = capsys.readouterr()
    assert f"{REGION}:*:repository/web" in output
    assert "--account" in errors
    assert app.run(["deploy-policy", "dev", "--plan-only", "--account", "222222222222"]) == 0
    output, errors = capsys.readouterr()
    assert f"{REGION}:222222222222:repository/web" in output
    assert errors == ""


def test_files_are_named_after_who_has_them(stacks, capsys, tmp_path):
    stacks["dev"] = in_another_account()
    folder = tmp_path / "new/policies"
    assert app.run(["deploy-policy", "dev*", "--output", str(folder)]) == 0
    output, _ = capsys.readouterr()
    assert output.splitlines() == [f"{folder}/dev-deploy-caller.json", f"{folder}/dev-deploy.json"]
    assert stacks["asked"] == "dev*"
    caller = json.loads((folder / "dev-deploy-caller.json").read_text(encoding="utf-8"))
    (assume,) = [each for each in caller["Statement"] if each["Action"] == "sts:AssumeRole"]
    assert assume["Resource"] == ROLE
    # What is there from before is told, and stays.
    (folder / "dev-deploy-2.json").touch()
    assert app.run(["deploy-policy", "dev", "--output", str(folder)]) == 0
    assert f"{folder}/dev-deploy-2.json is of an earlier run" in capsys.readouterr().err
    assert app.run(["deploy-policy", "dev"]) == 0
    output, errors = capsys.readouterr()
    assert "ecr:CreateRepository" in output
    assert "sts:AssumeRole" not in output
    assert "whoever runs Terraform needs besides" in errors
    assert "[deploy-policy-roles]" in errors


def test_a_long_policy_is_told_and_written_as_several(stacks, capsys, tmp_path):
    stacks["dev"] = stack({"aws_ecr_repository": {f"r{n}": {"name": f"{'x' * 60}/{n}"} for n in range(100)}})
    assert app.run(["deploy-policy", "dev"]) == 0
    output, errors = capsys.readouterr()
    assert len(json.loads(output)["Statement"]) == 1
    assert "IAM takes 6,144 in a policy. --output DIR writes it as" in errors
    assert app.run(["deploy-policy", "dev", "--output", str(tmp_path)]) == 0
    names = [Path(each).name for each in capsys.readouterr().out.splitlines()]
    assert names[:2] == ["dev-deploy-1.json", "dev-deploy-2.json"]


def test_what_is_deployed_now_is_taken_in(stacks, capsys, tmp_path):
    before = tmp_path / "cdk.tf.json"
    before.write_text(json.dumps(stack({"aws_sns_topic": {"a": {"name": "alerts"}}})), encoding="utf-8")
    assert app.run(["deploy-policy", "dev", "--allow-delete", "--deployed", str(before)]) == 0
    assert '"sns:DeleteTopic"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dev", "--account", "12"], "--account"),
        (["dev", "--plan-only", "--allow-delete"], "[arguments]"),
        (["other/dev.yaml"], "[environment-known]"),
        (["dev", "--deployed", "nowhere.json"], "[deploy-policy-file]"),
        (["dev", "--deployed", __file__], "[deploy-policy-file]"),
        (["dev", "--what"], "--what"),
        ([], "ENV"),
    ],
)
def test_a_wrong_command_line_is_status_2_and_writes_nothing(stacks, capsys, arguments, said):
    assert app.run(["deploy-policy", *arguments]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert said in errors
    assert "asked" not in stacks


def test_a_type_that_is_not_known_is_status_2_by_its_name(stacks, capsys):
    stacks["dev"] = stack({"aws_sqs_queue": {"logs": {}}, **WEB["resource"]})
    assert app.run(["deploy-policy", "dev"]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert "aws_sqs_queue" in errors
    assert "logs" in errors
    assert "--without aws_sqs_queue" in errors
    assert app.run(["deploy-policy", "dev", "--without", "aws_sqs_queue"]) == 0


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
def test_an_error_decides_the_exit_status(stacks, capsys, error, status, said):
    stacks["raise"] = error
    assert app.run(["deploy-policy", "dev"]) == status
    assert capsys.readouterr().err.startswith(said)


def test_every_wrong_option_is_said_at_once(stacks, capsys):
    wrong = ["--account", "12", "--plan-only", "--allow-delete", "--deployed", "nowhere.json"]
    assert app.run(["deploy-policy", "dev", *wrong]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert sorted(line.partition(":")[0] for line in lines if line.startswith("--")) == [
        "--account",
        "--allow-delete",
        "--deployed",
    ]
    assert "got '12'. Give the 12 digits alone. [account-id]" in lines[0]
    assert "asked" not in stacks


def test_a_folder_that_cannot_be_written_is_status_1(stacks, capsys, tmp_path):
    (tmp_path / "file").touch()
    assert app.run(["deploy-policy", "dev", "--output", str(tmp_path / "file")]) == 1
    assert "file" in capsys.readouterr().err
