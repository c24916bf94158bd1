"""One consequence of a change, as it is judged and told."""

from __future__ import annotations

import dataclasses
from typing import Final, Literal, TypeAlias

from ecr_constructs import errors
from ecr_constructs.errors import KeyPath, Problem, one_line

__all__ = ["CONSEQUENCES", "SEVERITIES", "Consequence", "Finding", "Severity"]

Severity: TypeAlias = Literal["danger", "attention", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("danger", "attention", "note")
"""How grave a consequence is, the gravest first.

By a danger images or a state are lost, strangers are let in, or another environment or a role of this app stops
working. What has attention breaks or costs somebody something, or may be meant; a note is only to be known.
"""

Consequence: TypeAlias = Literal["deletes images", "opens", "breaks", "loosens watching", "costs"]
CONSEQUENCES: Final[tuple[Consequence, ...]] = ("deletes images", "opens", "breaks", "loosens watching", "costs")
"""What a change comes to, in the order in which it is told."""

_AS_PROBLEM: Final[dict[Severity, errors.Severity]] = {"danger": "error", "attention": "warning", "note": "notice"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One consequence of a change.

    Attributes:
        code: Stable identifier, such as `repository-replaced`.
        severity: How grave it is.
        consequence: What kind of consequence it is.
        environment: Name of the environment.
        path: Where its file says what brings it about.
        what: What it means, as a clause without the names of repositories and without a full stop.
        fix: What to do instead, as a sentence.
        repositories: Logical names of the repositories that it is about; none where it is about all of the environment.
        details: More of it, line by line, for whoever wants to know.
        at_base: Whether the path is one of the base, such as that of what the change removes.
        source: `file:line` of the path, on the side that it is on.
        shown_at: `file:line` of what is nearest to it in the head, for whatever shows that alone; empty where the file
            is gone.
        acknowledged: Whether the change itself acknowledges it.
    """

    code: str
    severity: Severity
    consequence: Consequence
    environment: str
    path: KeyPath
    what: str
    fix: str = ""
    repositories: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    at_base: bool = False
    source: str = ""
    shown_at: str = ""
    acknowledged: bool = False

    def __post_init__(self) -> None:
        """Keep what a file holds from being more than text where it is shown: each part is one line."""
        for name in ("what", "fix"):
            object.__setattr__(self, name, one_line(getattr(self, name)))
        for name in ("repositories", "details"):
            object.__setattr__(self, name, tuple(map(one_line, getattr(self, name))))

    @property
    def problem(self) -> Problem:
        """The same as a problem of the head, for formats that know these alone; a notice once it is acknowledged."""
        names = f"{', '.join(self.repositories)}: " if self.repositories else ""
        severity = "notice" if self.acknowledged else _AS_PROBLEM[self.severity]
        return Problem(
            self.path, self.code, f"{names}{self.what}", "", self.fix, self.shown_at or self.source, severity
        )
