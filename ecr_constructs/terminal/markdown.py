"""Text and tables of Markdown, for pages, comments and the summaries of jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

__all__ = ["plain", "row", "table"]

# What Markdown would read as something else than text.
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|~"} | {"&": "&amp;", "\n": " ", "\r": " "})


def plain(text: str) -> str:
    """Return a text as Markdown that shows it letter by letter."""
    return text.translate(_SIGNS)


def row(cells: Iterable[str]) -> str:
    """Return a row of a table; its cells are Markdown."""
    return f"| {' | '.join(cells)} |"


def table(headings: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a table.

    Args:
        headings: What the columns are called.
        rows: The rows; their cells are Markdown.
    """
    yield row(headings)
    yield row(["---"] * len(headings))
    yield from map(row, rows)
