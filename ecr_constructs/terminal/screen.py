"""How wide a stream is, and whether it takes colours."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Mapping
from typing import TextIO

__all__ = ["DEFAULT_WIDTH", "Screen", "has_colours", "is_terminal", "screen_of"]

DEFAULT_WIDTH = 120
"""Columns where nothing says how many there are."""


@dataclasses.dataclass(frozen=True, slots=True)
class Screen:
    """Where text is read.

    Attributes:
        width: How many columns there are.
        is_bounded: Whether what is wider is broken by the terminal; nothing breaks lines in a file or a pipe.
        colours: Whether parts may be in colour.
    """

    width: int = DEFAULT_WIDTH
    is_bounded: bool = False
    colours: bool = False

    def narrower(self, columns: int) -> Screen:
        """Return the screen that is left right of an indent of so many columns."""
        return dataclasses.replace(self, width=max(self.width - columns, 1))


def screen_of(stream: TextIO, *, width: int = DEFAULT_WIDTH) -> Screen:
    """Return what a stream is read on.

    Args:
        stream: The stream.
        width: How many columns there are where it is no terminal. A terminal has as many as `COLUMNS` says, or itself.
    """
    bounded = is_terminal(stream)
    columns = shutil.get_terminal_size().columns if bounded else width
    return Screen(width=columns, is_bounded=bounded, colours=has_colours(stream, os.environ))


def has_colours(stream: TextIO, variables: Mapping[str, str]) -> bool:
    """Tell whether what is written to a stream may be in colour.

    That is on a terminal, unless `TERM` is dumb. `FORCE_COLOR` says yes wherever it goes, and `NO_COLOR` no
    (https://no-color.org, https://force-color.org), each with any text; `NO_COLOR` goes first.
    """
    if variables.get("NO_COLOR"):
        return False
    if variables.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and variables.get("TERM") != "dumb"


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal; one that is closed is none."""
    return not stream.closed and stream.isatty()
