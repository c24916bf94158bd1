"""What AWS refuses in one rule, looked at alone.

Pages of the ECR user guide that the checks name:

- Properties: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
- Rules: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeGuard

from ecr_constructs.core.lifecycle.image_tags import MOST_WILDCARDS
from ecr_constructs.core.lifecycle.origin import Origin
from ecr_constructs.core.lifecycle.rule import (
    ACTION_TYPES,
    COUNT_TYPES,
    COUNT_UNITS,
    STORAGE_CLASSES,
    TAG_STATUSES,
    LifecycleRule,
)
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem, nearest, show

__all__ = [
    "LEAST_ARCHIVE_DAYS",
    "choice_problems",
    "field_problems",
    "is_whole_number",
    "number_problems",
    "tag_list_problems",
]

LEAST_ARCHIVE_DAYS = 90


def field_problems(rule: LifecycleRule, origin: Origin) -> list[Problem]:
    """Return what AWS would refuse in a rule, whatever the other rules are."""
    checks = (_priority, _description, _choices, _tags, _storage_class, _unit, _number, _action, _target)
    return [problem for check in checks for problem in check(rule, origin)]


def is_whole_number(value: object, least: int = 1) -> TypeGuard[int]:
    """Tell whether a value is an integer of at least `least`; a truth value is none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def number_problems(value: object, path: KeyPath, *, least: int = 1, fix: str = "") -> Iterator[Problem]:
    """`countNumber` is a positive integer (Properties, "Count number")."""
    if is_unresolved(value) or is_whole_number(value, least):
        return
    if isinstance(value, str) and value.strip().isdigit():
        fix = "Write the number without quotes."
    yield Problem(
        path,
        "lifecycle-count-number",
        f"must be a whole number of at least {least}",
        show(value),
        fix or f"Use {least} or more.",
    )


def tag_list_problems(value: object, path: KeyPath, *, patterns: bool) -> Iterator[Problem]:
    """Tag lists are lists of texts; a pattern holds at most four `*` (Properties, "Tag pattern list").

    No page says what an empty text selects, so it is refused here.
    """
    if not isinstance(value, tuple):
        if not (isinstance(value, str) and is_unresolved(value)):  # an expression may stand for the whole list
            fix = f"Write [{value!r}]." if isinstance(value, str) else "Write a list, such as ['v*']."
            yield Problem(path, "lifecycle-tag-list", "must be a list of texts", show(value), fix)
        return
    for index, entry in enumerate(value):
        if not isinstance(entry, str) or not entry:
            fix = "Use the pattern '*' for every tagged image." if entry == "" else "Put it in quotes."
            yield Problem((*path, index), "lifecycle-tag", "must be text of at least one character", show(entry), fix)
        elif patterns and not is_unresolved(entry) and entry.count("*") > MOST_WILDCARDS:
            yield Problem(
                (*path, index),
                "lifecycle-tag-wildcards",
                f"must hold at most {MOST_WILDCARDS} '*'",
                show(entry),
                "Use fewer, or one pattern per rule.",
            )


def _priority(rule: LifecycleRule, origin: Origin) -> Iterator[Problem]:
    """`rulePriority` is an integer from 1 (Properties, "Rule priority"); unknown ones cannot be sorted."""
    if rule.rule_priority is not None and not is_whole_number(rule.rule_priority):
        fix = "Use 1 or more." if origin.form == "json" else "Use 1 or more, or leave it out to have it numbered."
        yield Problem(
            origin.at("rule_priority"),
            "lifecycle-priority",
            "must be a whole number of at least 1, known at synthesis",
            show(rule.rule_priority),
            fix,
        )


def _description(rule: LifecycleRule, origin: Origin) -> Iterator[Problem]:
    """`description` is a string (Properties, "Description")."""
    if rule.description is not None and not isinstance(rule.description, str) and not is_unresolved(rule.description):
        yield Problem(
            origin.at("description"),
            "lifecycle-description",
            "must be text",
            show(rule.description),
            "Put it in quotes.",
        )


def _choices(rule: LifecycleRule, origin: Origin) -> Iterator[Problem]:
    """Properties, "Tag status", "Count type" and "Action"."""
    for field, allowed in (("tag_status", TAG_STATUSES), ("count_type", COUNT_TYPES), ("action_type", ACTION_TYPES)):
        yield from choice_problems(getattr(rule, field), origin.at(field), field, allowed)


def choice_problems(value: object, path: KeyPath, field: str, allowed: Iterable[str]) -> Iterator[Problem]:
    """A value is one of a few words; another one has the code `lifecycle-` with the name of the field."""
    known = {word.lower(): word for word in allowed}
    if is_unresolved(value) or value in known.values():
        return
    *others, last = (repr(word) for word in known.values())
    rule = f"must be {', '.join(others)} or {last}" if others else f"must be {last}"
    guess = nearest(known.get(value.lower(), value), known.values()) if isinstance(value, str) else ""
    yield Problem(path, f"lifecycle-{field.replace('_', '-')}", rule, show(value), guess)


