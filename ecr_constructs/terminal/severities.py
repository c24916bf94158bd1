"""How grave something is: the words for it, their order, and their colours, the same in every command."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Final, Literal, TypeAlias

from ecr_constructs.terminal.colours import MAGENTA, RED, painted
from ecr_constructs.terminal.counting import number_of
from ecr_constructs.terminal.screen import Screen

__all__ = ["SEVERITIES", "SeverityWord", "counted", "in_colour", "numbers_of"]

SeverityWord: TypeAlias = Literal["error", "danger", "warning", "attention", "notice", "note", "acknowledged"]
"""A word of a problem (error, warning, notice), or of a consequence (danger, attention, note, acknowledged)."""

SEVERITIES: Final[tuple[SeverityWord, ...]] = (
    "error",
    "danger",
    "warning",
    "attention",
    "notice",
    "note",
    "acknowledged",
)
"""The words, the gravest first."""

# What is only to be seen stands back: it has no colour of its own.
_COLOURS: Final[dict[SeverityWord, str]] = {"error": RED, "danger": RED, "warning": MAGENTA, "attention": MAGENTA}


def in_colour(text: str, severity: SeverityWord, screen: Screen) -> str:
    """Return a text in the colour of a severity, where there are colours: its word, a code, a heading.

    Args:
        text: The text.
        severity: How grave what it says is.
        screen: Where it is read.
    """
    return painted(text, _COLOURS.get(severity), screen)


def counted(severities: Iterable[SeverityWord], files: Iterable[str] = ()) -> str:
    """Return how many there are of each severity, and in how many files: `2 dangers, 3 notes in 2 files.`.

    Args:
        severities: The severity of each finding.
        files: The file of each, as often as it comes. A directory, and what a construct is called, are no files.
    """
    known = {file for file in files if PurePath(file).suffix}
    kinds = numbers_of(severities)
    return f"{kinds} in {number_of(len(known), 'file')}." if known else f"{kinds}."


def numbers_of(severities: Iterable[SeverityWord]) -> str:
    """Return how many there are of each severity, the gravest first: `2 dangers, 3 notes`, or `no findings`.

    Args:
        severities: The severity of each finding.
    """
    found = list(severities)
    numbers = ((found.count(each), each) for each in SEVERITIES)
    return ", ".join(number_of(number, each) for number, each in numbers if number) or "no findings"
