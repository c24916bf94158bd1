"""Images, times, sizes and reasons in the words of a table."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecr_constructs.core.lifecycle.evaluate import Outcome
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.errors import one_line

if TYPE_CHECKING:
    from ecr_constructs.lifecycle.run import Result

__all__ = ["ACTIONS", "Words", "ago_of", "size_of_bytes"]

ACTIONS = {"expire": "expire", "transition": "archive", "keep": "keep"}
"""What an outcome is called."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_MOST_TAGS = 3
_DIGEST = len("sha256:") + 12


class Words:
    """How the images and rules of one result are called."""

    def __init__(self, result: Result) -> None:
        """Note what is called how.

        Args:
            result: The result.
        """
        self._result = result
        self._labels = {
            rule.rule_priority: f"{rule.rule_priority} {result.subject.label(origin)}"
            for rule, origin in result.preview.written
        }
        self._by_digest: Mapping[str, Image] | None = None

    def rule(self, priority: int | None) -> str:
        """Return how a rule is called: by its priority, and by what it is made of."""
        return self._labels[priority]

    def image(self, image: Image) -> str:
        """Return the tags of an image, or the beginning of its digest."""
        if not image.tags:
            return one_line(image.digest[:_DIGEST])
        more = f" +{len(image.tags) - _MOST_TAGS}" if len(image.tags) > _MOST_TAGS else ""
        return one_line(", ".join(image.tags[:_MOST_TAGS])) + more

    def reason(self, outcome: Outcome) -> str:
        """Return the rule that acts, or why none does; empty where no rule finds the image due."""
        if outcome.follows is not None:
            return f"goes and stays with {self._digest(outcome.follows)}"
        if outcome.rule is None:
            return ""
        rule = self.rule(outcome.rule.rule_priority)
        if outcome.action != "keep":
            return rule
        if outcome.shielded_by is not None:
            return f"shielded from {rule} by {self.rule(outcome.shielded_by.rule_priority)}"
        return f"kept from {rule} by {self._digest(outcome.kept_by or '')}, which refers to it"

    def pull(self, image: Image) -> str:
        """Return when an image was last pulled."""
        return "never" if image.pulled_at is None else ago_of(image.pulled_at, self._result.preview.at)

    def age(self, image: Image) -> str:
        """Return how old an image is to the rules: since its push, or its return from the archive."""
        return ago_of(image.counts_from, self._result.preview.at)

    def _digest(self, digest: str) -> str:
        if self._by_digest is None:
            self._by_digest = {each.image.digest: each.image for each in self._result.preview.outcomes}
        found = self._by_digest.get(digest)
        return one_line(digest[:_DIGEST]) if found is None else self.image(found)


def ago_of(time: datetime.datetime, at: datetime.datetime) -> str:
    """Return how long ago a time was: `12 d`, `5 h` or `20 min`."""
    minutes = int((at - time) / datetime.timedelta(minutes=1))
    if minutes < 0:
        return "later"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 24 * 60 else f"{minutes // (24 * 60):,} d"


def size_of_bytes(number: int) -> str:
    """Return a number of bytes in three digits or so: `182 MB`."""
    value = float(number)
    for unit in _UNITS:
        if value < 999.5 or unit == _UNITS[-1]:
            break
        value /= 1000
    return f"{number} {unit}" if unit == "bytes" else f"{value:.1f} {unit}" if value < 99.95 else f"{value:,.0f} {unit}"
