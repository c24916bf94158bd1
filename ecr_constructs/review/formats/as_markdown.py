"""What a change comes to, as Markdown: a comment on a pull request, or the summary of a job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_constructs.report.rule_pages import address_of_rule
from ecr_constructs.review.finding import SEVERITIES, Finding
from ecr_constructs.review.report import IF_MEANT, Group, Report, grouped, summary_of
from ecr_constructs.terminal.counting import number_of, some_of
from ecr_constructs.terminal.markdown import plain, table
from ecr_constructs.terminal.screen import Screen

__all__ = ["MARKER", "as_markdown"]

MARKER = "<!-- ecr-constructs review -->"
"""The first line, by which whoever comments finds the comment again that is to be replaced."""

_COLUMNS = ("severity", "consequence", "where", "what", "what to do", "code")


def as_markdown(report: Report, _screen: Screen) -> Iterator[str]:
    """Yield a table for each environment; notes, details and what is acknowledged are folded."""
    yield MARKER
    yield f"### ECR: {_said(summary_of(report.findings))}"
    yield ""
    yield _said(report.compared)
    if report.uncompared:
        yield ""
        yield f"Nothing can be told of these files, which are wrong in {_said(report.base)}:"
        yield ""
        yield from (f"- {_said(str(each))}" for each in report.uncompared)
    for environment in sorted(report.affected, key=lambda each: _gravest(report.of(each))):
        yield ""
        yield f"#### {_said(environment)}"
        yield from _environment(report.of(environment), report)
    if report.reaches("attention"):
        yield ""
        yield IF_MEANT


def _environment(found: Sequence[Finding], report: Report) -> Iterator[str]:
    grave = sorted((each for each in found if not each.acknowledged and each.severity != "note"), key=_severity)
    notes = [each for each in found if not each.acknowledged and each.severity == "note"]
    known = [each for each in found if each.acknowledged]
    if grave:
        yield ""
        yield from _table(grave, report)
        yield from _details(grave)
    if notes:
        yield from _folded(number_of(len(notes), "note"), [*_table(notes, report), *_details(notes)])
    if known:
        yield from _folded(f"{len(known):,} acknowledged", [*_table(known, report), *_details(known)])


def _severity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _gravest(findings: Sequence[Finding]) -> int:
    """Return how grave an environment's findings are: the gravest come first, whatever a long comment is cut at."""
    return min((_severity(each) for each in findings if not each.acknowledged), default=len(SEVERITIES))


def _table(findings: Sequence[Finding], report: Report) -> Iterator[str]:
    return table(_COLUMNS, (_row(each, report) for each in grouped(findings)))


def _row(group: Group, report: Report) -> Sequence[str]:
    first, others = group.first, len(group.findings) - 1
    where = [report.place_of(first), first.problem.key, number_of(others, "more place") if others else ""]
    return (
        f"**{first.severity}**" if first.severity == "danger" else first.severity,
        first.consequence,
        "<br>".join(map(_said, filter(None, where))),
        _said(group.sentence),
        _said(first.fix),
        f"[{first.code}]({address_of_rule(first.code)})",
    )


def _details(findings: Sequence[Finding]) -> Iterator[str]:
    for group in grouped(findings):
        if group.details:
            lines = [each.replace("```", "'''") for each in group.details]
            names = some_of(group.repositories, "repository")
            title = f"Details: {group.first.code}{f' of {names}' if names else ''}"
            yield from _folded(title, ["```text", *lines, "```"])


def _folded(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{_said(title)}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"


def _said(text: str) -> str:
    """Return a text that calls nobody, names no issue and leads nowhere: empty comments keep the signs apart."""
    said = plain(text)
    for sign in ("@", "#", "://", "www."):
        said = said.replace(sign, f"{sign[:1]}<!-- -->{sign[1:]}")
    return said
