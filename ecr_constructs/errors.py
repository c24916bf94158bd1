"""What is raised when the input of a construct, a command or an environment file is wrong.

    EcrConstructsError          everything that this package raises on purpose
    ├── InvalidInput            the input breaks rules: carries every Problem, not just the first
    └── OperationError          the input is right, something it needs is missing or failed

A function that checks something returns a list of `Problem`; the one that was called from outside raises them all
at once with `raise_problems`.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable
from pathlib import PurePath
from typing import Literal, TypeAlias

__all__ = [
    "EcrConstructsError",
    "InvalidInput",
    "KeyPath",
    "OperationError",
    "Problem",
    "Severity",
    "closest",
    "file_name",
    "key_of",
    "nearest",
    "one_line",
    "raise_problems",
    "show",
]

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys from the outermost inward, such as `("ecr_repositories", "web", "max_image_count")`."""

Severity: TypeAlias = Literal["error", "warning", "notice"]
"""An error is refused; of a warning images or access may depend; a notice is only to be seen."""


class EcrConstructsError(Exception):
    """Base of every error that this package raises on purpose."""


class OperationError(EcrConstructsError):
    """Something that a command needs is missing or failed; the message says what to do."""


def key_of(path: KeyPath) -> str:
    """Return a path as it is written in messages: `ecr_repositories.web.lifecycle_rules[0]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        # Whatever a file has as a key: the message stays one line.
        word = part if part and part.isprintable() else repr(part)
        text += f".{word}" if text else word
    return text


def file_name(file: PurePath) -> str:
    """Return the path of a file as it is written in messages: in one line, whatever its name holds."""
    return one_line(file.as_posix())


def one_line(text: str) -> str:
    """Return a text with whatever cannot be seen written out, so that it is one line and moves no cursor."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule, or what is right and has to be seen all the same.

    Attributes:
        path: Keys from the outermost inward.
        code: Stable identifier of the rule, such as `lifecycle-any-last`.
        rule: What must hold, as a clause that follows the path ("must be at least 1"); of a notice, what happens.
        got: What was found instead, already shortened by `show`; empty where the rule says it.
        fix: What to do, as a sentence.
        source: Where the path starts: `environments/dev.yaml:12`, or the path of a construct.
        severity: Whether it is refused (`error`, the default) or pointed out.
        about: Logical name of the one repository of an environment that it is about, where there is one.
    """

    path: KeyPath
    code: str
    rule: str
    got: str = ""
    fix: str = ""
    source: str = ""
    severity: Severity = "error"
    about: str = dataclasses.field(default="", compare=False)

    def under(self, *prefix: str | int) -> Problem:
        """Return the same problem, seen from further out."""
        return dataclasses.replace(self, path=(*prefix, *self.path))

    def moved(self, *path: str | int) -> Problem:
        """Return the same problem at another path."""
        return dataclasses.replace(self, path=path)

    def at(self, source: str) -> Problem:
        """Return the same problem with the place where its path starts."""
        return dataclasses.replace(self, source=source)

    @property
    def key(self) -> str:
        """The path as it is written in messages."""
        return key_of(self.path)

    @property
    def statement(self) -> str:
        """What must hold, and what was got, as a sentence."""
        return f"{self.rule}{f', got {self.got}' if self.got else ''}."

    @property
    def sentence(self) -> str:
        """What must hold, what was got, and what to do, without the place."""
        return f"{self.statement} {self.fix}" if self.fix else self.statement

    def __str__(self) -> str:
        where = "".join(f"{part}: " for part in (self.source, self.key) if part)
        return f"{where}{self.sentence} [{self.code}]"


class InvalidInput(EcrConstructsError, ValueError):
    """The input breaks one or more rules.

    Attributes:
        problems: Every broken rule that was found, in the order of the input.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def raise_problems(problems: Iterable[Problem], *, source: str = "") -> None:
    """Raise `InvalidInput` if there are any problems.

    Args:
        problems: What the checks found.
        source: Where the paths start, for the problems that do not say it themselves.

    Raises:
        InvalidInput: There was at least one.
    """
    found = [problem if problem.source else problem.at(source) for problem in problems]
    if found:
        raise InvalidInput(found)


def show(value: object, *, limit: int = 60) -> str:
    """Return a value as a message shows it: its literal form, shortened, never more than one line.

    A tuple is shown as the list that it was written as.
    """
    try:
        text = repr(list(value) if isinstance(value, tuple) else value)
    except ValueError:  # Python writes out no integer of more than some thousand digits
        text = "a number of too many digits"
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a misspelt one is most like, or None if it is like none."""
    matches = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean 'x'?` for the closest known word, or an empty string."""
    match = closest(word, known)
    return f"Did you mean {match!r}?" if match else ""
