"""Problems, notices and consequences in lines, and their count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecr_constructs.errors import Problem
from ecr_constructs.terminal.colours import CYAN, GREEN, painted
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.severities import SeverityWord, counted, in_colour
from ecr_constructs.terminal.wrapping import wrapped

__all__ = ["count_of", "file_and_line", "finding_line", "line_of", "lines_of", "split_place"]


def lines_of(findings: Sequence[Problem], screen: Screen) -> Iterator[str]:
    """Yield a line for each finding, and after a blank one how many there are of them.

    What is about the command line alone is not counted: it is all there to be seen.
    """
    yield from (line_of(each, screen) for each in findings)
    if any(each.source for each in findings):
        yield ""
        yield count_of(findings)


def line_of(finding: Problem, screen: Screen) -> str:
    """Return a problem or a notice as `finding_line` has it."""
    return finding_line(
        finding.severity,
        place=finding.source,
        key=finding.key,
        sentence=finding.statement,
        remedy=finding.fix,
        code=finding.code,
        screen=screen,
    )


def finding_line(
    severity: SeverityWord,
    *,
    sentence: str,
    code: str,
    screen: Screen,
    place: str = "",
    key: str = "",
    remedy: str = "",
) -> str:
    """Return a finding as one line, `dev.yaml:3: warning: a.b: What is said. What to do. [code]`, broken where it must.

    The place is first, so that editors and terminals open it. An error needs no word: whatever shows errors shows
    nothing else. With colours the place, the remedy, and the severity with its code have their own; a line that the
    screen would break is broken between words, and goes on indented.

    Args:
        severity: How grave it is.
        sentence: What is said, with its full stop.
        code: Stable identifier of what is said.
        screen: Where it is read.
        place: `file:line`, or empty.
        key: The key there, or empty.
        remedy: What to do, as a sentence, or empty.
    """
    word = "" if severity == "error" else in_colour(severity, severity, screen)
    where = (painted(place, CYAN, screen) if place else "", word, painted(key, CYAN, screen) if key else "")
    said = (sentence, painted(remedy, GREEN, screen) if remedy else "", in_colour(f"[{code}]", severity, screen))
    return wrapped(": ".join(part for part in (*where, " ".join(filter(None, said))) if part), screen)


def count_of(findings: Iterable[Problem]) -> str:
    """Return how many findings there are of each severity, and in how many files: `3 errors, 1 notice in 2 files.`."""
    found = list(findings)
    return counted((each.severity for each in found), (file_and_line(each)[0] for each in found))


def file_and_line(finding: Problem) -> tuple[str, int | None]:
    """Return the file and the line of what was found; the line is None where it is about a file as a whole."""
    return split_place(finding.source)


def split_place(place: str) -> tuple[str, int | None]:
    """Return the file and the line of `file:line`; the line is None where there is none."""
    file, _, line = place.rpartition(":")
    # Not every digit of Unicode is one of a line.
    return (file, int(line)) if file and line.isascii() and line.isdigit() else (place, None)
