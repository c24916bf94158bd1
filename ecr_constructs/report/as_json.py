"""The result of a validation as JSON, for programs: the keys are a contract."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable

from ecr_constructs.config.notices import Notice
from ecr_constructs.errors import Problem
from ecr_constructs.report.place import file_and_line
from ecr_constructs.report.summary import EnvironmentSummary

__all__ = ["as_json"]


def as_json(
    environments: Iterable[EnvironmentSummary], problems: Iterable[Problem] = (), notices: Iterable[Notice] = ()
) -> str:
    """Return one JSON object.

    Its keys are `environments`, each with the attributes of an `EnvironmentSummary`; `problems`, each with file, line,
    key, code, rule, got, fix and message; and `notices`, each with env, file, line, key, code, warning and message.
    What is not known is null.
    """
    report = {
        "environments": [dataclasses.asdict(each) for each in environments],
        "problems": [_problem(each) for each in problems],
        "notices": [_notice(each) for each in notices],
    }
    return json.dumps(report, indent=2)


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


def _notice(notice: Notice) -> dict[str, object]:
    file, line = file_and_line(notice)
    return {
        "env": notice.env,
        "file": file,
        "line": line,
        "key": notice.key,
        "code": notice.code,
        "warning": notice.is_warning,
        "message": str(notice),
    }
