"""What the sandbox's document says differently from the synthesised one, gathered to be printed."""

from __future__ import annotations

import dataclasses

__all__ = ["Change", "Changes", "listing"]


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One kind of difference.

    Attributes:
        what: What was done: `left out aws_ecr_repository.force_delete`.
        why: The reason: `not known to provider 3.39.0`.
        where: The names of the resources and outputs, in the document's order; empty where it is about the whole.
    """

    what: str
    why: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.what} ({self.why})" + (f": {listing(self.where)}" if self.where else "")


class Changes:
    """Differences as they are found, put together by kind."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], dict[str, None]] = {}

    def add(self, what: str, why: str, where: str = "") -> None:
        """Note one difference; the same kind in another place is one with it."""
        places = self._found.setdefault((what, why), {})
        if where:
            places[where] = None

    def all(self) -> tuple[Change, ...]:
        """Return the differences, in the order in which their kinds were found."""
        return tuple(Change(what, why, tuple(places)) for (what, why), places in self._found.items())


def listing(words: tuple[str, ...], *, limit: int = 4) -> str:
    """Return `a, b, c, d and 12 more`."""
    shown = ", ".join(words[:limit])
    return shown if len(words) <= limit else f"{shown} and {len(words) - limit} more"
