"""What a change comes to, as JSON for programs: the keys are a contract, which `schema_text` writes down."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator

from ecr_constructs.errors import Problem, key_of
from ecr_constructs.review.finding import SEVERITIES, Finding
from ecr_constructs.review.report import Report
from ecr_constructs.terminal.findings import file_and_line, split_place
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_json", "schema_text"]


def as_json(report: Report, _screen: Screen) -> Iterator[str]:
    """Yield one JSON object, as its schema describes it."""
    numbers: dict[str, int] = {
        severity: sum(each.severity == severity and not each.acknowledged for each in report.findings)
        for severity in SEVERITIES
    }
    document = {
        "version": 1,
        "base": report.base,
        "head": report.head,
        "environments": list(report.environments),
        "changed": list(report.changed),
        "counts": {**numbers, "acknowledged": sum(each.acknowledged for each in report.findings)},
        "findings": [_finding(each) for each in report.findings],
        "uncompared": [_uncompared(each) for each in report.uncompared],
    }
    yield json.dumps(document, indent=2)


def schema_text() -> str:
    """Return the JSON Schema of what `as_json` writes."""
    return importlib.resources.files(__package__).joinpath("report.schema.json").read_text(encoding="utf-8")


def _finding(finding: Finding) -> dict[str, object]:
    file, line = split_place(finding.source)
    return {
        "severity": finding.severity,
        "consequence": finding.consequence,
        "code": finding.code,
        "environment": finding.environment,
        "repositories": list(finding.repositories),
        "side": "base" if finding.at_base else "head",
        "file": file,
        "line": line,
        "key": key_of(finding.path),
        "what": finding.what,
        "fix": finding.fix,
        "details": list(finding.details),
        "acknowledged": finding.acknowledged,
    }


def _uncompared(problem: Problem) -> dict[str, object]:
    file, line = file_and_line(problem)
    return {"file": file, "line": line, "code": problem.code, "message": str(problem)}
