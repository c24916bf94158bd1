"""Lines that a screen would break: broken between words instead, so that nothing to be copied is torn apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecr_constructs.terminal.screen import Screen

__all__ = ["INDENT", "indented", "wrapped"]

INDENT = "  "
"""How far what belongs to a line stands to the right of it."""

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
            used = len(INDENT)
        used += width + bool(lines[-1])
        lines[-1].append(word)
    return f"\n{INDENT}".join(map(" ".join, lines))


def indented(text: str) -> Iterator[str]:
    """Yield the lines of a text, each below what it belongs to; a screen `narrower` by an indent has room for them."""
    yield from (f"{INDENT}{line}".rstrip() for line in text.splitlines())
