"""How far something has come, on a terminal alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from ecr_constructs.terminal.screen import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Bar", "bar_on"]


class Bar:
    """A bar for each thing that is begun, or nothing where nobody looks."""

    def __init__(self, shown: Progress | None = None) -> None:
        """Make it.

        Args:
            shown: Where the bars are shown; default nowhere.
        """
        self._shown = shown
        self._task: TaskID | None = None

    def start(self, what: str, total: int | None = None) -> None:
        """Begin something, of which there is so much; None where nobody knows."""
        if self._shown is not None:
            if self._task is not None:
                self._shown.remove_task(self._task)
            self._task = self._shown.add_task(what, total=total)

    def advance(self, number: int = 1) -> None:
        """Go on by so much."""
        if self._shown is not None and self._task is not None:
            self._shown.advance(self._task, number)


@contextlib.contextmanager
def bar_on(stream: TextIO) -> Iterator[Bar]:
    """Show how far things have come on a stream while the block runs, and leave nothing there.

    Args:
        stream: Where; nothing is shown where it is no terminal.
    """
    if not is_terminal(stream):
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as shown:
        yield Bar(shown)
