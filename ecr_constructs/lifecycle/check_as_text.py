"""What was found in lifecycle policies, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_constructs.lifecycle.check import Checked, Finding
from ecr_constructs.lifecycle.shown_by import Shown
from ecr_constructs.lifecycle.shown_words import age_in_words, rule_in_words, tags_in_words
from ecr_constructs.lifecycle.words import ACTIONS
from ecr_constructs.terminal.counting import number_of, some_of
from ecr_constructs.terminal.findings import line_of
from ecr_constructs.terminal.records import Column, records
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.severities import numbers_of
from ecr_constructs.terminal.wrapping import INDENT, indented, wrapped

__all__ = ["check_as_text", "rows_of"]

_MOST_ROWS = 6
_FIRST_ROWS = 2
_COLUMNS = (
    Column("images", is_text=True),
    Column("age", is_number=True),
    Column("outcome"),
    Column("by", is_text=True),
)


def check_as_text(checked: Sequence[Checked], screen: Screen) -> Iterator[str]:
    """Yield what was found, each with the smallest set of images that shows it.

    Args:
        checked: What was found in each environment.
        screen: Where it is read.
    """
    for each in checked:
        for finding in each.findings:
            yield from _finding(finding, screen)
            yield ""
    for each in checked:
        found = numbers_of(finding.notice.severity for finding in each.findings)
        said = f"{each.name}: {found} in {number_of(each.policies, 'policy')}"
        more = f", {each.acknowledged:,} more acknowledged" if each.acknowledged else ""
        yield wrapped(f"{said}{more}.", screen)


def _finding(finding: Finding, screen: Screen) -> Iterator[str]:
    yield line_of(finding.notice, screen)
    narrower = screen.narrower(len(INDENT))
    if finding.repositories:
        names = some_of(finding.repositories, "repository")
        yield from indented(wrapped(f"Repositories: {names}", narrower))
    if finding.shown is not None:
        yield ""
        yield from indented(records(_COLUMNS, rows_of(finding.shown), narrower))


def rows_of(shown: Shown) -> list[tuple[str, ...]]:
    """Return a row for each image: its tags, its age, what becomes of it, and by which rule.

    Of many images the first ones and the last one have a row of their own.
    """
    rows: list[tuple[str, ...]] = [
        (
            tags_in_words(outcome.image),
            age_in_words(shown, outcome.image),
            ACTIONS[outcome.action],
            rule_in_words(shown, outcome),
        )
        for outcome in shown.outcomes
    ]
    if len(rows) <= _MOST_ROWS:
        return rows
    left_out = rows[_FIRST_ROWS:-1]
    # They are of one kind, and differ by their age alone.
    return [*rows[:_FIRST_ROWS], (f"{len(left_out):,} more", "", left_out[0][2], left_out[0][3]), rows[-1]]
