"""Which images carry a tag that a pattern or a prefix matches, without a look at each image for each rule.

What comes before a pattern's first `*` narrows the search to a run of the sorted tags; only what follows it is looked
for within that run.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["TagIndex"]

_LAST = "\U0010ffff"


class TagIndex:
    """The tags of images, sorted."""

    def __init__(self, tags: Iterable[Sequence[str]]) -> None:
        """Sort the tags.

        Args:
            tags: The tags of each image, in the order of the images.
        """
        pairs = sorted((tag, position) for position, each in enumerate(tags) for tag in each)
        self._tags = [tag for tag, _ in pairs]
        self._positions = [position for _, position in pairs]

    def matching(self, pattern: str) -> Iterable[int]:
        """Return the positions of images with a tag that a pattern matches; an image may come more than once.

        Args:
            pattern: A pattern, in which `*` stands for any characters or none.
        """
        literal, star, rest = pattern.partition("*")
        if not star:
            first = bisect_left(self._tags, literal)
            return self._positions[first : bisect_left(self._tags, literal + "\0", first)]
        if not rest.strip("*"):
            return self.beginning(literal)
        return self._searched(literal, rest)

    def beginning(self, prefix: str) -> Sequence[int]:
        """Return the positions of images with a tag that begins so; an image may come more than once.

        Args:
            prefix: How the tag begins, taken as it stands.
        """
        first = bisect_left(self._tags, prefix)
        return self._positions[first : bisect_left(self._tags, prefix + _LAST, first)]

    def _searched(self, literal: str, rest: str) -> Iterator[int]:
        first = bisect_left(self._tags, literal)
        last = bisect_left(self._tags, literal + _LAST, first)
        remainder = re.compile(".*" + ".*".join(map(re.escape, rest.split("*"))), re.DOTALL)
        for index in range(first, last):
            if remainder.fullmatch(self._tags[index], len(literal)):
                yield self._positions[index]
