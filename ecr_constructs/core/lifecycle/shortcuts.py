"""Retention in single values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeAlias

from ecr_constructs.core.lifecycle.kept import BeyondKept, KeptPerPattern
from ecr_constructs.core.lifecycle.presets import RetentionPreset
from ecr_constructs.errors import Problem, show

__all__ = ["JOINED", "Number", "Shortcuts"]

Number: TypeAlias = int | float | str

JOINED: Final = ("protected_tags", "keep_tagged_per_pattern")
"""What several places may say of one repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcuts:
    """Retention in single values; None leaves a rule out.

        Shortcuts(max_image_count=100, expire_untagged_after_days=7, protected_tags=["v*", "latest"])

    Numbers are whole and at least 1. They are about images of the storage class `standard`, save for
    `delete_archived_after_days`.

    Attributes:
        max_image_count: Keep the newest images up to this number, tagged or not. Images that another rule identifies
            are left alone by this one, yet they count: each protected image among the newest 100 takes one of the
            places of `max_image_count=100`.
        expire_untagged_after_days: Expire untagged images that were pushed more days ago than this; excludes
            `max_untagged_count`.
        max_untagged_count: Keep the newest untagged images up to this number.
        expire_tagged_after_days: Expire tagged images that were pushed more days ago than this, **deployed ones too**:
            to pull an image does not protect it. It takes all tagged images from `max_image_count`, and excludes
            `keep_tagged_count` and `archive_after_days_without_pull`, because an image that one rule identifies is out
            of reach of the next: ECR has no rule of an age and a number.
        keep_tagged_count: Keep the newest tagged images up to this number, however old; the others expire, however
            young. Images of `keep_tagged_per_pattern` and protected ones count, and are left alone.
        keep_tagged_per_pattern: Tag patterns, at most 5, each with how many images that carry a matching tag are kept,
            the newest, however old; the others of the pattern expire, however young. An image with tags of several
            patterns stays as long as it is among the newest of any of them: it expires only where more images than the
            largest of the numbers carry the same patterns and are newer.
        beyond_kept: What becomes of images beyond those of the two: `expire` (default), or `archive`, which with
            `delete_archived_after_days` deletes them that many days after they have left the newest ones.
        archive_after_days_without_pull: Move tagged images to the archive that nobody has pulled for more days than
            this (never pulled: since their push). They cannot be pulled until they are restored.
        delete_archived_after_days: Expire images that were moved to the archive more days ago than this, 90 at least,
            however they got there.
        protected_tags: Tag patterns, with up to four `*` each, that tags of images can match. Images that match **one**
            of them are never expired or archived by the other shortcuts, nor by rules that are numbered by themselves,
            nor expired from the archive by these; a rule with a priority of its own may come first. A protecting rule
            keeps the newest 999,999 images, more than a repository holds, and so only identifies images, which shields
            them from every later rule. In the archive, where ECR counts days alone, it waits for a hundred years.
        retention: A preset, which stands for others of these values: `development`, `production`, `compliance` or
            `releases`. Beside it go `protected_tags`, which it has as well; the other values are its own.
    """

    max_image_count: Number | None = None
    expire_untagged_after_days: Number | None = None
    max_untagged_count: Number | None = None
    expire_tagged_after_days: Number | None = None
    keep_tagged_count: Number | None = None
    keep_tagged_per_pattern: Mapping[str, int] = field(default_factory=KeptPerPattern)
    beyond_kept: BeyondKept | None = None
    archive_after_days_without_pull: Number | None = None
    delete_archived_after_days: Number | None = None
    protected_tags: Sequence[str] = ()
    retention: RetentionPreset | None = None

    def __post_init__(self) -> None:
        if isinstance(self.protected_tags, Sequence) and not isinstance(self.protected_tags, str):
            object.__setattr__(self, "protected_tags", tuple(self.protected_tags))
        if isinstance(self.keep_tagged_per_pattern, Mapping):
            object.__setattr__(self, "keep_tagged_per_pattern", KeptPerPattern(self.keep_tagged_per_pattern))

    def merge(self, other: Shortcuts) -> tuple[Shortcuts, list[Problem]]:
        """Return the shortcuts of both, and a problem for each value that both give."""
        given = {each.name: (getattr(self, each.name), getattr(other, each.name)) for each in fields(self)}
        problems = [
            _twice((name,), one, two)
            for name, (one, two) in given.items()
            if name not in JOINED and one is not None and two is not None
        ]
        values: dict[str, Any] = {name: one if two is None else two for name, (one, two) in given.items()}
        lists = given["protected_tags"]
        # Text instead of a list stays as it is, for `compose` to refuse: its characters would be patterns otherwise.
        text = next((tags for tags in lists if not isinstance(tags, tuple)), None)
        values["protected_tags"] = (*lists[0], *lists[1]) if text is None else text
        one, two = given["keep_tagged_per_pattern"]
        if not isinstance(one, Mapping) or not isinstance(two, Mapping):
            values["keep_tagged_per_pattern"] = one if not isinstance(one, Mapping) else two
        else:
            problems += [
                _twice(("keep_tagged_per_pattern", pattern), one[pattern], two[pattern])
                for pattern in one
                if pattern in two
            ]
            values["keep_tagged_per_pattern"] = {**one, **two}
        return Shortcuts(**values), problems


def _twice(path: tuple[str, ...], one: object, two: object) -> Problem:
    rule = f"must be given once for a repository; it is {show(one)} already"
    return Problem(path, "lifecycle-shortcut-twice", rule, show(two), "Remove one of the two.")
