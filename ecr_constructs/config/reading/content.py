"""The bytes of a file, as far as anyone means them to be read."""

from __future__ import annotations

import stat
from pathlib import Path

from ecr_constructs.errors import Problem

__all__ = ["file_content", "size_problems"]

_MOST_BYTES = 5_000_000
_NO_FILES = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def file_content(file: Path, name: str) -> tuple[bytes, list[Problem]]:
    """Return what a file holds, and why it cannot be read.

    A link is followed. What is no file is not opened: a pipe may wait for ever, and a device never ends.

    Args:
        file: The file.
        name: How messages call it.
    """
    rule, fix = "must be a file that can be read", "Check what it is, and who may read it."
    try:
        mode = file.stat().st_mode
        if got := next((words for is_it, words in _NO_FILES if is_it(mode)), ""):
            return b"", [Problem((), "file", rule, got, fix, name)]
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        return b"", [Problem((), "file", rule, error.strerror or str(error), fix, name)]
    problems = size_problems(content, name)
    return (b"" if problems else content), problems


def size_problems(content: bytes, name: str) -> list[Problem]:
    """Return that a content is too large for what anyone means to be read.

    Args:
        content: The content.
        name: How messages call its file.
    """
    if len(content) <= _MOST_BYTES:
        return []
    rule, fix = f"must have at most {_MOST_BYTES:,} bytes", "Check whether it is an environment file."
    return [Problem((), "file-size", rule, "more", fix, name)]
