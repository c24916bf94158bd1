"""Findings as SARIF 2.1.0, the format that code scanning of GitHub, Azure DevOps and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and what GitHub takes of it:
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ecr_constructs.config.rules.catalogue import Entry, catalogue
from ecr_constructs.errors import Problem, Severity
from ecr_constructs.report.findings import Report
from ecr_constructs.report.located import Located, located
from ecr_constructs.report.rule_pages import TOOL, address_of_rule, project_address, tool_version
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_sarif", "sarif_of"]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "notice": "note"}
# GitHub has a fingerprint of its own, of the text of the line, that its upload makes and compares: it has another name.
_FINGERPRINT: Final = "ecrConstructsFinding/v1"
_ROOT: Final = "%SRCROOT%"
# GitHub refuses results without a place: what is about no file is about the repository.
_NO_FILE: Final = "."


def as_sarif(report: Report, _screen: Screen) -> Iterator[str]:
    """Return one JSON object with a result for each problem and each notice."""
    yield sarif_of([*report.problems, *report.notices])


def sarif_of(problems: Iterable[Problem], *, acknowledged: Iterable[Problem] = ()) -> str:
    """Return findings as a log of SARIF with one run, the same bytes for the same findings.

    An error is of the level `error`, a warning of `warning`, and a notice of `note`. The rules are those of the
    findings, with what the catalogue says of them.

    Args:
        problems: What was found.
        acknowledged: What was found and is acknowledged in the files: results that are suppressed there. GitHub shows
            these too, as it reads no suppressions.
    """
    shown, suppressed = list(problems), list(acknowledged)
    codes = sorted({each.code for each in (*shown, *suppressed)})
    places = {code: index for index, code in enumerate(codes)}
    results = [_result(each, places) for each in located([*shown, *suppressed])]
    for result in results[len(shown) :]:
        result["suppressions"] = [
            {"kind": "inSource", "status": "accepted", "justification": f"acknowledge: [{result['ruleId']}]"}
        ]
    driver = {
        "name": TOOL,
        "version": tool_version(),
        "informationUri": project_address(),
        "rules": [_rule(code) for code in codes],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str) -> dict[str, Any]:
    # Whatever says a code of its own is shown all the same.
    entry = catalogue().get(code) or Entry(subject=TOOL, title=code)
    address = address_of_rule(code)
    title = f"{entry.title}."
    source = f" Source: {entry.page}" if entry.page else ""
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}{source}"},
        "help": {"text": f"{title} {address}", "markdown": f"{title} [{code}]({address}).{source}"},
        "helpUri": address,
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
        "properties": {"tags": [entry.subject]},
    }


def _result(finding: Located, rules: dict[str, int]) -> dict[str, Any]:
    code = finding.problem.code
    return {
        "ruleId": code,
        "ruleIndex": rules[code],
        "level": _LEVELS[finding.problem.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _place(finding)}],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
    }


def _place(finding: Located) -> dict[str, Any]:
    path = Path(finding.path)
    whole = path.is_absolute()
    file = {"uri": path.as_uri()} if whole else {"uri": quote(finding.path or _NO_FILE), "uriBaseId": _ROOT}
    region = {} if finding.line is None else {"region": {"startLine": finding.line}}
    return {"artifactLocation": file, **region}
