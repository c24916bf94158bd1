"""Running `ecr-constructs access` on environment files of a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ecr_constructs.access.as_json import as_json
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.cli.app import run
from ecr_constructs.config.environment import Environment
from ecr_constructs.terminal.screen import Screen

__all__ = ["ABILITIES", "Result", "Shown", "access_of", "rows"]

ABILITIES = ("pull", "push", "read", "delete", "admin")


class Result(NamedTuple):
    status: int
    out: str
    err: str


class Shown:
    """A project in a directory of its own, which is the current one."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.chdir(directory)
        self.directory, self._capsys = directory, capsys
        (directory / "environments").mkdir()

    def write(self, **texts: str) -> None:
        """Write environments/<name>.yaml with these keys beside those that are required."""
        for name, text in texts.items():
            head = f"project: shop\nenv: {name}\nregion: us-east-1\n"
            (self.directory / "environments" / f"{name}.yaml").write_text(head + text, encoding="utf-8")

    def run(self, *arguments: str) -> Result:
        """Return how the command ends, and what it writes."""
        self._capsys.readouterr()
        status = run(["access", *arguments])
        return Result(status, *self._capsys.readouterr())


def access_of(*environments: Environment) -> dict[str, Any]:
    """Return what the command shows of environments as JSON, by their names and the repositories' logical names."""
    matrix = Matrix(environments)
    found = [matrix.of(each) for each in environments]
    (text,) = as_json(found, Screen())
    return {each["name"]: each for each in json.loads(text)["environments"]}


def rows(shown: dict[str, Any], repository: str) -> dict[str, tuple[str, ...]]:
    """Return the abilities of each principal of a repository, in one order."""
    (found,) = (each for each in shown["repositories"] if each["logical_name"] == repository)
    return {
        " for ".join([each["principal"], *each["on_behalf_of"]]): tuple(each[ability] for ability in ABILITIES)
        for each in found["principals"]
    }
