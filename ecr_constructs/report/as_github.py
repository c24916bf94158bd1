"""Findings as workflow commands, which GitHub shows beside the lines of the files.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecr_constructs.errors import Problem
from ecr_constructs.report.findings import Report
from ecr_constructs.report.located import Located, located
from ecr_constructs.report.rule_pages import TOOL
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_github", "github_lines"]

_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = {**_IN_MESSAGES, **str.maketrans({":": "%3A", ",": "%2C"})}


def as_github(report: Report, _screen: Screen) -> Iterator[str]:
    """Return a line for each problem and each notice, by its severity."""
    return github_lines([*report.problems, *report.notices])


def github_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield a workflow command for each finding, by its severity, which GitHub shows at its line.

    Args:
        problems: What was found.
    """
    return map(_command, located(problems))


def _command(finding: Located) -> str:
    line = "" if finding.line is None else str(finding.line)
    properties = {"file": finding.path, "line": line, "title": f"{TOOL}: {finding.problem.code}"}
    said = ",".join(f"{key}={value.translate(_IN_PROPERTIES)}" for key, value in properties.items() if value)
    return f"::{finding.problem.severity} {said}::{finding.message.translate(_IN_MESSAGES)}"
