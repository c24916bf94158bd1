"""Whether one lifecycle policy keeps images for longer than another, and what it says of which of them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.reach import asked_by, is_known, tagged_reached
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.tag_languages import Undecided, matches
from ecr_constructs.core.lifecycle.trap import only_protects
from ecr_constructs.errors import KeyPath

__all__ = ["growth"]

_Tags: TypeAlias = tuple[str, ...]

_ANY = LifecycleRule(tag_status="any", count_type="imageCountMoreThan", count_number=1)
_TAGGED, _UNTAGGED, _WITH = "tagged images", "untagged images", "images tagged "
_SAID = {
    "imageCountMoreThan": "the newest {}",
    "sinceImagePushed": "{} days",
    "sinceImagePulled": "{} days after their last pull",
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Bound:
    """How long images of one kind are kept.

    Attributes:
        written: The rule that decides; None where none does.
        number: Its number of days or images; infinite where nothing bounds them.
        archived: Days in the archive after that.
    """

    written: WrittenRule | None
    number: float = math.inf
    archived: float = 0

    @property
    def unit(self) -> str:
        """What its number counts; empty where there is none."""
        return "" if self.written is None or self.number == math.inf else str(self.written.rule.count_type)

    @property
    def is_of_one(self) -> bool:
        """Whether its rule names a whole tag, which one image has at a time: that is next to nothing."""
        if self.written is None or self.written.rule.tag_status != "tagged":
            return False
        return any(each is not None and "*" not in each for each in asked_by(self.written.rule))

    @property
    def is_endless(self) -> bool:
        """Whether the images are stored for ever, in one storage class or the other."""
        return math.inf in (self.number, self.archived)

    def __str__(self) -> str:
        if self.number == math.inf:
            return "for ever"
        kept = _SAID[self.unit].format(f"{self.number:,.0f}")
        if not self.archived:
            return kept
        return (
            f"{kept}, then in the archive {'for ever' if self.archived == math.inf else f'{self.archived:,.0f} days'}"
        )

    def exceeds(self, other: _Bound) -> bool:
        """Tell whether it is certain that it keeps more than another."""
        if other.is_endless or self.is_endless:
            return self.is_endless and not other.is_endless
        if self.unit != other.unit or (self.number, self.archived) == (other.number, other.archived):
            return False
        return self.number >= other.number and self.archived >= other.archived


def growth(before: tuple[WrittenRule, ...], after: tuple[WrittenRule, ...]) -> tuple[str, KeyPath] | None:
    """Return what a policy keeps for longer than another, as a clause, and the option that says so.

    Args:
        before: The rules of the other one, in their order.
        after: Its own.

    Returns:
        None where it keeps nothing for longer, or where that is not known.
    """
    rules = [each.rule for each in (*before, *after)]
    if not all(is_known(rule) and isinstance(rule.count_number, int | float) for rule in rules):
        return None
    try:
        found = list(_grown(before, after))
    except Undecided:
        return None
    if not found:
        return None
    said: dict[str, list[str]] = {}
    for images, longer, _ in found:
        named = said.setdefault(longer, [])
        if images not in named:
            named.append(images)
    clauses = [f"{_listed(images)}: {longer}" for longer, images in said.items()]
    return f"keeps more {', and more '.join(clauses)}", found[0][2]


def _grown(before: Sequence[WrittenRule], after: Sequence[WrittenRule]) -> Iterator[tuple[str, str, KeyPath]]:
    """Yield what is kept for longer: what such images are called, for how long, and the option that says so."""
    for tags in dict.fromkeys((*_kinds(before), *_kinds(after))):
        was, now = _bound(tags, before), _bound(tags, after)
        if now.exceeds(was) and not (was.is_of_one or now.is_of_one):
            decides = now.written or was.written
            path = () if decides is None else decides.origin.path
            yield _images(tags, now, was), f"{now}{',' if now.archived else ''} instead of {was}", path


def _listed(images: Sequence[str]) -> str:
    """Return what several kinds are called, as one: `images`, or `images tagged v* or env-*`."""
    others = [each for each in images if not each.startswith(_WITH)]
    if {_TAGGED, _UNTAGGED} <= {*others}:
        others = ["images"]
    named = [each.removeprefix(_WITH) for each in images if each.startswith(_WITH)]
    return " and ".join([*others, *([f"{_WITH}{' or '.join(named)}"] if named else [])])


def _kinds(written: Sequence[WrittenRule]) -> Iterator[_Tags]:
    """Yield the tags of an image of each kind that a policy tells apart; none for untagged ones."""
    rules = [each.rule for each in written if each.rule.selected_class == "standard"]
    for index, rule in enumerate((*rules, _ANY)):
        kind = tagged_reached(rule, rules[:index])
        if kind is not None:
            yield kind.tags(1)[0]
    yield ()


def _bound(tags: _Tags, written: Sequence[WrittenRule]) -> _Bound:
    """Return how long an image with these tags is kept."""
    decides = _first(tags, written, "standard")
    if decides is None or only_protects(decides.rule):
        return _Bound(decides)
    archived = 0.0
    if decides.rule.action_type == "transition":
        there = _first(tags, written, "archive")
        archived = math.inf if there is None or only_protects(there.rule) else float(there.rule.count_number)
    return _Bound(decides, float(decides.rule.count_number), archived)


def _first(tags: _Tags, written: Sequence[WrittenRule], storage_class: str) -> WrittenRule | None:
    """Return the first rule of a storage class that identifies an image."""
    of_class = (each for each in written if each.rule.selected_class == storage_class)
    return next((each for each in of_class if _identifies(each.rule, tags)), None)


def _identifies(rule: LifecycleRule, tags: _Tags) -> bool:
    if rule.tag_status != "tagged":
        return rule.tag_status == "any" or not tags
    asked = (each for each in asked_by(rule) if each is not None)
    return bool(tags) and all(any(matches(pattern, tag) for tag in tags) for pattern in asked)


def _images(tags: _Tags, *bounds: _Bound) -> str:
    """Return what images with these tags are called, as the rules that decide tell them apart."""
    rules = [each.written.rule for each in bounds if each.written is not None]
    asked = next((asked_by(rule) for rule in rules if rule.tag_status == "tagged"), ("*",))
    named = " and ".join(filter(None, asked))
    if not tags:
        return _UNTAGGED
    return _TAGGED if named == "*" else f"{_WITH}{named}"
