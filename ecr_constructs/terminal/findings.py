"""Problems and notices in lines, and their count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from ecr_constructs.errors import Problem, ProblemPart, Severity
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.wrapping import wrapped

__all__ = ["count_of", "file_and_line", "line_of", "lines_of"]

# Of the sixteen colours that a terminal's own theme has, those that can be read on a light and on a dark one.
_RED, _GREEN, _MAGENTA, _CYAN = "\x1b[31m", "\x1b[32m", "\x1b[35m", "\x1b[36m"
_END = "\x1b[39m"
_COLOURS = {"place": _CYAN, "remedy": _GREEN}
_CODES: dict[Severity, str] = {"error": _RED, "warning": _MAGENTA, "notice": _MAGENTA}
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice")


def lines_of(findings: Sequence[Problem], screen: Screen) -> Iterator[str]:
    """Yield a line for each finding, and after a blank one how many there are of them.

    A line that the screen would break is broken between words. What is about the command line alone is not counted: it
    is all there to be seen.
    """
    yield from (wrapped(line_of(each, colours=screen.colours), screen) for each in findings)
    if any(each.source for each in findings):
        yield ""
        yield count_of(findings)


def line_of(finding: Problem, *, colours: bool) -> str:
    """Return a finding in one line; with colours its place, the code of its rule and its remedy have their own."""
    if not colours:
        return str(finding)

    def painted(part: ProblemPart, text: str) -> str:
        colour = _CODES[finding.severity] if part == "code" else _COLOURS.get(part)
        return text if colour is None else f"{colour}{text}{_END}"

    return finding.written(painted)


def count_of(findings: Iterable[Problem]) -> str:
    """Return how many findings there are of each severity, and in how many files: `3 errors, 1 notice in 2 files.`."""
    found = list(findings)
    numbers = ((each, sum(finding.severity == each for finding in found)) for each in _SEVERITIES)
    kinds = ", ".join(_number(number, each) for each, number in numbers if number)
    # A directory, and what a construct is called, are no files.
    files = {file for each in found if PurePath(file := file_and_line(each)[0]).suffix}
    return f"{kinds} in {_number(len(files), 'file')}." if files else f"{kinds}."


def file_and_line(finding: Problem) -> tuple[str, int | None]:
    """Return the file and the line of what was found; the line is None where it is about a file as a whole."""
    file, _, line = finding.source.rpartition(":")
    # Not every digit of Unicode is one of a line.
    return (file, int(line)) if file and line.isascii() and line.isdigit() else (finding.source, None)


def _number(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number:,} {what}s"
