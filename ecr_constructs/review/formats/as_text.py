"""What a change comes to, as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.review.finding import CONSEQUENCES
from ecr_constructs.review.report import IF_MEANT, Group, Report, grouped, summary_of
from ecr_constructs.terminal.colours import bold
from ecr_constructs.terminal.counting import number_of
from ecr_constructs.terminal.findings import finding_line, lines_of
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.wrapping import indented, wrapped

__all__ = ["as_text"]


def as_text(report: Report, screen: Screen) -> Iterator[str]:
    """Yield the findings of each environment by consequence, then how many there are."""
    if report.uncompared:
        yield wrapped(f"Nothing can be told of these files, which are wrong in {report.base}:", screen)
        yield from lines_of(report.uncompared, screen)
        yield ""
    for environment in report.affected:
        found = report.of(environment)
        yield bold(wrapped(f"{environment}: {summary_of(found)}", screen), screen)
        for consequence in CONSEQUENCES:
            if groups := grouped(each for each in found if each.consequence == consequence):
                yield ""
                yield bold(consequence, screen)
                for each in groups:
                    yield from _group(each, report, screen)
        yield ""
    yield wrapped(f"{report.compared} {summary_of(report.findings)}", screen)
    if report.reaches("attention"):
        yield wrapped(IF_MEANT, screen)


def _group(group: Group, report: Report, screen: Screen) -> Iterator[str]:
    first, others = group.first, len(group.findings) - 1
    place = report.place_of(first) + (f" and {number_of(others, 'more place')}" if others else "")
    line = finding_line(
        "acknowledged" if first.acknowledged else first.severity,
        place=place,
        key=first.problem.key,
        sentence=group.sentence,
        remedy="" if first.acknowledged else first.fix,
        code=first.code,
        screen=screen.narrower(2),
    )
    yield from indented(line)
    for each in group.details:
        for line in indented(wrapped(each, screen.narrower(4))):
            yield f"  {line}"
