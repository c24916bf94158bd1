"""Retention in single values, made into rules, and put in order with the rules that are written out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final, TypeAlias

from ecr_constructs.core.lifecycle.checks import check_rules
from ecr_constructs.core.lifecycle.field_checks import number_problems, tag_list_problems
from ecr_constructs.core.lifecycle.image_tags import TAG_FORM, why_unmatched
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import Origin, WrittenRule
from ecr_constructs.core.lifecycle.rule import CountType, LifecycleRule, TagStatus
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["Shortcuts", "compose", "compose_written", "shortcut_rules"]

_Number: TypeAlias = int | float | str
_AGE: Final = "sinceImagePushed"
_COUNT: Final = "imageCountMoreThan"

# More images than a repository holds: its quota is 100,000 by default, and can be raised ("Images per repository",
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html).
_MORE_THAN_ANY_REPOSITORY = 999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcuts:
    """Retention in single values, for images of the storage class `standard`; None leaves a rule out.

        Shortcuts(max_image_count=100, expire_untagged_after_days=7, protected_tags=["v*", "latest"])

    Numbers are whole and at least 1.

    Attributes:
        max_image_count: Keep the newest images up to this number, tagged or not. Images that another rule identifies
            are left alone by this one, yet they count: each protected image among the newest 100 takes one of the
            places of `max_image_count=100`.
        expire_untagged_after_days: Expire untagged images that were pushed more days ago than this; excludes
            `max_untagged_count`.
        max_untagged_count: Keep the newest untagged images up to this number.
        expire_tagged_after_days: Expire tagged images that were pushed more days ago than this, **deployed ones too**:
            to pull an image does not protect it. It takes all tagged images from `max_image_count`.
        protected_tags: Tag patterns, with up to four `*` each, that tags of images can match. Images that match **one**
            of them are never expired by the other shortcuts, nor by rules that are numbered by themselves; a rule with
            a priority of its own may come first. A protecting rule keeps the newest 999,999 images, more than a
            repository holds, and so only identifies images, which shields them from every later rule.
    """

    max_image_count: _Number | None = None
    expire_untagged_after_days: _Number | None = None
    max_untagged_count: _Number | None = None
    expire_tagged_after_days: _Number | None = None
    protected_tags: Sequence[str] = ()

    def __post_init__(self) -> None:
        if isinstance(self.protected_tags, Sequence) and not isinstance(self.protected_tags, str):
            object.__setattr__(self, "protected_tags", tuple(self.protected_tags))

    def merge(self, other: Shortcuts) -> tuple[Shortcuts, list[Problem]]:
        """Return the shortcuts of both, and a problem for each value that both give."""
        problems = [
            Problem(
                (field.name,),
                "lifecycle-shortcut-twice",
                f"must be given once for a repository; it is {show(getattr(self, field.name))} already",
                show(getattr(other, field.name)),
                "Remove one of the two.",
            )
            for field in fields(self)
            if field.name != "protected_tags"
            and getattr(self, field.name) is not None
            and getattr(other, field.name) is not None
        ]
        values = {
            field.name: getattr(self, field.name) if getattr(other, field.name) is None else getattr(other, field.name)
            for field in fields(self)
        }
        lists = (self.protected_tags, other.protected_tags)
        # Text instead of a list stays as it is, for `compose` to refuse: its characters would be patterns otherwise.
        text = next((tags for tags in lists if not isinstance(tags, tuple)), None)
        values["protected_tags"] = (*self.protected_tags, *other.protected_tags) if text is None else text
        return Shortcuts(**values), problems


def shortcut_rules(shortcuts: Shortcuts, *, prefix: KeyPath = ()) -> tuple[list[LifecycleRule], list[Problem]]:
    """Return the rules that the shortcuts stand for, in the order in which they apply, without priorities.

    Args:
        shortcuts: The values.
        prefix: Path of the object that holds them, put before `("max_image_count",)` and the like.

    Returns:
        The rules of the values that are right, and the problems of those that are not.
    """
    protecting, expiring, problems = _make(shortcuts, prefix)
    return [rule for rule, _ in (*protecting, *expiring)], problems


def compose(
    rules: Sequence[LifecycleRule] = (),
    shortcuts: Shortcuts | None = None,
    *,
    prefix: KeyPath = (),
    origins: Sequence[Origin] | None = None,
) -> tuple[list[LifecycleRule], list[Problem]]:
    """Put rules and shortcuts together into one policy: checked, numbered and sorted.

    First come the protecting rules, then `rules` in their order, untagged and tagged images of the shortcuts, and
    last what selects any image. Given priorities are kept; the others take the free numbers in that order.

    Args:
        rules: Rules that are written out.
        shortcuts: Retention in single values; default none.
        prefix: Path of the object that holds them, put before `("lifecycle_rules", 0)` and `("max_image_count",)`.
        origins: Where each of `rules` was written, for rules that do not come from one list.

    Returns:
        The rules, and every problem. There are no rules where there is a problem, or where there is nothing to make
        rules of, which stands for a repository without a policy.
    """
    listed = (*prefix, "lifecycle_rules")
    origins = origins or [Origin((*listed, index)) for index in range(len(rules))]
    written = [WrittenRule(*each) for each in zip(rules, origins, strict=True)]
    composed, problems = compose_written(written, shortcuts, prefix=prefix)
    return [rule for rule, _ in composed], problems


def compose_written(
    written: Sequence[WrittenRule], shortcuts: Shortcuts | None = None, *, prefix: KeyPath = ()
) -> tuple[list[WrittenRule], list[Problem]]:
    """Do what `compose` does, and say of each rule of the policy where it was written."""
    protecting, expiring, problems = _make(shortcuts or Shortcuts(), prefix)
    together = [*protecting, *written, *expiring]
    rules, origins = [rule for rule, _ in together], [origin for _, origin in together]
    if together:
        problems += check_rules(rules, prefix=(*prefix, "lifecycle_rules"), origins=origins)
    if problems:
        return [], problems
    numbered = map(WrittenRule, assign_priorities(rules), origins)
    return sorted(numbered, key=lambda each: each.rule.rule_priority or 0), []


def _make(shortcuts: Shortcuts, prefix: KeyPath) -> tuple[list[WrittenRule], list[WrittenRule], list[Problem]]:
    """Return the protecting rules, the expiring ones, and the problems of the values that are wrong."""
    problems = list(_protected_problems(shortcuts, prefix))
    protecting = [] if problems else list(_protecting(shortcuts.protected_tags, prefix))
    expiring: list[WrittenRule] = []
    for name, rule in _expiring(shortcuts):
        fix = "Use 1 or more, or leave it out to have no such rule."
        wrong = list(number_problems(rule.count_number, (*prefix, name), fix=fix))
        problems += wrong
        if not wrong:
            expiring.append(WrittenRule(rule, Origin((*prefix, name), "shortcut")))
    if shortcuts.expire_untagged_after_days is not None and shortcuts.max_untagged_count is not None:
        expiring = [each for each in expiring if each.rule.tag_status != "untagged"]
        problems.append(
            Problem(
                (*prefix, "max_untagged_count"),
                "lifecycle-shortcut-untagged",
                "must be left out when expire_untagged_after_days is given",
                fix="Keep one of the two: ECR lets one rule select the untagged images.",
            )
        )
    return protecting, expiring, problems


def _expiring(shortcuts: Shortcuts) -> Iterator[tuple[str, LifecycleRule]]:
    days, count = shortcuts.expire_untagged_after_days, shortcuts.max_untagged_count
    if days is not None:
        text = f"Expire untagged images {_age(days)}"
        yield "expire_untagged_after_days", _rule("untagged", _AGE, days, text)
    if count is not None:
        text = f"Keep {_newest(count, 'untagged image')}"
        yield "max_untagged_count", _rule("untagged", _COUNT, count, text)
    days, count = shortcuts.expire_tagged_after_days, shortcuts.max_image_count
    if days is not None:
        text = f"Expire tagged images {_age(days)}"
        yield "expire_tagged_after_days", _rule("tagged", _AGE, days, text, tags=["*"])
    if count is not None:
        yield "max_image_count", _rule("any", _COUNT, count, f"Keep {_newest(count, 'image')}")


def _protected_problems(shortcuts: Shortcuts, prefix: KeyPath) -> Iterator[Problem]:
    tags, path = shortcuts.protected_tags, (*prefix, "protected_tags")
    if is_unresolved(tags):  # as many rules as it has entries, and that is not known
        rule, fix = "must be a list that is known at synthesis", "Write the list out; its entries may be expressions."
        yield Problem(path, "lifecycle-protected-tags", rule, show(tags), fix)
    else:
        yield from tag_list_problems(tags, path, patterns=True)
        for index, tag in enumerate(tags if isinstance(tags, tuple) else ()):
            if isinstance(tag, str) and not is_unresolved(tag) and (reason := why_unmatched(tag)):
                rule = f"must match tags that images can have, or it protects none: {reason}"
                yield Problem((*path, index), "lifecycle-protects-nothing", rule, show(tag), TAG_FORM)


def _protecting(tags: Sequence[str], prefix: KeyPath) -> Iterator[WrittenRule]:
    for index, tag in enumerate(tags):
        if tag not in tags[:index]:
            text = f"Protect images tagged {tag}"
            rule = _rule("tagged", _COUNT, _MORE_THAN_ANY_REPOSITORY, text, tags=[tag])
            yield WrittenRule(rule, Origin((*prefix, "protected_tags", index), "shortcut"))


def _rule(status: TagStatus, kind: CountType, number: _Number, text: str, *, tags: Sequence[str] = ()) -> LifecycleRule:
    return LifecycleRule(
        tag_status=status, tag_pattern_list=tags, count_type=kind, count_number=number, description=text
    )


def _age(days: _Number) -> str:
    if not isinstance(days, str) and is_unresolved(days):  # a number token is no text to read
        return "by their age"
    return f"older than {days} {'day' if days == 1 else 'days'}"


def _newest(count: _Number, noun: str) -> str:
    if not isinstance(count, str) and is_unresolved(count):
        return f"the newest {noun}s"
    return f"the newest {noun}" if count == 1 else f"the newest {count} {noun}s"
