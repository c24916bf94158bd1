"""What the guide of access shows is what the command prints, and what it says of each column is so."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from ecr_constructs.cli.app import run
from ecr_constructs.core.evaluation.abilities import ABILITIES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "access.md").read_text(encoding="utf-8").split("\n## Identities")[0]


@pytest.fixture
def shown(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    def run_and_read(*arguments):
        capsys.readouterr()
        run(["access", *arguments])
        return capsys.readouterr().out

    return run_and_read


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_matrix_is_that_of_the_shipped_environments(shown):
    out = shown()
    matrix, _ = blocks("text")
    assert out.startswith(matrix)
    assert out.removeprefix(matrix).startswith("\nTo use the repositories of ")


def test_the_policy_to_copy_is_that_of_the_shipped_environments(shown):
    (policy,) = blocks("json")
    assert policy in shown("prod")


def test_the_keys_are_those_of_the_json(shown):
    _, keys = blocks("text")
    document = json.loads(shown("--format", "json"))
    (environment, *_) = document["environments"]
    principal = next(each for found in environment["repositories"] for each in found["principals"])
    repository = set(environment["repositories"][0])
    assert set(re.findall(r'"(\w+)"', keys)) == {*document, *environment, *repository, *principal}


def test_questions_are_answered_as_shown(shown):
    (console,) = blocks("console")
    asked = re.findall(r"^\$ ecr-constructs access (.*)\n((?:[^$].*\n)*)", console, re.MULTILINE)
    assert len(asked) == 3
    for arguments, answer in asked:
        assert shown(*shlex.split(arguments)) == answer


def test_each_column_is_of_the_actions_that_it_is_said_to_be():
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (.*) \|$", PAGE, re.MULTILINE)
    said = {name: (actions.startswith("any of "), tuple(re.findall(r"`(ecr:\w+)`", actions))) for name, actions in rows}
    assert said == {
        ability.value: (bool(needed.any_of), needed.all_of or needed.any_of) for ability, needed in ABILITIES.items()
    }
