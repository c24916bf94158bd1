"""What is wrong with retention in single values: each value by itself, and what does not go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ecr_constructs.core.lifecycle.field_checks import (
    LEAST_ARCHIVE_DAYS,
    choice_problems,
    number_problems,
    tag_list_problems,
)
from ecr_constructs.core.lifecycle.image_tags import TAG_FORM, why_unmatched
from ecr_constructs.core.lifecycle.kept import BEYOND_KEPT, kept_problems
from ecr_constructs.core.lifecycle.presets import PRESET_NAMES
from ecr_constructs.core.lifecycle.shortcuts import Shortcuts
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["EVERY_TAGGED", "PRESET_ALONE", "UNTAGGED", "beside_preset", "shortcut_problems"]

UNTAGGED: Final = ("expire_untagged_after_days", "max_untagged_count")
"""Ways to say what becomes of untagged images, of which there is one."""

EVERY_TAGGED: Final = ("keep_tagged_count", "expire_tagged_after_days", "archive_after_days_without_pull")
"""Ways to say what becomes of every tagged image, of which there is one."""

_KEPT: Final = ("keep_tagged_count", "keep_tagged_per_pattern")
_NUMBERS: Final = (*UNTAGGED, *EVERY_TAGGED, "max_image_count", "delete_archived_after_days")

PRESET_ALONE: Final = (*_NUMBERS, "keep_tagged_per_pattern", "beyond_kept")
"""What a preset says itself."""


def shortcut_problems(shortcuts: Shortcuts) -> Iterator[Problem]:
    """Return what is wrong with the values, at the name of each."""
    yield from _protected_problems(shortcuts.protected_tags)
    yield from kept_problems(shortcuts.keep_tagged_per_pattern, ("keep_tagged_per_pattern",))
    yield from _number_problems(shortcuts)
    yield from _word_problems(shortcuts)
    yield from _together(shortcuts)
    if shortcuts.retention is not None:
        for name in PRESET_ALONE:
            if getattr(shortcuts, name) not in (None, {}):
                yield beside_preset(name, getattr(shortcuts, name), shortcuts.retention)


def beside_preset(name: str, value: object, preset: str) -> Problem:
    """Return that a value stands beside a preset, which has its own.

    Args:
        name: The shortcut.
        value: Its value; None where it was written as null.
        preset: Name of the preset.
    """
    rule = f"must be left out beside retention {preset!r}, which says what it keeps"
    fix = "Write out what it stands for, and change that; protected_tags and lifecycle_rules may stand beside it."
    return Problem((name,), "lifecycle-preset-alone", rule, "null" if value is None else show(value), fix)


def _number_problems(shortcuts: Shortcuts) -> Iterator[Problem]:
    for name in _NUMBERS:
        value = getattr(shortcuts, name)
        if value is None:
            continue
        if name == "delete_archived_after_days":
            fix = "ECR keeps archived images for at least 90 days: use 90 or more."
            yield from number_problems(value, (name,), least=LEAST_ARCHIVE_DAYS, fix=fix)
        else:
            fix = "Use 1 or more, or leave it out to have no such rule."
            yield from number_problems(value, (name,), fix=fix)


def _word_problems(shortcuts: Shortcuts) -> Iterator[Problem]:
    beyond, preset = shortcuts.beyond_kept, shortcuts.retention
    rule, fix = "must be known at synthesis", "Write it out."
    if is_unresolved(beyond):
        yield Problem(("beyond_kept",), "lifecycle-beyond-kept", rule, show(beyond), fix)
    elif beyond is not None:
        yield from choice_problems(beyond, ("beyond_kept",), "beyond_kept", BEYOND_KEPT)
    if is_unresolved(preset):
        yield Problem(("retention",), "lifecycle-retention", rule, show(preset), fix)
    elif preset is not None:
        yield from choice_problems(preset, ("retention",), "retention", PRESET_NAMES)


def _together(shortcuts: Shortcuts) -> Iterator[Problem]:
    if shortcuts.expire_untagged_after_days is not None and shortcuts.max_untagged_count is not None:
        rule = "must be left out when expire_untagged_after_days is given"
        fix = "Keep one of the two: ECR lets one rule select the untagged images."
        yield Problem(("max_untagged_count",), "lifecycle-shortcut-untagged", rule, fix=fix)
    first, *others = [name for name in EVERY_TAGGED if getattr(shortcuts, name) is not None] or [""]
    for name in others:
        rule = f"must be left out when {first} is given: ECR has no rule of both, and the first one would decide alone"
        fix = "Keep one of the two."
        if {first, name} == {"expire_tagged_after_days", "keep_tagged_count"}:
            fix = (
                "Keep one of the two, or say beyond_kept: archive with delete_archived_after_days in place of "
                "expire_tagged_after_days: then images go that many days after they left the newest."
            )
        yield Problem((name,), "lifecycle-shortcut-tagged", rule, fix=fix)
    if shortcuts.beyond_kept is not None and not any(getattr(shortcuts, name) for name in _KEPT):
        rule = f"must come with {' or '.join(_KEPT)}"
        yield Problem(
            ("beyond_kept",), "lifecycle-beyond-kept-unused", rule, fix="Say how many are kept, or remove it."
        )


def _protected_problems(tags: object) -> Iterator[Problem]:
    path = ("protected_tags",)
    if is_unresolved(tags):  # as many rules as it has entries, and that is not known
        rule, fix = "must be a list that is known at synthesis", "Write the list out; its entries may be expressions."
        yield Problem(path, "lifecycle-protected-tags", rule, show(tags), fix)
    else:
        yield from tag_list_problems(tags, path, patterns=True)
        for index, tag in enumerate(tags if isinstance(tags, tuple) else ()):
            if isinstance(tag, str) and not is_unresolved(tag) and (reason := why_unmatched(tag)):
                rule = f"must match tags that images can have, or it protects none: {reason}"
                yield Problem((*path, index), "lifecycle-protects-nothing", rule, show(tag), TAG_FORM)
