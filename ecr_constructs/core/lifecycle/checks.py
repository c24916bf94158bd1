"""Everything that AWS refuses in a lifecycle policy, found at synthesis and all at once.

Pages of the ECR user guide that the checks name:

- Properties: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
- Rules: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
- Quotas: https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ecr_constructs.core.lifecycle.field_checks import field_problems, is_whole_number
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import Origin
from ecr_constructs.core.lifecycle.render import render_lifecycle_policy
from ecr_constructs.core.lifecycle.rule import AWS_KEYS, STORAGE_CLASSES, LifecycleRule
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["MOST_RULES", "check_rules"]

MOST_RULES = 50
_SMALLEST_TEXT, _LARGEST_TEXT = 100, 30_720


class _Placed(NamedTuple):
    rule: LifecycleRule
    origin: Origin
    number: int  # the rule's priority, its own or the one that it is going to get


def check_rules(
    rules: Sequence[LifecycleRule],
    *,
    prefix: KeyPath = ("lifecycle_rules",),
    origins: Sequence[Origin] | None = None,
) -> list[Problem]:
    """Return everything that AWS would refuse in the policy that these rules make.

    Rules without a priority are checked as `assign_priorities` would number them.

    Args:
        rules: The rules, in any order.
        prefix: Path of the list of rules; the problems of rule 3 are found under `(*prefix, 3)`.
        origins: Where each rule was written, for rules that do not come from one list.

    Returns:
        The problems of each rule, then those of the rules together; empty for a policy that AWS takes.
    """
    origins = origins or [Origin((*prefix, index)) for index in range(len(rules))]
    numbers = [rule.rule_priority or 0 for rule in assign_priorities(rules)]
    placed = [_Placed(*each) for each in zip(rules, origins, numbers, strict=True)]
    problems = [problem for rule, origin, _ in placed for problem in field_problems(rule, origin)]
    problems += _unique_priorities(placed)
    for storage_class in STORAGE_CLASSES:
        of_class = [each for each in placed if each.rule.selected_class == storage_class]
        problems += _one_per_class(of_class, storage_class, "any", "any images")
        problems += _one_per_class(of_class, storage_class, "untagged", "untagged images")
        problems += _any_last(of_class, storage_class)
        problems += _unique_tags(of_class, storage_class)
    problems += _number_of_rules(placed, prefix)
    problems += _size(rules, prefix)
    return problems


def _unique_priorities(placed: Sequence[_Placed]) -> Iterator[Problem]:
    """Every rule has a `rulePriority` of its own (Properties, "Rule priority")."""
    first: dict[int, Origin] = {}
    for _, origin, number in placed:  # numbers that are given by themselves are never taken already
        other = first.setdefault(number, origin)
        if other is not origin:
            yield Problem(
                origin.at("rule_priority"),
                "lifecycle-priority-unique",
                f"must differ from the priority of {other}",
                show(number),
                "Use a number that no other rule has; gaps are allowed.",
            )


def _one_per_class(placed: Sequence[_Placed], storage_class: str, status: str, images: str) -> Iterator[Problem]:
    """One `any` and one `untagged` rule per storage class (Rules, "Evaluation rules")."""
    selecting = [origin for rule, origin, _ in placed if rule.tag_status == status]
    for origin in selecting[1:]:
        yield Problem(
            origin.at("tag_status"),
            f"lifecycle-{status}-unique",
            f"must be the only rule that selects {images} of storage class {storage_class}",
            fix=f"{selecting[0]} selects them already: keep one of the two.",
        )


def _any_last(placed: Sequence[_Placed], storage_class: str) -> Iterator[Problem]:
    """The `any` rule has the largest `rulePriority` of its storage class (Properties, "Rule priority")."""
    selecting_all = [each for each in placed if each.rule.tag_status == "any"]
    if len(selecting_all) != 1:
        return  # none to be last, or several, which is a problem of its own
    (last,) = selecting_all
    above = [each for each in placed if each.number > last.number]
    given = [each for each in above if is_whole_number(each.rule.rule_priority)]
    largest = max((each.number for each in above), default=0)
    path, got = last.origin.at("rule_priority"), show(last.number)
    if given:
        others = ", ".join(str(each.origin) for each in given)
        rule = (
            f"must be larger than every other priority of storage class {storage_class}, as the rule selects any image"
        )
        yield Problem(
            path,
            "lifecycle-any-last",
            rule,
            got,
            f"Use {largest + 1} or more, so that it is larger than that of {others}.",
        )
    elif above and last.origin.form != "json":  # in JSON every rule is numbered, or that is the problem
        rule = "must leave a smaller number for each rule of its storage class that is numbered by itself"
        yield Problem(path, "lifecycle-any-room", rule, got, f"Use {largest + 1} or more, or leave it out.")


def _unique_tags(placed: Sequence[_Placed], storage_class: str) -> Iterator[Problem]:
    """The rules of one storage class hold unique sets of prefixes (Rules, "Evaluation rules").

    The page says it of prefixes; a repeated set of patterns is refused as well, as its rule could never act.
    """
    for field in ("tag_pattern_list", "tag_prefix_list"):
        first: dict[frozenset[str], Origin] = {}
        for rule, origin, _ in placed:
            tags = getattr(rule, field)
            if not isinstance(tags, tuple) or not tags or not all(_is_known_text(tag) for tag in tags):
                continue
            other = first.setdefault(frozenset(tags), origin)
            if other is not origin:
                yield Problem(
                    origin.at(field),
                    "lifecycle-tags-unique",
                    f"must differ from the tags that {other} selects in storage class {storage_class}",
                    show(list(tags)),
                    "Make one rule of the two, or select other tags: the later one could never act.",
                )


def _is_known_text(tag: object) -> bool:
    return isinstance(tag, str) and not is_unresolved(tag)


def _number_of_rules(placed: Sequence[_Placed], prefix: KeyPath) -> Iterator[Problem]:
    """At most 50 rules (Rules), and without any the text is too short."""
    if not 1 <= len(placed) <= MOST_RULES:
        made = " with those of the shortcuts" if any(each.origin.form == "shortcut" for each in placed) else ""
        fix = "Merge or remove rules." if placed else "Add a rule, or leave the policy out to keep every image."
        yield Problem(prefix, "lifecycle-rules", f"must hold 1 to {MOST_RULES} rules{made}", str(len(placed)), fix)


def _size(rules: Sequence[LifecycleRule], prefix: KeyPath) -> Iterator[Problem]:
    """The text has 100 to 30,720 characters (Quotas; PutLifecyclePolicy in the API reference)."""
    if not rules or any(_is_open(getattr(rule, field)) for rule in rules for field in AWS_KEYS):
        return
    try:
        size = len(render_lifecycle_policy(rules))
    except (TypeError, ValueError):  # a value of a wrong type, which is a problem of its own
        return
    if not _SMALLEST_TEXT <= size <= _LARGEST_TEXT:
        limits = f"must make JSON text of {_SMALLEST_TEXT} to {_LARGEST_TEXT:,} characters"
        yield Problem(prefix, "lifecycle-size", limits, f"{size:,}", "Shorten the descriptions and the lists of tags.")


def _is_open(value: object) -> bool:
    return is_unresolved(value) or (isinstance(value, tuple) and any(is_unresolved(entry) for entry in value))
