"""Numbers of things, and names of which only some are said."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["number_of", "some_of"]

_MOST_NAMES = 5
# Nobody has two of it.
_UNCOUNTED = ("attention", "acknowledged")


def number_of(number: int, what: str) -> str:
    """Return how many there are of something: `1 image`, `1,234 images`, `2 policies`.

    Args:
        number: How many.
        what: What one of them is called.
    """
    return f"{number:,} {what if number == 1 or what in _UNCOUNTED else _plural(what)}"


def some_of(names: Sequence[str], what: str, *, most: int = _MOST_NAMES) -> str:
    """Return names in one line: all of them, or the first ones and how many more there are.

    Args:
        names: The names.
        what: What one of them is called, such as `repository`.
        most: How many are said, the number of those left out being one of them.
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {number_of(len(names) - most + 1, f'more {what}')}"


def _plural(what: str) -> str:
    if what.endswith("y") and what[-2:-1] not in "aeiou":
        return f"{what[:-1]}ies"
    return f"{what}s"
