"""What a policy does to images that an earlier one leaves alone, shown by the smallest set of images.

Of each policy the first rule that identifies an image decides of it. So for each rule of the later policy, and each one
of the earlier (or none), there is to tell: whether there are tags of which both are the first; an age by which the one
finds the image due and the other does not; and, where they count, images newer than that which the later rule counts
and the earlier does not. All of it is decided exactly, and what is found is shown by the evaluation of both.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ecr_constructs.core.lifecycle.evaluate import Outcome, evaluate
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.newly_due import Plan, plan_of
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.reach import UNTAGGED, Kind, asked_by, reaches_untagged, tagged_first_identified
from ecr_constructs.core.lifecycle.rule import STORAGE_CLASSES, LifecycleAction, LifecycleRule, StorageClass
from ecr_constructs.core.lifecycle.tag_languages import Undecided, matches, tags_for

__all__ = ["Newly", "newly"]


_AT: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_DAY: Final = datetime.timedelta(days=1)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Newly:
    """Images of which a policy lets one go that an earlier one does not.

    Attributes:
        action: How it goes.
        rules_before: The rules of the earlier policy, in their order.
        rules_after: Those of the later one.
        before: What the earlier policy does to each image, the newest first.
        after: What the later one does, in the same order.
        at: When.
    """

    action: LifecycleAction
    rules_before: tuple[LifecycleRule, ...]
    rules_after: tuple[LifecycleRule, ...]
    before: tuple[Outcome, ...]
    after: tuple[Outcome, ...]
    at: datetime.datetime = _AT

    @property
    def gone(self) -> Outcome:
        """What the later policy does to the image that newly goes, the oldest of them."""
        return self.after[-1]


class _Candidate(NamedTuple):
    """Two rules by which an image may newly go; the smallest set, then the youngest image, then the first rules."""

    size: int
    age: int
    later: int
    earlier: int
    storage_class: StorageClass
    plan: Plan


class _Policy:
    """The rules of a policy, in their order, by their storage class."""

    def __init__(self, rules: Sequence[LifecycleRule]) -> None:
        self.rules = tuple(sorted(assign_priorities(rules), key=lambda rule: rule.rule_priority or 0))
        self.of = {each: [rule for rule in self.rules if rule.selected_class == each] for each in STORAGE_CLASSES}


def newly(
    before: Sequence[LifecycleRule],
    after: Sequence[LifecycleRule],
    action: LifecycleAction = "expire",
    *,
    is_tagged: bool | None = None,
    storage_class: StorageClass | None = None,
) -> Newly | None:
    """Return the smallest set of images of which a policy lets one go that an earlier one does not.

    What takes more images than a repository holds, or images of centuries, is left out.

    Args:
        before: The rules of the earlier policy, without problems and tokens, numbered or not.
        after: Those of the later one.
        action: How it goes: `expire`, where the earlier policy does not expire it, and may archive it; or `transition`,
            where the earlier one keeps it.
        is_tagged: Whether it has tags; default either.
        storage_class: Its storage class; default either.

    Returns:
        The images and what both do to them; None where nothing newly goes.

    Raises:
        Undecided: Nothing was found, and to tell that there is nothing would take too long.
    """
    earlier, later = _Policy(before), _Policy(after)
    if _bare(earlier.rules) == _bare(later.rules):
        return None
    undecided = False
    classes = STORAGE_CLASSES if storage_class is None else (storage_class,)
    for candidate in sorted(_candidates(earlier, later, action, classes)):
        for tagged in (True, False) if is_tagged is None else (is_tagged,):
            try:
                images = _images(candidate, earlier, later, tagged=tagged)
            except Undecided:
                undecided = True
                continue
            found = None if images is None else _shown(images, earlier, later, action)
            if found is not None:
                return found
    if undecided:
        raise Undecided
    return None


def _bare(rules: Sequence[LifecycleRule]) -> list[LifecycleRule]:
    return [dataclasses.replace(rule, rule_priority=None, description=None) for rule in rules]


def _candidates(
    earlier: _Policy, later: _Policy, action: LifecycleAction, classes: Sequence[StorageClass]
) -> Iterator[_Candidate]:
    """Yield each two rules by whose numbers an image may go by the later one and not by the earlier."""
    for storage_class in classes:
        others = [*enumerate(earlier.of[storage_class]), (len(earlier.of[storage_class]), None)]
        for place, rule in enumerate(later.of[storage_class]):
            if rule.action_type != action:
                continue
            for number, other in others:
                plan = plan_of(rule, other, action)
                if plan is not None:
                    yield _Candidate(plan.newer + 1, plan.age, place, number, storage_class, plan)


def _images(candidate: _Candidate, earlier: _Policy, later: _Policy, *, tagged: bool) -> list[Image] | None:
    """Return the images of two rules, the newest first, where there are such."""
    _, _, place, number, storage_class, plan = candidate
    rules, others = later.of[storage_class], earlier.of[storage_class]
    rule, other = rules[place], others[number] if number < len(others) else None
    kind = _kind(rule, rules[:place], other, others[:number], tagged=tagged)
    if kind is None:
        return None
    tags = _tags(kind, rule, plan.avoids, plan.newer)
    if tags is None:
        return None
    return [_image(index, each, plan, storage_class) for index, each in enumerate(tags)]


def _kind(
    rule: LifecycleRule,
    before_rule: Sequence[LifecycleRule],
    other: LifecycleRule | None,
    before_other: Sequence[LifecycleRule],
    *,
    tagged: bool,
) -> Kind | None:
    """Return the kind of images of which each of two rules is the first of its policy."""
    if tagged:
        return tagged_first_identified((rule, before_rule), (other, before_other))
    if not reaches_untagged(rule, before_rule):
        return None
    if other is not None:
        return UNTAGGED if reaches_untagged(other, before_other) else None
    return UNTAGGED if all(each.tag_status == "tagged" for each in before_other) else None


def _tags(kind: Kind, rule: LifecycleRule, avoided: LifecycleRule | None, newer: int) -> list[tuple[str, ...]] | None:
    """Return the tags of an image of a kind, the last one, and of newer ones that a rule identifies.

    Args:
        kind: The kind.
        rule: The rule, which identifies images of the kind.
        avoided: Another rule, which must not identify the newer ones.
        newer: How many there are.
    """
    if avoided is None:
        alike = list(_generated(kind, newer + 1, set()))
        if len(alike) == newer + 1:
            return alike[::-1]
    oldest = next(_generated(kind, 1, set()), None)
    if oldest is None:
        return None
    for each in _others(rule, avoided):
        found = list(_generated(each, newer, set(oldest)))
        if len(found) == newer:
            return [*found[::-1], oldest]
    return None


def _others(rule: LifecycleRule, avoided: LifecycleRule | None) -> Iterator[Kind]:
    """Yield kinds of images that a rule identifies and another one does not."""
    patterns = tuple(dict.fromkeys(filter(None, asked_by(rule)))) if rule.tag_status == "tagged" else ("*",)
    if rule.tag_status != "untagged":
        if avoided is None or avoided.tag_status == "untagged":
            yield Kind(patterns)
        elif avoided.tag_status == "tagged":
            yield from (Kind(patterns, frozenset([entry])) for entry in asked_by(avoided) if entry is not None)
    if rule.tag_status != "tagged" and (avoided is None or avoided.tag_status == "tagged"):
        yield UNTAGGED


def _generated(kind: Kind, number: int, used: set[str]) -> Iterator[tuple[str, ...]]:
    """Yield the tags of so many images of a kind, or fewer: each tag is one image's at a time."""
    # The narrowest first: a tag of that may match the others as well.
    patterns = sorted(kind.patterns, key=lambda each: -len(each.replace("*", "")))
    following = {pattern: tags_for(pattern, kind.others) for pattern in patterns}
    for _ in range(number):
        tags: list[str] = []
        for pattern in patterns:
            if any(matches(pattern, tag) for tag in tags):
                continue
            tag = next((each for each in following[pattern] if each not in used), None)
            if tag is None:
                return
            used.add(tag)
            tags.append(tag)
        yield tuple(tags)


def _image(index: int, tags: tuple[str, ...], plan: Plan, storage_class: StorageClass) -> Image:
    """Return one of the images, of which the last one is that which goes."""
    size = plan.newer + 1
    digest = f"sha256:{index + 1:064x}"
    time = _AT - datetime.timedelta(microseconds=(index + 1) * plan.age * (_DAY // _MICROSECOND) // size)
    if storage_class == "archive":
        return Image(digest=digest, tags=tags, pushed_at=time, archived_at=time, storage_class="archive")
    pulled = _AT - plan.pulled * _DAY if index == size - 1 and plan.pulled is not None else None
    return Image(digest=digest, tags=tags, pushed_at=time, pulled_at=pulled)


def _shown(images: Sequence[Image], earlier: _Policy, later: _Policy, action: LifecycleAction) -> Newly | None:
    """Return what both policies do, where the last image goes by the later one and not by the earlier."""
    before, after = (tuple(evaluate(each.rules, images, at=_AT)) for each in (earlier, later))
    was = before[-1].action
    if after[-1].action != action or was == action or (action == "transition" and was != "keep"):
        return None
    return Newly(action, earlier.rules, later.rules, before, after)
