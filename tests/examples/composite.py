"""A composite action of GitHub, run step by step as a runner does it.

What a runner has and this has not: steps with `uses` are listed, and not run.
https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

import dataclasses
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.unit.test_ci_examples import read

_EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")


@dataclasses.dataclass
class Ran:
    """What came of an action.

    Attributes:
        status: The exit status of the step that failed; 0 where none did.
        log: What the steps wrote.
        ran: The names of the steps that ran, or would have been used.
        outputs: The outputs of the action.
        summary: What the summary of the job shows.
    """

    status: int
    log: str
    ran: list[str]
    outputs: dict[str, str]
    summary: str


def run_action(
    action: Path,
    *,
    workspace: Path,
    temporary: Path,
    environment: Mapping[str, str],
    event: Mapping[str, Any],
    inputs: Mapping[str, str] | None = None,
) -> Ran:
    """Run an action.

    Args:
        action: Its file.
        workspace: The folder that is checked out.
        temporary: A folder for what is left behind.
        environment: The variables of the process.
        event: What the event says.
        inputs: The inputs that a workflow gives.
    """
    declared = read(action)
    assert {*(inputs or {})} <= {*declared["inputs"]}
    github = {"event": event, "token": "a-token"}
    context: dict[str, Any] = {"github": github, "steps": {}}
    defaults = {name: _filled(str(each["default"]), context) for name, each in declared["inputs"].items()}
    context["inputs"] = {**defaults, **(inputs or {})}
    temporary.mkdir(parents=True, exist_ok=True)
    summary = temporary / "summary.md"
    summary.touch()
    made = Ran(0, "", [], {}, "")
    for number, step in enumerate(declared["runs"]["steps"]):
        if not _value(step.get("if", "'always'"), context):
            continue
        made.ran.append(step["name"])
        if "uses" in step:
            continue
        outputs, script = temporary / f"outputs-{number}", temporary / f"step-{number}.sh"
        outputs.touch()
        script.write_text(_filled(step["run"], context), encoding="utf-8")
        assert step["shell"] == "bash"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=workspace,
            env={
                **environment,
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(action.parent),
                "GITHUB_OUTPUT": str(outputs),
                "GITHUB_REPOSITORY": "acme/web",
                "GITHUB_RUN_ID": "42",
                "GITHUB_STEP_SUMMARY": str(summary),
                "RUNNER_TEMP": str(temporary),
                **{name: _filled(str(value), context) for name, value in step.get("env", {}).items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        made.log += done.stdout
        said = dict(line.split("=", 1) for line in outputs.read_text(encoding="utf-8").splitlines())
        context["steps"][step.get("id", str(number))] = {"outputs": said}
        if done.returncode != 0:
            made.status = done.returncode
            break
    made.outputs = {name: _filled(each["value"], context) for name, each in declared["outputs"].items()}
    made.summary = summary.read_text(encoding="utf-8")
    return made


def _filled(text: str, context: Mapping[str, Any]) -> str:
    return _EXPRESSION.sub(lambda found: str(_value(found[1], context)), text)


def _value(expression: str, context: Mapping[str, Any]) -> Any:
    """Return what an expression comes to: of `||`, `&&`, `==`, `!=`, texts and names, which are all that is used."""
    value: Any = ""
    for alternative in expression.split("||"):
        for part in alternative.split("&&"):
            left, _, operator, right = (*re.split(r"(([!=])=)", part), "", "", "")[:4]
            value = _operand(left, context)
            if operator:
                value = (value == _operand(right, context)) is (operator == "=")
            if not value:
                break
        if value:
            break
    return value


def _operand(text: str, context: Mapping[str, Any]) -> Any:
    text = text.strip()
    if text.startswith("'"):
        return text.strip("'")
    value: Any = context
    for name in text.split("."):
        # What is not there is null, which is an empty text.
        value = value.get(name, {}) if isinstance(value, Mapping) else {}
    return "" if value == {} else value
