"""The result of a validation as workflow commands, which GitHub shows beside the lines of the files.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.errors import Problem
from ecr_constructs.report.findings import Report
from ecr_constructs.terminal.findings import file_and_line
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_github"]

_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = {**_IN_MESSAGES, **str.maketrans({":": "%3A", ",": "%2C"})}


def as_github(report: Report, _screen: Screen) -> Iterator[str]:
    """Return a line for each problem and each notice, by its severity."""
    for finding in (*report.problems, *report.notices):
        yield _command(finding)


def _command(finding: Problem) -> str:
    file, line = file_and_line(finding)
    properties = {"file": file, "line": "" if line is None else str(line), "title": f"ecr-constructs: {finding.code}"}
    said = ",".join(f"{key}={value.translate(_IN_PROPERTIES)}" for key, value in properties.items() if value)
    # The place is a property already, and so is the code.
    message = str(dataclasses.replace(finding, source="")).removesuffix(f" [{finding.code}]")
    return f"::{finding.severity} {said}::{message.translate(_IN_MESSAGES)}"
