"""A tag pattern as a machine that reads a tag letter by letter."""

from __future__ import annotations

import re
import string
from typing import Final

__all__ = ["FIRST_LETTERS", "LETTERS", "TagMachine"]

FIRST_LETTERS: Final = string.ascii_lowercase + string.digits + string.ascii_uppercase + "_"
"""What a tag can begin with."""

LETTERS: Final = FIRST_LETTERS + "-."
"""What a tag can hold, the most readable first."""


class TagMachine:
    """A pattern, and how far tags have come in it.

    A state is a number with a bit for each place within the pattern that a tag can have reached; 0 where it cannot
    match any more.

    Attributes:
        letters: The letters that the pattern tells from others.
        first: The state before a tag is read.
    """

    def __init__(self, pattern: str) -> None:
        """Read a pattern, in which `*` stands for any characters or none."""
        text = re.sub(r"\*+", "*", pattern)
        self.letters: frozenset[str] = frozenset(text) - {"*"}
        self._at: dict[str, int] = {}
        for place, letter in enumerate(text):
            self._at[letter] = self._at.get(letter, 0) | 1 << place
        self._stars = self._at.get("*", 0)
        self._end = 1 << len(text)
        self._rest = self._end >> 1 if text.endswith("*") else 0
        self.first: int = self._closed(1)

    def step(self, state: int, letter: str) -> int:
        """Return the state after one more letter."""
        return self._closed((state & self._at.get(letter, 0)) << 1 | state & self._stars)

    def accepts(self, state: int) -> bool:
        """Whether a tag that ends here matches."""
        return bool(state & self._end)

    def takes_all(self, state: int) -> bool:
        """Whether a tag matches however it goes on."""
        return bool(state & self._rest)

    def _closed(self, state: int) -> int:
        """Add the place behind each `*`, which may stand for nothing; what is before the last `*` is of no more use."""
        state |= (state & self._stars) << 1
        last = (state & self._stars).bit_length()
        return state >> last - 1 << last - 1 if last else state
