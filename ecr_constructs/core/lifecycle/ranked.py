"""The images of one storage class, the newest first, and which of them a rule identifies and finds due.

A set of images is one large number with a byte for each image, 1 where it is in the set. So sets are put together by
`&` and `|`, at the speed of memory, however many images there are.
"""

from __future__ import annotations

import datetime
import math
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import compress, islice
from typing import TypeAlias

from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.tag_index import TagIndex

__all__ = ["Ranked", "Set"]

Set: TypeAlias = int
"""A set of images: the byte of each is 1 where it is in the set."""

_TIMES: dict[str, Callable[[Image], datetime.datetime]] = {
    "sinceImagePushed": lambda image: image.counts_from,
    # One that nobody has pulled counts as pulled when it was pushed; since it was restored, when it was restored.
    "sinceImagePulled": lambda image: max(filter(None, (image.pulled_at, image.activated_at)), default=image.pushed_at),
    "sinceImageTransitioned": lambda image: image.archived_at or image.counts_from,
}


class Ranked:
    """The images of one storage class, from the newest to the oldest.

    Attributes:
        images: The images.
    """

    def __init__(self, images: Sequence[Image], *, at: datetime.datetime, by_digest: bool, unranked: Collection[str]):
        """Sort images.

        Args:
            images: The images, of one storage class.
            at: When the policy acts.
            by_digest: Whether of two images of the same time the one with the smaller digest counts as newer, instead
                of the one that is listed first.
            unranked: Digests of images that take no places where images are counted.
        """
        listed = sorted(images, key=lambda image: image.digest) if by_digest else images
        self.images: list[Image] = sorted(listed, key=lambda image: image.counts_from, reverse=True)
        self._at = at
        self._ages = [at - image.counts_from for image in self.images]
        self._all = self.set_of(1 for _ in self.images)
        self._tagged = self.set_of(bool(image.tags) for image in self.images)
        self._ranked = self.set_of(image.digest not in unranked for image in self.images)
        self._tags = TagIndex(image.tags for image in self.images)
        self._matched: dict[tuple[str, bool], Set] = {}
        self._places: dict[str, int] = {}

    def set_of(self, flags: Iterable[int]) -> Set:
        """Return a set, from whether each image is in it."""
        return int.from_bytes(bytes(flags), "little")

    def each(self, lanes: Set) -> Iterator[int]:
        """Return the bytes of the images, one for each."""
        return iter(lanes.to_bytes(len(self.images), "little"))

    def identified(self, rule: LifecycleRule) -> Set:
        """Return the images that a rule selects by its tags."""
        if rule.tag_status == "any":
            return self._all
        if rule.tag_status == "untagged":
            return self._all & ~self._tagged
        found = self._tagged
        for text in rule.tag_pattern_list:
            found &= self._with_tag(text, pattern=True)
        for text in rule.tag_prefix_list:
            found &= self._with_tag(text, pattern=False)
        return found

    def due(self, rule: LifecycleRule, identified: Set) -> Set:
        """Return which of the images that a rule identifies are too many or too old."""
        number = int(rule.count_number)
        if rule.count_type == "imageCountMoreThan":
            ranked = identified & self._ranked
            flags = ranked.to_bytes(len(self.images), "little")
            first = next(islice(compress(range(len(flags)), flags), number, None), len(flags))
            return self._from(first, ranked)
        limit = datetime.timedelta(days=min(number, datetime.timedelta.max.days))
        if rule.count_type == "sinceImagePushed":
            return self._from(bisect_right(self._ages, limit), identified)
        time = _TIMES[str(rule.count_type)]
        return identified & self.set_of(self._at - time(image) > limit for image in self.images)

    def number_keeping(self, rule: LifecycleRule, images: Sequence[Image]) -> int:
        """Return the smallest `count_number` by which a rule finds none of some images due that it identifies."""
        if rule.count_type == "imageCountMoreThan":
            ranked = self.each(self.identified(rule) & self._ranked)
            return sum(islice(ranked, max(map(self._place_of, images)) + 1))
        time = _TIMES[str(rule.count_type)]
        return max(math.ceil((self._at - time(image)) / datetime.timedelta(days=1)) for image in images)

    def _place_of(self, image: Image) -> int:
        """Return how many images are newer than one of them."""
        if not self._places:
            self._places = {each.digest: place for place, each in enumerate(self.images)}
        return self._places[image.digest]

    def _from(self, first: int, images: Set) -> Set:
        """Return those of a set that are at a place or after it."""
        return images >> 8 * first << 8 * first

    def _with_tag(self, text: str, *, pattern: bool) -> Set:
        key = (text, pattern)
        if key not in self._matched:
            flags = bytearray(len(self.images))
            for position in self._tags.matching(text) if pattern else self._tags.beginning(text):
                flags[position] = 1
            self._matched[key] = int.from_bytes(flags, "little")
        return self._matched[key]
