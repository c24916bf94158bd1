"""The rules that shortcuts stand for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ecr_constructs.core.lifecycle.image_tags import takes_every_tag_of
from ecr_constructs.core.lifecycle.kept import kept_together
from ecr_constructs.core.lifecycle.origin import Origin, WrittenRule
from ecr_constructs.core.lifecycle.presets import PRESETS
from ecr_constructs.core.lifecycle.rule import CountType, LifecycleAction, LifecycleRule, TagStatus
from ecr_constructs.core.lifecycle.shortcut_checks import EVERY_TAGGED, UNTAGGED, shortcut_problems
from ecr_constructs.core.lifecycle.shortcuts import Number, Shortcuts
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem

__all__ = ["Made", "make", "shortcut_rules"]

_AGE: Final = "sinceImagePushed"
_PULL: Final = "sinceImagePulled"
_ARCHIVED: Final = "sinceImageTransitioned"
_COUNT: Final = "imageCountMoreThan"

# More images than a repository holds: its quota is 100,000 by default, and can be raised ("Images per repository",
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html).
_MORE_THAN_ANY_REPOSITORY = 999_999
# A hundred years: in the archive ECR counts days alone, and no page says how many it takes.
_LONGER_THAN_ANYONE_WAITS = 36_500


class Made(NamedTuple):
    """What shortcuts come to.

    Attributes:
        protecting: Rules that come before those that are written out.
        protecting_archived: The same for images in the archive.
        expiring: Rules that come after them.
        problems: What is wrong with the values; those that are wrong have no rules here.
    """

    protecting: list[WrittenRule]
    protecting_archived: list[WrittenRule]
    expiring: list[WrittenRule]
    problems: list[Problem]


def shortcut_rules(shortcuts: Shortcuts, *, prefix: KeyPath = ()) -> tuple[list[LifecycleRule], list[Problem]]:
    """Return the rules that the shortcuts stand for, in the order in which they apply, without priorities.

    Args:
        shortcuts: The values.
        prefix: Path of the object that holds them, put before `("max_image_count",)` and the like.

    Returns:
        The rules of the values that are right, and the problems of those that are not.
    """
    made = make(shortcuts, prefix)
    archived = made.protecting_archived if any(rule.selected_class == "archive" for rule, _ in made.expiring) else []
    return [rule for rule, _ in (*made.protecting, *archived, *made.expiring)], made.problems


def make(shortcuts: Shortcuts, prefix: KeyPath) -> Made:
    """Return the rules, each with the shortcut that it comes of, and what is wrong with the values.

    Args:
        shortcuts: The values.
        prefix: Path of the object that holds them.
    """
    problems = list(shortcut_problems(shortcuts))
    wrong = {problem.path[0] for problem in problems}
    for pair in (UNTAGGED, EVERY_TAGGED):
        if sum(getattr(shortcuts, name) is not None for name in pair) > 1:
            wrong.update(pair)
    protecting, archived = [], []
    for tag, origin in () if "protected_tags" in wrong else _protected(shortcuts, prefix):
        protecting.append(WrittenRule(_protect(tag), origin))
        archived.append(WrittenRule(_protect_archived(tag), origin))
    preset = PRESETS.get(str(shortcuts.retention))
    if preset is not None:
        origin = Origin((*prefix, "retention"), "shortcut")
        values = _less_protected(Shortcuts(**preset), [rule.tag_pattern_list[0] for rule, _ in protecting])
        expiring = [WrittenRule(rule, origin) for _, rule in _expiring(values, set())]
    else:
        found = _expiring(shortcuts, wrong)
        expiring = [WrittenRule(rule, Origin((*prefix, *path), "shortcut")) for path, rule in found]
    return Made(protecting, archived, expiring, [problem.under(*prefix) for problem in problems])


def _protected(shortcuts: Shortcuts, prefix: KeyPath) -> Iterator[tuple[str, Origin]]:
    """Return each protected tag once, with where it was written."""
    preset: Sequence[str] = PRESETS.get(str(shortcuts.retention), {}).get("protected_tags", ())
    written = [(tag, Origin((*prefix, "retention"), "shortcut")) for tag in preset]
    for index, tag in enumerate(shortcuts.protected_tags):
        written.append((tag, Origin((*prefix, "protected_tags", index), "shortcut")))
    first: dict[str, Origin] = {}
    for tag, origin in written:
        first.setdefault(tag, origin)
    yield from first.items()


def _less_protected(preset: Shortcuts, protected: Sequence[str]) -> Shortcuts:
    """Return a preset without what it says of tags that are protected beside it."""
    wide = [tag for tag in protected if not is_unresolved(tag)]
    left = {
        pattern: number
        for pattern, number in preset.keep_tagged_per_pattern.items()
        if not any(takes_every_tag_of(tag, pattern) for tag in wide)
    }
    preset = dataclasses.replace(preset, keep_tagged_per_pattern=left)
    if any(takes_every_tag_of(tag, "*") for tag in wide):
        return dataclasses.replace(preset, keep_tagged_count=None, archive_after_days_without_pull=None)
    return preset


def _expiring(shortcuts: Shortcuts, wrong: set[str | int]) -> Iterator[tuple[KeyPath, LifecycleRule]]:
    """Return the rules of what is not wrong, each with the path of its shortcut, in the order in which they apply."""

    def value_of(name: str) -> Number | None:
        found: Number | None = None if name in wrong else getattr(shortcuts, name)
        return found

    archives = "beyond_kept" not in wrong and shortcuts.beyond_kept == "archive"
    action: LifecycleAction = "transition" if archives else "expire"
    kept = "Archive all but" if archives else "Keep"
    per_pattern = {} if "keep_tagged_per_pattern" in wrong else shortcuts.keep_tagged_per_pattern
    for tags, number, widest in kept_together(per_pattern):
        text = f"{kept} {_newest(number, 'image')} tagged {' and '.join(tags)}"
        yield ("keep_tagged_per_pattern", widest), _rule("tagged", _COUNT, number, text, tags=tags, action=action)
    if (value := value_of("expire_untagged_after_days")) is not None:
        text = f"Expire untagged images {_age(value)}"
        yield ("expire_untagged_after_days",), _rule("untagged", _AGE, value, text)
    if (value := value_of("max_untagged_count")) is not None:
        yield ("max_untagged_count",), _rule("untagged", _COUNT, value, f"Keep {_newest(value, 'untagged image')}")
    if (value := value_of("expire_tagged_after_days")) is not None:
        text = f"Expire tagged images {_age(value)}"
        yield ("expire_tagged_after_days",), _rule("tagged", _AGE, value, text, tags=["*"])
    if (value := value_of("keep_tagged_count")) is not None:
        text = f"{kept} {_newest(value, 'tagged image')}"
        yield ("keep_tagged_count",), _rule("tagged", _COUNT, value, text, tags=["*"], action=action)
    if (value := value_of("archive_after_days_without_pull")) is not None:
        text = f"Archive tagged images not pulled {_for(value)}"
        path = ("archive_after_days_without_pull",)
        yield path, _rule("tagged", _PULL, value, text, tags=["*"], action="transition")
    if (value := value_of("max_image_count")) is not None:
        yield ("max_image_count",), _rule("any", _COUNT, value, f"Keep {_newest(value, 'image')}")
    if (value := value_of("delete_archived_after_days")) is not None:
        text = f"Expire images archived {_for(value)}"
        yield ("delete_archived_after_days",), _rule("any", _ARCHIVED, value, text)


def _protect(tag: str) -> LifecycleRule:
    return _rule("tagged", _COUNT, _MORE_THAN_ANY_REPOSITORY, f"Protect images tagged {tag}", tags=[tag])


def _protect_archived(tag: str) -> LifecycleRule:
    return _rule("tagged", _ARCHIVED, _LONGER_THAN_ANYONE_WAITS, f"Protect archived images tagged {tag}", tags=[tag])


def _rule(
    status: TagStatus,
    kind: CountType,
    number: Number,
    text: str,
    *,
    tags: Sequence[str] = (),
    action: LifecycleAction = "expire",
) -> LifecycleRule:
    return LifecycleRule(
        tag_status=status,
        tag_pattern_list=tags,
        count_type=kind,
        count_number=number,
        action_type=action,
        description=text,
    )


def _age(days: Number) -> str:
    if not isinstance(days, str) and is_unresolved(days):  # a number token is no text to read
        return "by their age"
    return f"older than {days} {'day' if days == 1 else 'days'}"


def _for(days: Number) -> str:
    if not isinstance(days, str) and is_unresolved(days):
        return "for too long"
    return f"for more than {days} {'day' if days == 1 else 'days'}"


def _newest(count: Number, noun: str) -> str:
    if not isinstance(count, str) and is_unresolved(count):
        return f"the newest {noun}s"
    return f"the newest {noun}" if count == 1 else f"the newest {count} {noun}s"
