"""Findings as tools read them that show them beside files: where each is, what it says, how it is known again."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ecr_constructs.errors import Problem
from ecr_constructs.terminal.findings import file_and_line

__all__ = ["Located", "located", "shown_path"]

# Sentences name lines of other files, which move as well.
_LINE = re.compile(r"(\.[a-z]+):\d+\b")
_REPOSITORY = ".git"


@dataclasses.dataclass(frozen=True, slots=True)
class Located:
    """A finding with its place.

    Attributes:
        problem: What was found.
        path: The file, as `shown_path` has it; empty where it is about no file.
        line: The line; None where it is about a file as a whole.
        message: What is said, with the key, without the place and the code.
        fingerprint: The same for the same finding wherever its lines are, and no other one of the same report has it.
    """

    problem: Problem
    path: str
    line: int | None
    message: str
    fingerprint: str


def located(problems: Iterable[Problem]) -> Iterator[Located]:
    """Yield findings with their places, in their order."""
    before: Counter[tuple[str, ...]] = Counter()
    for problem in problems:
        file, line = file_and_line(problem)
        path = shown_path(file) if file else ""
        message = f"{problem.key}: {problem.sentence}" if problem.path else problem.sentence
        identity = (problem.code, path, problem.key, _LINE.sub(r"\1", problem.sentence))
        # Whatever is said twice, is known by its order.
        before[identity] += 1
        text = "\0".join((*identity, str(before[identity])))
        yield Located(problem, path, line, message, hashlib.sha256(text.encode()).hexdigest()[:32])


def shown_path(file: str) -> str:
    """Return the path of a file from the root of its repository of git, as these tools know it.

    A file of no repository is told from the working directory where it is below that, and else as it is.

    Args:
        file: The path as seen from the working directory.
    """
    whole = Path(os.path.abspath(file))  # noqa: PTH100 - links are left as they are written
    root = _root_of(whole.parent) or Path.cwd()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else whole.as_posix()


def _root_of(directory: Path) -> Path | None:
    return next((each for each in (directory, *directory.parents) if (each / _REPOSITORY).exists()), None)
