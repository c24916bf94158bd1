"""What remains of a repository day by day, if pushes go on as they did.

Each image that was pushed in the days before the first run is pushed again as many days later, and again after that,
with its size, its tags and what it refers to. A tag without a digit, such as `latest`, moves to the newest image that
has it; one with a digit, such as `v1.2` or a commit's, stays. Nobody pulls more than was pulled.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from ecr_constructs.core.lifecycle.evaluate import Assumptions, evaluate
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.rule import LifecycleRule

__all__ = ["LONGEST", "WINDOW", "Day", "Timeline", "timeline"]

WINDOW = 30
"""Days of which the pushes are repeated, unless another number is given."""

LONGEST = 3650
"""Days that can be looked ahead at most."""

_DAY = datetime.timedelta(days=1)
_DIGIT = re.compile("[0-9]")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What there is after the run of one day.

    Attributes:
        number: Days after the first run, which is 0.
        at: When the policy acts.
        pushed: Images that were pushed since the day before.
        expired: Images that expired.
        moved: Images that were moved to the archive.
        images: Images in the storage class `standard`.
        size: Their bytes.
        archived: Images in the archive.
        archived_size: Their bytes.
    """

    number: int
    at: datetime.datetime
    pushed: int
    expired: int
    moved: int
    images: int
    size: int
    archived: int
    archived_size: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Days in their order, and what they were told from.

    Attributes:
        days: The days.
        window: Days of which the pushes are repeated.
        pushes: How many images were pushed in these.
    """

    days: tuple[Day, ...]
    window: int
    pushes: int


def timeline(
    rules: Sequence[LifecycleRule],
    images: Sequence[Image],
    *,
    at: datetime.datetime,
    days: int,
    window: int = WINDOW,
    assumptions: Assumptions | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Timeline:
    """Return what remains of images after each of some days.

    Args:
        rules: The rules of the policy, numbered.
        images: The images that there are.
        at: When the policy acts first.
        days: How many days to look ahead.
        window: Days of which the pushes are repeated; fewer where the oldest image is younger than that.
        assumptions: How to take what AWS does not document.
        told: Called after each day with its number.
    """
    oldest = min((image.pushed_at for image in images), default=at)
    window = max(1, min(window, math.ceil((at - oldest) / _DAY)))
    # The newest last, as they come.
    recent = sorted(
        (each for each in images if at - window * _DAY < each.pushed_at <= at), key=lambda each: each.pushed_at
    )
    there, coming, found = list(images), _coming(recent, window), []
    waiting = next(coming, None)
    for number in range(days + 1):
        now = at + number * _DAY
        arrived = []
        while waiting is not None and waiting.pushed_at <= now:
            arrived.append(waiting)
            waiting = next(coming, None)
        there = _with_tags_moved([*there, *arrived], arrived)
        outcomes = evaluate(rules, there, at=now, assumptions=assumptions)
        there = [
            dataclasses.replace(each.image, storage_class="archive", archived_at=now)
            if each.action == "transition"
            else each.image
            for each in outcomes
            if each.action != "expire"
        ]
        standard = [image for image in there if image.storage_class == "standard"]
        archive = [image for image in there if image.storage_class == "archive"]
        found.append(
            Day(
                number=number,
                at=now,
                pushed=len(arrived),
                expired=sum(each.action == "expire" for each in outcomes),
                moved=sum(each.action == "transition" for each in outcomes),
                images=len(standard),
                size=sum(image.size_in_bytes for image in standard),
                archived=len(archive),
                archived_size=sum(image.size_in_bytes for image in archive),
            )
        )
        told(number)
    return Timeline(days=tuple(found), window=window, pushes=len(recent))


def _coming(recent: Sequence[Image], window: int) -> Iterator[Image]:
    """Yield what is pushed from now on, in its order, without an end where anything was pushed."""
    again = {image.digest for image in recent}
    turn = 1
    while recent:
        shift = turn * window * _DAY
        renamed = {digest: f"{digest}+{turn}" for digest in again}
        for image in recent:
            yield dataclasses.replace(
                image,
                digest=renamed[image.digest],
                pushed_at=image.pushed_at + shift,
                pulled_at=None if image.pulled_at is None else image.pulled_at + shift,
                activated_at=None,
                archived_at=None,
                storage_class="standard",
                children=tuple(renamed.get(child, child) for child in image.children),
                subject=None if image.subject is None else renamed.get(image.subject, image.subject),
            )
        turn += 1


def _with_tags_moved(images: Sequence[Image], arrived: Sequence[Image]) -> list[Image]:
    """Return images of which each tag without a digit, where images arrived with it, is that of the last one alone."""
    last = {tag: image.digest for image in arrived for tag in image.tags if _moves(tag)}
    return [_without_lost_tags(image, last) for image in images] if last else list(images)


def _without_lost_tags(image: Image, last: Mapping[str, str]) -> Image:
    kept = tuple(tag for tag in image.tags if last.get(tag, image.digest) == image.digest)
    return image if len(kept) == len(image.tags) else dataclasses.replace(image, tags=kept)


def _moves(tag: str) -> bool:
    return _DIGIT.search(tag) is None
