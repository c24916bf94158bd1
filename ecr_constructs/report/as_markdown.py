"""The result of a validation as Markdown: for the page of a job, where people look first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecr_constructs.errors import Problem
from ecr_constructs.report.as_text import COLUMNS, cells_of
from ecr_constructs.report.findings import Report
from ecr_constructs.report.rule_pages import address_of_rule
from ecr_constructs.terminal.findings import count_of
from ecr_constructs.terminal.markdown import plain, table
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_markdown", "findings_table"]

_FINDINGS = ("severity", "where", "what", "what to do", "code")


def as_markdown(report: Report, _screen: Screen) -> Iterator[str]:
    """Return the environments as a table, then the problems and the notices as one, with how many there are."""
    if report.environments:
        yield "## Environments"
        yield ""
        headings = [column.heading.replace("\n", " ") for column in COLUMNS]
        yield from table(headings, ([_cell(cell) for cell in cells_of(each)] for each in report.environments))
        for sentence in report.remedies:
            yield ""
            yield plain(sentence)
    if found := [*report.problems, *report.notices]:
        yield from ["", "## Findings", ""] if report.environments else ["## Findings", ""]
        yield count_of(found)
        yield ""
        yield from findings_table(found)


def findings_table(findings: Iterable[Problem]) -> Iterator[str]:
    """Yield the lines of a table with a row for each finding; its code leads to what there is to know of it."""
    return table(_FINDINGS, map(_row, findings))


def _row(finding: Problem) -> Sequence[str]:
    where = "<br>".join(plain(part) for part in (finding.source, finding.key) if part)
    code = f"[{plain(finding.code)}]({address_of_rule(finding.code)})"
    return finding.severity, where, plain(finding.statement), plain(finding.fix), code


def _cell(text: str) -> str:
    return "<br>".join(map(plain, text.split("\n")))