def _tags(rule: LifecycleRule, origin: Origin) -> Iterator[Problem]:
    """`tagged` takes one of the two lists, the others none (Properties, "Tag status"; Rules, "Evaluation rules")."""
    lists: dict[str, Sequence[str]] = {
        "tag_pattern_list": rule.tag_pattern_list,
        "tag_prefix_list": rule.tag_prefix_list,
    }
    given = [field for field, value in lists.items() if value != ()]
    pattern, prefix, status = (origin.word(field) for field in (*lists, "tag_status"))
    if rule.tag_status == "tagged" and not given:
        yield Problem(
            origin.at("tag_pattern_list"),
            "lifecycle-tags-missing",
            f"must name at least one tag pattern, or {prefix} one prefix, when {status} is 'tagged'",
            fix="Use ['*'] for every tagged image. Several entries mean AND: for alternatives write one rule each.",
        )
    if rule.tag_status == "tagged" and len(given) > 1:
        yield Problem(
            origin.at("tag_prefix_list"),
            "lifecycle-tags-both",
            f"must be left out when {pattern} is given",
            fix="Write prefix 'v' as pattern 'v*'. Several entries mean AND: for alternatives write one rule each.",
        )
    if rule.tag_status in ("untagged", "any"):
        for field in given:
            yield Problem(
                origin.at(field),
                "lifecycle-tags-unused",
                f"must be left out when {status} is {rule.tag_status!r}",
                show(lists[field]),
                f"Remove it, or set {status} to 'tagged'.",
            )
    for field in given:
        yield from tag_list_problems(lists[field], origin.at(field), patterns=field == "tag_pattern_list")


def _storage_class(rule: LifecycleRule, origin: Origin) -> Iterator[Problem]:
    """Each count type selects one storage class (Properties, "Storage class")."""
    value, kind = rule.storage_class, COUNT_TYPES.get(str(rule.count_type))
    if value is None or is_unresolved(value):
        return
    if value not in STORAGE_CLASSES:
        yield from choice_problems(value, origin.at("storage_class"), "storage_class", STORAGE_CLASSES)
    elif kind and value != kind.storage_class:
        yield Problem(
            origin.at("storage_class"),
            "lifecycle-count-storage-class",
            f"must be {kind.storage_class!r} when {origin.word('count_type')} is {rule.count_type!r}",
            show(value),
            "Only sinceImageTransitioned selects archived images, and it selects no others.",
        )


def _unit(rule: LifecycleRule, origin: Origin) -> Iterator[Problem]:
    """`countUnit` is `days`, for ages alone (Properties, "Count unit")."""
    value, kind = rule.count_unit, COUNT_TYPES.get(str(rule.count_type))
    if kind and kind.unit is None and value is not None:
        yield Problem(
            origin.at("count_unit"),
            "lifecycle-count-unit-unused",
            f"must be left out when {origin.word('count_type')} is {rule.count_type!r}",
            show(value),
            "Remove it, or use sinceImagePushed to count days.",
        )
    elif value is not None:
        yield from choice_problems(value, origin.at("count_unit"), "count_unit", COUNT_UNITS)


def _number(rule: LifecycleRule, origin: Origin) -> Iterator[Problem]:
    """Archived images stay for at least 90 days (Properties, "Count number")."""
    archived = rule.count_type == "sinceImageTransitioned"
    least = LEAST_ARCHIVE_DAYS if archived else 1
    fix = "ECR keeps archived images for at least 90 days: use 90 or more." if archived else ""
    yield from number_problems(rule.count_number, origin.at("count_number"), least=least, fix=fix)


def _action(rule: LifecycleRule, origin: Origin) -> Iterator[Problem]:
    """Not every count type allows every action (Properties, "Count type")."""
    kind = COUNT_TYPES.get(str(rule.count_type))
    if not kind or rule.action_type not in ACTION_TYPES or rule.action_type in kind.actions:
        return
    fixes = {
        "sinceImagePulled": "ECR does not expire by the last pull: transition such images to the archive, and expire "
        "them with a second rule on sinceImageTransitioned.",
        "sinceImageTransitioned": "Archived images can only be expired by a rule.",
    }
    yield Problem(
        origin.at("action_type"),
        "lifecycle-count-action",
        f"must be {kind.actions[0]!r} when {origin.word('count_type')} is {rule.count_type!r}",
        show(rule.action_type),
        fixes[rule.count_type],
    )


def _target(rule: LifecycleRule, origin: Origin) -> Iterator[Problem]:
    """`targetStorageClass` is `archive`, for transitions alone (Properties, "Action")."""
    value = rule.target_storage_class
    if value is None:
        return
    if rule.action_type == "expire":
        action = origin.word("action_type")
        yield Problem(
            origin.at("target_storage_class"),
            "lifecycle-target-unused",
            f"must be left out when {action} is 'expire'",
            show(value),
            f"Remove it, or set {action} to 'transition'.",
        )
    else:
        yield from choice_problems(value, origin.at("target_storage_class"), "target_storage_class", ("archive",))
