"""A table of a hundred thousand rows in a second: cells of one line each, in columns as wide as they need."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ecr_constructs.terminal.colours import bold
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.wrapping import INDENT, indented, wrapped

__all__ = ["grid"]

_BETWEEN = "  "
_WIDEST = 60


def grid(
    headings: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen, *, right: Collection[str] = ()
) -> Iterator[str]:
    """Yield the lines of a table, or of a block of two for each row where the screen would break it.

    Columns without a word in any row are left out. A cell that is wider than most may move those after it.

    Args:
        headings: What the columns are called.
        rows: The rows.
        screen: Where it is read.
        right: Headings of the columns that stand at the right.
    """
    shown = [index for index in range(len(headings)) if any(row[index] for row in rows)]
    if not shown:
        return
    headings = [headings[index] for index in shown]
    rows = [[row[index] for index in shown] for row in rows]
    columns = list(zip(headings, *rows, strict=True))
    widths = [min(max(map(len, column)), _WIDEST) for column in columns]
    widest = max(sum(len(cell) for cell in row) for row in rows)
    total = sum(widths) + len(_BETWEEN) * (len(widths) - 1)
    if screen.is_bounded and max(total, widest) > screen.width:
        for row in rows:
            yield from _block(headings, row, screen)
        return
    form = _BETWEEN.join(
        f"{{:{'>' if heading in right else '<'}{width}}}" for heading, width in zip(headings, widths, strict=True)
    )
    yield bold(form.format(*headings).rstrip(), screen)
    yield "─" * total
    for row in rows:
        yield form.format(*row).rstrip()


def _block(headings: Sequence[str], row: Sequence[str], screen: Screen) -> Iterator[str]:
    """Yield the lines of one row: what it is about, and all that is said of it below."""
    yield bold(row[0], screen)
    facts = (f"{heading} {cell}" for heading, cell in zip(headings[1:], row[1:], strict=True) if cell)
    yield from indented(wrapped(", ".join(facts), screen.narrower(len(INDENT))))
