"""The project's own CDKTF app, run as `cdktf synth` runs it."""

from __future__ import annotations

import dataclasses
import fnmatch
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecr_constructs.config.context import CONTEXT_VARIABLE, check_context
from ecr_constructs.config.named import unknown_environment
from ecr_constructs.errors import InvalidInput, OperationError, Problem, raise_problems, show
from ecr_constructs.sandbox.environment import of_app
from ecr_constructs.sandbox.fit import Document
from ecr_constructs.sandbox.processes import Processes

__all__ = ["AppFailed", "Stack", "app_command", "read_document", "read_manifest", "synthesise"]


# CDKTF ended with 0.21, and cdktn goes on from there: https://pypi.org/project/cdktn/#history
_FIRST_OF_CDKTN = (0, 22)


class AppFailed(OperationError):
    """The app ended with an exit status other than 0; the message holds what it said.

    Attributes:
        code: Its exit status; 2 where it refused its input.
        output: What it said.
    """

    def __init__(self, command: str, code: int, output: str) -> None:
        self.code = code
        self.output = output
        super().__init__(f"{output.rstrip()}\nThe app of cdktf.json ended with exit status {code}: {command}".lstrip())


@dataclasses.dataclass(frozen=True, slots=True)
class Stack:
    """What an app wrote for one stack.

    Attributes:
        document: Its configuration in Terraform's JSON syntax.
        warnings: What the app says about it, such as annotations of constructs.
    """

    document: Document
    warnings: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command that deploys it: `cdktn` where that engine wrote it, else `cdktf`."""
        match self.document.get("//"):
            case {"metadata": {"version": str(version)}} if release := re.match(r"(\d+)\.(\d+)", version):
                return "cdktn" if (int(release[1]), int(release[2])) >= _FIRST_OF_CDKTN else "cdktf"
        return "cdktf"


def app_command(folder: Path) -> str:
    """Return the `app` of a project's `cdktf.json`.

    Args:
        folder: The project's folder.

    Raises:
        InvalidInput: There is no such file, or it names no app.
    """
    path = folder / "cdktf.json"
    try:
        app = json.loads(path.read_text(encoding="utf-8"))["app"]
    except FileNotFoundError:
        raise InvalidInput(
            [
                Problem(
                    (),
                    "project-missing",
                    "must be in the current folder",
                    "",
                    "Change to the project's folder.",
                    path.name,
                )
            ]
        ) from None
    except (ValueError, KeyError, TypeError):
        app = None
    if not isinstance(app, str) or not app:
        raise InvalidInput(
            [Problem(("app",), "project-app", "must be the command that runs the app", show(app), "", path.name)]
        )
    return app


def synthesise(pattern: str, folder: Path, processes: Processes) -> dict[str, Stack]:
    """Run a project's app and return the stacks of a name or pattern, as `cdktf deploy` takes them.

    Args:
        pattern: Names of stacks, with `*` and `?` as in a file's name: `dev`, or `dev*` for all of its shards.
        folder: The project's folder.
        processes: Where the app runs; what it writes goes to the temporary folder.

    Raises:
        AppFailed: The app failed, or refused its input.
        InvalidInput: It made no such stack, or the context for it is none.
    """
    raise_problems(check_context(os.environ))
    command = app_command(folder)
    out = processes.folder / "out"
    context = {CONTEXT_VARIABLE: os.environ.get(CONTEXT_VARIABLE) or "{}"}
    environment = of_app(processes.folder, CDKTF_OUTDIR=str(out), **context)
    finished = processes.run(command, environment=environment, cwd=folder)
    if finished.code != 0:
        raise AppFailed(command, finished.code, finished.errors or finished.output)
    stacks = read_manifest(out)["stacks"]
    matching = sorted(fnmatch.filter(stacks, pattern), key=_natural)
    if not matching:
        problem = unknown_environment(pattern, sorted(stacks) or ["no stack at all"])
        raise InvalidInput([dataclasses.replace(problem, fix=problem.fix or "Name one of these.")])
    return {name: _read(out, stacks[name]) for name in matching}


def _read(out: Path, found: Mapping[str, Any]) -> Stack:
    return Stack(
        read_document(out / found["synthesizedStackPath"], found["name"]),
        tuple(
            f"{note['constructPath']}: {note['message']}"
            for note in found.get("annotations", ())
            if note["level"] != "@cdktf/info"
        ),
    )


def read_document(path: Path, stack: str) -> Document:
    """Return what an app wrote for a stack.

    Args:
        path: The file.
        stack: The stack's name, for the message.

    Raises:
        InvalidInput: It is not JSON, but Terraform's own language.
    """
    try:
        return dict(json.loads(path.read_bytes()))
    except (ValueError, RecursionError):
        fix = "Leave out hclOutput, which has CDKTF write Terraform's own language."
        problem = Problem((), "sandbox-form", "must be JSON for the sandbox to read it", path.name, fix, stack)
        raise InvalidInput([problem]) from None


def _natural(name: str) -> tuple[str, int]:
    """Return what sorts `dev-10` after `dev-9`."""
    head, _, number = name.rpartition("-")
    return (head, int(number)) if number.isdecimal() else (name, 0)


def read_manifest(out: Path) -> dict[str, Any]:
    """Return what an app's output folder says about its `stacks`, by name; empty where it wrote none."""
    try:
        return dict(json.loads((out / "manifest.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {"stacks": {}}
