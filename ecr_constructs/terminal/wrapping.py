"""Lines that a screen would break: broken between words instead, so that nothing to be copied is torn apart."""

from __future__ import annotations

import re

from ecr_constructs.terminal.screen import Screen

__all__ = ["wrapped"]

_INDENT = "  "
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def wrapped(line: str, screen: Screen) -> str:
    """Return a line as it is to be shown: whole where nothing breaks it, else in lines, all but the first indented.

    Args:
        line: The line, which may hold colours.
        screen: Where it is read.
    """
    if not screen.is_bounded:
        return line
    lines: list[list[str]] = [[]]
    used = 0
    for word in line.split(" "):
        width = len(_COLOUR.sub("", word))
        if lines[-1] and used + 1 + width > screen.width:
            lines.append([])
            used = len(_INDENT)
        used += width + bool(lines[-1])
        lines[-1].append(word)
    return f"\n{_INDENT}".join(map(" ".join, lines))
