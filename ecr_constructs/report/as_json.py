"""The result of a validation as JSON, for programs: the keys are a contract."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

from ecr_constructs.errors import Problem
from ecr_constructs.report.findings import Report
from ecr_constructs.terminal.findings import file_and_line
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_json"]


def as_json(report: Report, _screen: Screen) -> Iterator[str]:
    """Return one JSON object.

    Its keys are `environments`, each with the attributes of an `EnvironmentSummary`; `problems`, each with file, line,
    key, code, rule, got, fix and message; and `notices`, each with env, file, line, key, code, warning and message.
    What is not known is null.
    """
    document = {
        "environments": [dataclasses.asdict(each) for each in report.environments],
        "problems": [_problem(each) for each in report.problems],
        "notices": [_notice(env, each) for env, notices in report.noticed.items() for each in notices],
    }
    yield json.dumps(document, indent=2)


def _problem(problem: Problem) -> dict[str, object]:
    file, line = file_and_line(problem)
    return {
        "file": file,
        "line": line,
        "key": problem.key,
        "code": problem.code,
        "rule": problem.rule,
        "got": problem.got,
        "fix": problem.fix,
        "message": str(problem),
    }


def _notice(env: str, notice: Problem) -> dict[str, object]:
    file, line = file_and_line(notice)
    return {
        "env": env,
        "file": file,
        "line": line,
        "key": notice.key,
        "code": notice.code,
        "warning": notice.severity == "warning",
        "message": str(notice),
    }
