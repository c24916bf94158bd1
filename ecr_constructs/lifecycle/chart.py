"""What remains day by day, as a chart in a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ecr_constructs.lifecycle.grid import grid
from ecr_constructs.lifecycle.preview import monthly_cost
from ecr_constructs.lifecycle.timeline import Day, Timeline
from ecr_constructs.lifecycle.words import size_of_bytes
from ecr_constructs.terminal.screen import Screen

__all__ = ["chart"]

_BAR = "█"
_LEAST_BAR, _LONGEST_BAR = 10, 40
_MOST_ROWS = 61


def chart(timeline: Timeline, screen: Screen, *, price: float, every: bool) -> Iterator[str]:
    """Yield the lines of a table with a bar for the images of each day.

    Args:
        timeline: The days.
        screen: Where it is read.
        price: What a GB costs a month.
        every: Whether each day has a line, however many there are.
    """
    days = timeline.days
    step = 1 if every else math.ceil(len(days) / _MOST_ROWS)
    shown = [day for day in days if day.number % step == 0 or day is days[-1]]
    most = max((day.images + day.archived for day in days), default=0) or 1
    archive = any(day.archived for day in days)
    headings = ["day", "date", "pushed", "expired", "images", "size", "USD a month"]
    headings[5:5] = ["archived"] if archive else []
    since = {day.number: _between(days, day.number, step) for day in shown}
    rows = [_row(day, since[day.number], price, archive=archive) for day in shown]
    if screen.is_bounded and _width(headings, rows) + 2 + _LEAST_BAR > screen.width:
        # The date and what comes and goes can be done without.
        keep = [index for index, heading in enumerate(headings) if heading in ("day", "images", "size", "archived")]
        headings, rows = [headings[index] for index in keep], [[row[index] for index in keep] for row in rows]
    room = max(_LEAST_BAR, min(_LONGEST_BAR, screen.width - _width(headings, rows) - 2))
    for row, day in zip(rows, shown, strict=True):
        row.append(_BAR * max(round((day.images + day.archived) / most * room), int(day.images + day.archived > 0)))
    yield ""
    yield from grid([*headings, "remaining"], rows, screen, right=headings)
    if step > 1:
        yield f"Every {step} days; --all shows each."


def _row(day: Day, since: tuple[int, int], price: float, *, archive: bool) -> list[str]:
    pushed, expired = since
    return [
        str(day.number),
        day.at.date().isoformat(),
        f"{pushed:,}",
        f"{expired:,}",
        f"{day.images:,}",
        *([f"{day.archived:,}"] if archive else []),
        size_of_bytes(day.size),
        f"{monthly_cost(day.size, price):,.2f}",
    ]


def _between(days: tuple[Day, ...], number: int, step: int) -> tuple[int, int]:
    """Return how many images came and went since the day that is shown before."""
    before = number - (number % step or step)
    span = days[max(before + 1, 0) : number + 1]
    return sum(day.pushed for day in span), sum(day.expired for day in span)


def _width(headings: list[str], rows: list[list[str]]) -> int:
    columns = zip(headings, *rows, strict=True)
    return sum(max(map(len, column)) + 2 for column in columns) - 2
