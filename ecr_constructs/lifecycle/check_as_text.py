"""What was found in lifecycle policies, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_constructs.lifecycle.check import Checked, Finding
from ecr_constructs.lifecycle.shown_by import Shown
from ecr_constructs.lifecycle.shown_words import age_in_words, rule_in_words, tags_in_words
from ecr_constructs.lifecycle.words import ACTIONS, count_of
from ecr_constructs.terminal.findings import lines_of
from ecr_constructs.terminal.records import Column, records
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.wrapping import wrapped

__all__ = ["check_as_text", "rows_of"]

_INDENT = "  "
_MOST_ROWS = 6
_FIRST_ROWS = 2
_MOST_NAMES = 5
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
        said = f"{each.name}: {count_of(len(each.findings), 'finding')} in {_policies(each.policies)}"
        more = f", {each.acknowledged:,} more acknowledged" if each.acknowledged else ""
        yield wrapped(f"{said}{more}.", screen)


def _finding(finding: Finding, screen: Screen) -> Iterator[str]:
    yield next(lines_of([finding.notice], screen))
    narrower = Screen(width=screen.width - len(_INDENT), is_bounded=screen.is_bounded, colours=screen.colours)
    if finding.repositories:
        yield from _indented(wrapped(_names(finding.repositories), narrower))
    if finding.shown is not None:
        yield ""
        yield from _indented(records(_COLUMNS, rows_of(finding.shown), narrower))


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


def _names(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[: _MOST_NAMES - 1])} and {len(names) - _MOST_NAMES + 1:,} more repositories"


def _policies(number: int) -> str:
    return "1 policy" if number == 1 else f"{number:,} policies"


def _indented(text: str) -> Iterator[str]:
    yield from (f"{_INDENT}{line}".rstrip() for line in text.splitlines())
