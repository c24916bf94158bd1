"""The parts of where something is said."""

from __future__ import annotations

from ecr_constructs.errors import Problem

__all__ = ["file_and_line"]


def file_and_line(finding: Problem) -> tuple[str, int | None]:
    """Return the file and the line of what was found; the line is None where it is about a file as a whole."""
    file, _, line = finding.source.rpartition(":")
    # Not every digit of Unicode is one of a line.
    return (file, int(line)) if file and line.isascii() and line.isdigit() else (finding.source, None)
