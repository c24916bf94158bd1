"""Text that is given by a file or through standard input, and times that are given on the command line."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

from ecr_constructs.errors import Problem, file_name, show

__all__ = ["STANDARD_INPUT", "name_of", "text_of", "time_of"]

STANDARD_INPUT = "-"
"""What stands for standard input in the place of a file."""


def text_of(file: Path | str, option: str) -> tuple[str, list[Problem]]:
    """Return what a file holds, and why it cannot be read.

    Args:
        file: The file; `-` for standard input.
        option: What names it on the command line.
    """
    try:
        content = sys.stdin.buffer.read() if str(file) == STANDARD_INPUT else Path(file).read_bytes()
        return content.decode("utf-8-sig"), []
    except OSError as error:
        got, fix = error.strerror or str(error), "Check what it is, and who may read it."
    except UnicodeDecodeError as error:
        got, fix = f"the byte {content[error.start]:#04x}", "Save it as UTF-8."
    return "", [Problem((option,), "file-text", f"must be text that can be read ({name_of(file)})", got, fix)]


def name_of(file: Path | str) -> str:
    """Return how messages call a file."""
    return "standard input" if str(file) == STANDARD_INPUT else file_name(Path(file))


def time_of(text: str, option: str) -> tuple[datetime.datetime | None, list[Problem]]:
    """Return a time, and why it is none.

    Args:
        text: A time of ISO 8601 with its zone.
        option: What gives it on the command line.
    """
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is not None and found.tzinfo is not None:
        return found, []
    rule = "must be a time" if found is None else "must be a time with its zone"
    fix = "Write it as in 2026-01-31T12:00:00Z."
    return None, [Problem((option,), "images-time", rule, show(text), fix)]
