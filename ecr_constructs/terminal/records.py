"""Things with the same few facts each: a table where there is room for it, else a block for each of them.

Words are never broken, so that an account id, a URL or an ARN can be copied; text is broken between words.
"""

from __future__ import annotations

import dataclasses
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

from ecr_constructs.terminal.colours import bold
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.wrapping import INDENT

__all__ = ["Column", "records"]

# What may be broken into lines keeps so many columns, or those of its longest word.
_LEAST = 20
_WIDEST = 10_000
_AT_THE_END = re.compile(r"(?:\x1b\[[0-9;]*m| )+$")


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One of the facts.

    Attributes:
        heading: What it is called; a line break in it is one of the table alone.
        is_text: Whether it may be broken between words.
        is_number: Whether it stands at the right.
        least: How many columns of a table it takes at least, whatever it says.
        keys: What the lines of a cell are called in a block, where they are facts of their own; default the heading.
    """

    heading: str
    is_text: bool = False
    is_number: bool = False
    least: int = 0
    keys: tuple[str, ...] = ()


def records(columns: Sequence[Column], rows: Sequence[Sequence[str]], screen: Screen, *, lines: bool = False) -> str:
    """Return things as a table, or as blocks where a table would be broken by the screen.

    Args:
        columns: The facts; the first one is the thing's name.
        rows: Each thing, with one cell for each fact.
        screen: Where it is read. Where nothing breaks lines it is a table, which takes more columns if it needs them.
        lines: Whether a frame and a line between the rows are drawn.
    """
    table = _table(columns, rows, lines=lines)
    console = Console(
        width=_WIDEST,
        color_system="standard" if screen.colours else None,
        force_terminal=screen.colours,
        no_color=False,
        markup=False,
        highlight=False,
    )
    least = console.measure(table).minimum
    if screen.is_bounded and least > screen.width:
        return "\n\n".join("\n".join(_block(columns, row, screen)) for row in rows)
    console.width = max(screen.width, least)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(_AT_THE_END.sub(_without_blanks, line) for line in captured.get().splitlines())


def _without_blanks(end: re.Match[str]) -> str:
    return end.group().replace(" ", "")


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, lines: bool) -> Table:
    if lines:
        table = Table(show_lines=len(rows) > 1)
    else:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for index, column in enumerate(columns):
        cells = [line for row in rows for line in row[index].split("\n")]
        least = max(map(len, (*column.heading.split("\n"), *cells)))
        if column.is_text:
            words = [word for cell in cells for word in cell.split()]
            least = max(min(_LEAST, least), max(map(len, words), default=0))
        justify: Literal["left", "right"] = "right" if column.is_number else "left"
        table.add_column(
            column.heading, justify=justify, no_wrap=not column.is_text, min_width=max(column.least, least)
        )
    for row in rows:
        table.add_row(*row)
    return table


def _block(columns: Sequence[Column], row: Sequence[str], screen: Screen) -> Iterator[str]:
    """Yield the lines of one thing: its name, and below it a line for each fact that there is."""
    yield bold(row[0], screen)
    facts = [fact for column, cell in zip(columns[1:], row[1:], strict=True) for fact in _facts(column, cell)]
    keys = max((len(key) for key, _ in facts), default=0)
    for key, value in facts:
        head = f"{INDENT}{key.ljust(keys)}  "
        broken = [line for part in value.split("\n") for line in _broken(part, screen.width - len(head))]
        if max(map(len, broken)) > screen.width - len(head):
            # On lines of its own it has more room.
            yield f"{INDENT}{key}"
            indent = INDENT * 2
            yield from (
                f"{indent}{line}" for part in value.split("\n") for line in _broken(part, screen.width - len(indent))
            )
            continue
        yield f"{head}{broken[0]}"
        yield from (f"{' ' * len(head)}{line}" for line in broken[1:])


def _facts(column: Column, cell: str) -> Iterator[tuple[str, str]]:
    if column.keys:
        yield from ((key, line) for key, line in zip(column.keys, cell.split("\n"), strict=True) if line)
    elif cell:
        yield column.heading.replace("\n", " "), cell


def _broken(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False) or [""]
