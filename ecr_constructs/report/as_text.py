"""The result of a validation as text: a table of the environments, and sentences on what is to be known of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

from ecr_constructs.report.findings import Report
from ecr_constructs.report.formats import DEFAULT_WIDTH
from ecr_constructs.report.summary import OWN_ORGANIZATION, EnvironmentSummary, Puller

__all__ = ["as_text", "environments_table"]

# What may be broken into lines keeps so many columns; nothing else is broken or cut, however wide it gets.
_LEAST = 20
_WIDEST = 10_000
_HEADINGS = (
    "environment",
    "account\nregion",
    "strategy",
    "repositories",
    "who pulls",
    "stacks",
    "parameters",
    "first\napply",
    "plan",
)
_BROKEN = "who pulls"
_NUMBERS = _HEADINGS[5:]


def as_text(report: Report, width: int) -> Iterator[str]:
    """Return the problems, or a table with what is to be known below it."""
    if report.problems:
        yield from map(str, report.problems)
        return
    yield environments_table(report.environments, width=width)
    below = [*report.remedies, *map(str, report.notices)]
    if below:
        yield ""
        yield from below


def environments_table(environments: Sequence[EnvironmentSummary], *, width: int = DEFAULT_WIDTH) -> str:
    """Return a table with a row for each environment.

    Args:
        environments: The environments.
        width: How many columns there are; it takes more where it needs them.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    rows = [tuple(_cells(each)) for each in environments]
    for heading, *cells in zip(_HEADINGS, *rows, strict=True):
        justify: Literal["left", "right"] = "right" if heading in _NUMBERS else "left"
        whole = max(len(line) for cell in (heading, *cells) for line in cell.split("\n"))
        broken = heading == _BROKEN
        table.add_column(heading, justify=justify, no_wrap=not broken, min_width=_LEAST if broken else whole)
    for row in rows:
        table.add_row(*row)
    console = Console(width=_WIDEST, color_system=None, markup=False, highlight=False)
    console.width = max(width, console.measure(table).minimum)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _cells(environment: EnvironmentSummary) -> Iterator[str]:
    made = sum(each.made for each in environment.repositories)
    referred = len(environment.repositories) - made
    yield environment.name
    yield f"{environment.account_id or 'any'}\n{environment.region}"
    yield environment.strategy
    yield "\n".join([f"{made} made"] * bool(made) + [f"{referred} referred to"] * bool(referred)) or "none"
    yield "\n".join(_pulls(environment, made)) or "own account"
    yield str(environment.stacks)
    yield str(environment.parameters)
    yield _minutes(environment.first_apply_minutes)
    yield _minutes(environment.plan_minutes)


def _pulls(environment: EnvironmentSummary, made: int) -> Iterator[str]:
    if (source := environment.source) is not None:
        place = f"{source.account_id}, {source.region}"
        yield f"from {place}" if source.env is None else f"from {source.env} ({place})"
    for puller in environment.pulled_by:
        part = "" if puller.repositories == made else f": {puller.repositories} of {made}"
        yield f"{_who(puller)}{part}"


def _who(puller: Puller) -> str:
    if puller.organization is not None:
        own = puller.organization == OWN_ORGANIZATION
        return "own organisation" if own else f"organisation {puller.organization}"
    return f"{', '.join(puller.environments)} ({puller.account_id})" if puller.environments else str(puller.account_id)


def _minutes(minutes: float) -> str:
    return "< 1 min" if minutes < 1 else f"{minutes:.0f} min"
