"""The colours and the weight that parts of a text have."""

from __future__ import annotations

from typing import Final

from ecr_constructs.terminal.screen import Screen

__all__ = ["CYAN", "GREEN", "MAGENTA", "RED", "bold", "painted"]

# Of the sixteen colours that a terminal's own theme has, those that can be read on a light and on a dark one.
RED: Final = "\x1b[31m"
GREEN: Final = "\x1b[32m"
MAGENTA: Final = "\x1b[35m"
CYAN: Final = "\x1b[36m"
_END = "\x1b[39m"
_BOLD, _NOT_BOLD = "\x1b[1m", "\x1b[22m"


def painted(text: str, colour: str | None, screen: Screen) -> str:
    """Return a text in a colour, where there are colours and it has one."""
    return f"{colour}{text}{_END}" if colour is not None and screen.colours else text


def bold(text: str, screen: Screen) -> str:
    """Return a heading or a name as it stands out, where there are colours."""
    return f"{_BOLD}{text}{_NOT_BOLD}" if screen.colours else text
