"""The smallest set of images by which a trap of a policy can be seen, found by the evaluation."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from ecr_constructs.core.lifecycle.evaluate import Outcome, evaluate, rank
from ecr_constructs.core.lifecycle.image import Image
from ecr_constructs.core.lifecycle.reach import UNTAGGED, Kind, asked_by
from ecr_constructs.core.lifecycle.rule import COUNT_TYPES, LifecycleRule
from ecr_constructs.core.lifecycle.tag_languages import Undecided
from ecr_constructs.core.lifecycle.trap import Trap
from ecr_constructs.core.tokens import is_unresolved

__all__ = ["Shown", "age_of", "first_rule", "is_shown", "shown_by"]

_AT: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_DAY: Final = datetime.timedelta(days=1)
_TEN_YEARS: Final = 3650
# A larger one would show nothing more to anybody who reads it.
_MOST_IMAGES: Final = 1001
_OLDEST: Final = 100_000


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """Images, and what the policy does to them.

    Attributes:
        rules: The rules of the policy, in their order.
        outcomes: What happens to each image, the newest first.
        at: When.
    """

    rules: tuple[LifecycleRule, ...]
    outcomes: tuple[Outcome, ...]
    at: datetime.datetime = _AT


def shown_by(trap: Trap, rules: Sequence[LifecycleRule]) -> Shown | None:
    """Return the smallest set of images that shows a trap; None where there is none, or none that can be read.

    Args:
        trap: The trap.
        rules: The rules of its policy, numbered.
    """
    if trap.kind is None or any(is_unresolved(value) for rule in rules for value in _values(rule)):
        return None
    ordered = sorted(rules, key=lambda rule: rule.rule_priority or 0)
    try:
        for images in _sets(trap, trap.kind):
            if is_shown(trap, ordered, images):
                return Shown(tuple(ordered), tuple(evaluate(ordered, images, at=_AT)))
    except Undecided:
        return None
    return None


def is_shown(trap: Trap, rules: Sequence[LifecycleRule], images: Sequence[Image]) -> bool:
    """Tell whether images show a trap, by what the policy and its rules by themselves do to them.

    Args:
        trap: The trap.
        rules: The rules of its policy, numbered.
        images: The images.
    """
    return bool(images) and _PROOFS[trap.notice.code](trap, rules, images)


def first_rule(shown: Shown, image: Image) -> LifecycleRule | None:
    """Return the rule that identifies an image first; None where none does."""
    images = [each.image for each in shown.outcomes]
    ranked = rank(images, at=shown.at)[image.storage_class]
    place = ranked.images.index(image)
    of_class = (rule for rule in shown.rules if rule.selected_class == image.storage_class)
    return next((rule for rule in of_class if list(ranked.each(ranked.identified(rule)))[place]), None)


def age_of(shown: Shown, image: Image) -> int:
    """Return for how many days an image has been in its storage class."""
    return (shown.at - (image.archived_at or image.counts_from)) // _DAY


def _sets(trap: Trap, kind: Kind) -> Iterator[list[Image]]:
    """Yield sets of images of a kind, the smallest ones first."""
    rules = [rule for rule in (trap.rule, *trap.otherwise) if rule is not None]
    counts = {int(rule.count_number) for rule in rules if rule.count_type == "imageCountMoreThan"}
    days = {int(rule.count_number) for rule in rules if rule.count_type != "imageCountMoreThan"}
    ages = (
        sorted({1, *(number + 1 for number in days if number < _OLDEST)})
        if rules and not _is_kept(trap)
        else [_TEN_YEARS]
    )
    sizes = sorted({1, *(number + 1 for number in counts)})
    for size in (each for each in sizes if each <= _MOST_IMAGES):
        tags = _tags(trap, kind, size)
        for age in ages if tags else ():
            yield [
                _image(index, each, max(age, size) if index == size - 1 else index + 1, is_archived=_is_archived(trap))
                for index, each in enumerate(tags)
            ]


def _tags(trap: Trap, kind: Kind, size: int) -> list[tuple[str, ...]]:
    """Return the tags of images, the newest first; none where there are not so many.

    They are of the kind. Where there are not so many of that, the oldest one alone is, and the others are whatever the
    rule identifies.
    """
    tags = kind.tags(size)
    if len(tags) == size or trap.rule is None or not tags:
        return tags if len(tags) == size else []
    (oldest,) = tags[:1]
    others = [each for each in _identified_by(trap.rule).tags(size) if not set(each) & set(oldest)][: size - 1]
    return [*others, oldest] if len(others) == size - 1 else []


def _identified_by(rule: LifecycleRule) -> Kind:
    if rule.tag_status != "tagged":
        return UNTAGGED
    return Kind(tuple(dict.fromkeys("*" if each is None else each for each in asked_by(rule))))


def _image(index: int, tags: tuple[str, ...], age: int, *, is_archived: bool) -> Image:
    time = _AT - age * _DAY
    digest = f"sha256:{index + 1:064x}"
    if is_archived:
        return Image(digest=digest, tags=tags, pushed_at=time, archived_at=time, storage_class="archive")
    return Image(digest=digest, tags=tags, pushed_at=time)


def _is_archived(trap: Trap) -> bool:
    if trap.notice.code == "lifecycle-grows-archived":
        return True
    return trap.rule is not None and trap.rule.selected_class == "archive"


def _is_kept(trap: Trap) -> bool:
    return _PROOFS[trap.notice.code] is _stays


def _leaves_alone(trap: Trap, rules: Sequence[LifecycleRule], images: Sequence[Image]) -> bool:
    """By itself the rule would act on an image, and in its policy it does not."""
    assert trap.rule is not None  # noqa: S101
    by_itself = _acted_on([trap.rule], images)
    return bool(by_itself) and not _acted_on(rules, images, by=trap.rule)


def _acts(trap: Trap, rules: Sequence[LifecycleRule], images: Sequence[Image]) -> bool:
    """The rule acts on an image."""
    return bool(_acted_on(rules, images, by=trap.rule))


def _does_otherwise(trap: Trap, rules: Sequence[LifecycleRule], images: Sequence[Image]) -> bool:
    """With the rule that its description speaks of, something else would become of an image."""
    if not trap.otherwise:
        return False
    others = [trap.otherwise[0] if rule == trap.rule else rule for rule in rules]
    return _acted_on(rules, images) != _acted_on(others, images)


def _selects_otherwise(trap: Trap, _: Sequence[LifecycleRule], images: Sequence[Image]) -> bool:
    """By themselves the rules that it is taken for would act on an image that the rule does not act on."""
    assert trap.rule is not None  # noqa: S101
    meant = set().union(*(_acted_on([each], images) for each in trap.otherwise))
    return bool(meant - _acted_on([trap.rule], images))


def _stays(trap: Trap, rules: Sequence[LifecycleRule], images: Sequence[Image]) -> bool:
    """No rule acts on an image with the smallest number either, and beside a newer one of the kind."""
    assert trap.kind is not None  # noqa: S101
    strictest = [dataclasses.replace(rule, count_number=90 if _is_of_archive(rule) else 1) for rule in rules]
    tags = trap.kind.tags(len(images) + 1)[-1]
    newer = _image(len(images), tags, 0, is_archived=_is_archived(trap))
    return not _acted_on(strictest, [*images, newer])


def _is_of_archive(rule: LifecycleRule) -> bool:
    kind = COUNT_TYPES.get(str(rule.count_type))
    return kind is not None and kind.storage_class == "archive"


def _acted_on(
    rules: Sequence[LifecycleRule], images: Sequence[Image], *, by: LifecycleRule | None = None
) -> set[tuple[str, str]]:
    """Return what happens to which images, by one rule where that is named."""
    outcomes = evaluate(rules, images, at=_AT)
    return {
        (each.image.digest, each.action)
        for each in outcomes
        if each.action != "keep" and (by is None or each.rule == by)
    }


def _values(rule: LifecycleRule) -> Iterator[object]:
    for field in dataclasses.fields(rule):
        value = getattr(rule, field.name)
        yield from value if isinstance(value, tuple) else (value,)


_Proof: TypeAlias = Callable[[Trap, Sequence[LifecycleRule], Sequence[Image]], bool]

_PROOFS: Final[Mapping[str, _Proof]] = {
    "lifecycle-age-alone": _acts,
    "lifecycle-any-skips-tagged": _leaves_alone,
    "lifecycle-any-skips-untagged": _leaves_alone,
    "lifecycle-description-number": _does_otherwise,
    "lifecycle-grows-archived": _stays,
    "lifecycle-grows-tagged": _stays,
    "lifecycle-grows-untagged": _stays,
    "lifecycle-inert": _leaves_alone,
    "lifecycle-none": _stays,
    "lifecycle-prefix-wildcard": _selects_otherwise,
    "lifecycle-protected-reached": _acts,
    "lifecycle-replicas": _acts,
    "lifecycle-tags-and": _selects_otherwise,
}
