"""What newly goes by another retention, in words."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Iterator, Sequence
from typing import Final

from ecr_constructs.core.lifecycle.evaluate import Outcome, evaluate
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.newly import Newly
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.trap import name_of
from ecr_constructs.errors import one_line
from ecr_constructs.lifecycle.shown_by import Shown, age_of, first_rule
from ecr_constructs.lifecycle.shown_words import tags_in_words
from ecr_constructs.lifecycle.words import ACTIONS
from ecr_constructs.terminal.counting import number_of

__all__ = ["VERBS", "example_of", "gone_in_words", "kind_of", "label_of", "rows_of", "then_expired", "why"]

VERBS: Final = {"expire": "expires", "transition": "archives"}
"""What a policy does to what goes."""

_MOST_ROWS: Final = 6
_FIRST_ROWS: Final = 2
_DIGEST: Final = len("sha256:") + 12
_AGES: Final = datetime.timedelta(days=100_000)


def kind_of(found: Newly) -> str:
    """Return which images newly go: `tagged images`, `untagged images` or `archived images`."""
    image = found.gone.image
    if image.storage_class == "archive":
        return "archived images"
    return "tagged images" if image.tags else "untagged images"


def example_of(found: Newly) -> str:
    """Return which one would go of the smallest set that shows it; a set is one of examples, not of what there is."""
    image, size = found.gone.image, len(found.after)
    tags = one_line(" and ".join(image.tags))
    tagged = f" with the tags {tags}" if len(image.tags) > 1 else f" with a tag like {tags}" if tags else ""
    if size > 1:
        return f"of {size:,} the oldest"
    since = "its move to the archive" if image.storage_class == "archive" else "its push"
    return f"one{tagged}, {number_of(_age(found, image), 'day')} after {since}"


@functools.lru_cache(maxsize=4096)
def then_expired(found: Newly) -> str:
    """Return when an image that newly moves to the archive is expired there; empty where it is not."""
    if found.action != "transition":
        return ""
    archived = dataclasses.replace(found.gone.image, storage_class="archive", archived_at=found.at - _AGES)
    (then,) = evaluate(found.rules_after, [archived], at=found.at)
    if then.action != "expire" or then.rule is None:
        return ""
    return f", and expires them there {number_of(int(then.rule.count_number), 'day')} later"


@functools.lru_cache(maxsize=4096)  # of most repositories of an organisation it is the same
def rows_of(found: Newly) -> tuple[str, ...]:
    """Return a line for each image of a set, with its age and what both policies do; of many for some of them."""
    before = Shown(found.rules_before, found.before, found.at)
    after = Shown(found.rules_after, found.after, found.at)
    every = [*zip(found.before, found.after, strict=True)]
    if len(every) <= _MOST_ROWS:
        return tuple(_row(*each, before, after) for each in every)
    first = [_row(*each, before, after) for each in every[:_FIRST_ROWS]]
    between = f"{len(every) - _FIRST_ROWS - 1:,} more in between"
    return (*first, between, _row(*every[-1], before, after))


def _row(was: Outcome, now: Outcome, before: Shown, after: Shown) -> str:
    image = now.image
    pulled = "" if image.pulled_at is None else f", pulled {number_of((after.at - image.pulled_at).days, 'day')} ago"
    acts, did = (
        f"{ACTIONS[outcome.action]}, {_name(first_rule(shown, image))}"
        for shown, outcome in ((after, now), (before, was))
    )
    return f"{tags_in_words(image)}, {number_of(age_of(after, image), 'day')} old{pulled}: {acts}; before: {did}"


def label_of(image: Image) -> str:
    """Return the tags of an image that there is, or the beginning of its digest."""
    return one_line(", ".join(image.tags) or image.digest[:_DIGEST])


def gone_in_words(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a line for each image that there is and goes; of many for the first ones alone."""
    for each in outcomes[:_MOST_ROWS]:
        yield f"{label_of(each.image)}: {why(each)}"
    if len(outcomes) > _MOST_ROWS:
        yield f"{number_of(len(outcomes) - _MOST_ROWS, 'more image')}"


def why(outcome: Outcome) -> str:
    """Return what lets an image go."""
    if outcome.follows is not None:
        return f"{ACTIONS[outcome.action]}, with {outcome.follows[:_DIGEST]}, which it is about"
    return f"{ACTIONS[outcome.action]}, {_name(outcome.rule)}"


def _name(rule: LifecycleRule | None) -> str:
    return "no rule" if rule is None else one_line(name_of(rule))


def _age(found: Newly, image: Image) -> int:
    return age_of(Shown(found.rules_after, found.after, found.at), image)
