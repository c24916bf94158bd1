"""Findings as a report of GitLab's Code Quality, which merge requests show beside the lines that they change.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from ecr_constructs.errors import Problem, Severity
from ecr_constructs.report.findings import Report
from ecr_constructs.report.located import Located, located
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_gitlab", "code_quality_of"]

_SEVERITIES: Final[dict[Severity, str]] = {"error": "critical", "warning": "major", "notice": "info"}
# A path and a line are required: what is about no file is about the repository, from its beginning.
_NO_FILE, _FIRST_LINE = ".", 1


def as_gitlab(report: Report, _screen: Screen) -> Iterator[str]:
    """Return one JSON list with an entry for each problem and each notice."""
    yield code_quality_of([*report.problems, *report.notices])


def code_quality_of(problems: Iterable[Problem]) -> str:
    """Return findings as a JSON list; an error is `critical`, a warning `major`, and a notice `info`.

    Args:
        problems: What was found.
    """
    return json.dumps([_entry(each) for each in located(problems)], indent=2)


def _entry(finding: Located) -> dict[str, object]:
    return {
        "description": finding.message,
        "check_name": finding.problem.code,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.problem.severity],
        "location": {"path": finding.path or _NO_FILE, "lines": {"begin": finding.line or _FIRST_LINE}},
    }
