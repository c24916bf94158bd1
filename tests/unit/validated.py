"""Running `ecr-constructs validate` on environment files of a test."""

from __future__ import annotations

from typing import NamedTuple

from ecr_constructs.cli.app import run

DEV, STAGING = "111111111111", "222222222222"


class Result(NamedTuple):
    status: int
    out: str
    err: str


class Validation:
    """A project in a directory of its own, which is the current one."""

    def __init__(self, directory, monkeypatch, capsys):
        monkeypatch.chdir(directory)
        monkeypatch.delenv("ECR_ENVIRONMENTS_DIR", raising=False)
        self.directory, self._capsys = directory, capsys
        (directory / "environments").mkdir()

    def write(self, **texts):
        """Write environments/<name>.yaml with these keys beside those that are required, from line 4 on."""
        for name, text in texts.items():
            head = f"project: shop\nenv: {name}\nregion: us-east-1\n"
            (self.directory / "environments" / f"{name}.yaml").write_text(head + text, encoding="utf-8")

    def run(self, *arguments):
        """Return how the command ends, and what it writes."""
        self._capsys.readouterr()
        status = run(["validate", *arguments])
        return Result(status, *self._capsys.readouterr())
