"""What AWS takes but what hardly anyone means: rules that never act, and tag lists that mean AND.

AWS applies rules in ascending priority, and a rule leaves alone whatever an earlier rule *identified*, even what that
one kept (ECR user guide, "Lifecycle policy evaluation rules",
https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html). Storage classes do not meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.rule import STORAGE_CLASSES, LifecycleRule
from ecr_constructs.core.tokens import is_unresolved

__all__ = ["Notice", "inert_warnings", "tag_list_warnings"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to look at again, though AWS takes it.

    Attributes:
        code: Stable identifier: `lifecycle-inert` (a rule never acts), `lifecycle-any-skips-tagged` and
            `lifecycle-any-skips-untagged` (an `any` rule acts on the others alone; after an `untagged` rule that is
            how policies are usually meant), `lifecycle-tags-and` (a tag list of several entries) or
            `lifecycle-prefix-wildcard` (a `*` in a prefix).
        text: What happens, to be read as a sentence (`str(notice)`).
    """

    code: str
    text: str

    def __str__(self) -> str:
        return self.text[:1].upper() + self.text[1:]


def inert_warnings(rules: Sequence[LifecycleRule]) -> list[Notice]:
    """Return what never acts because earlier rules identify everything that it selects.

    Only certain cases are named, so a policy without notices may still hold such rules.

    Args:
        rules: Rules that `check_rules` finds no problem in, numbered or not.
    """
    ordered = sorted(assign_priorities(rules), key=lambda rule: rule.rule_priority or 0)
    notices: list[Notice] = []
    for storage_class in STORAGE_CLASSES:
        of_class = [rule for rule in ordered if rule.selected_class == storage_class]
        for index, rule in enumerate(of_class):
            notices += (
                _any_after(of_class[:index], rule) if rule.tag_status == "any" else _after(of_class[:index], rule)
            )
    return notices


def tag_list_warnings(rules: Sequence[LifecycleRule]) -> list[Notice]:
    """Return the tag lists that read like something else than what AWS makes of them.

    Args:
        rules: Rules that `check_rules` finds no problem in, numbered or not.
    """
    return [notice for rule in assign_priorities(rules) for notice in _tag_lists(rule)]


def _tag_lists(rule: LifecycleRule) -> Iterator[Notice]:
    for tags in (rule.tag_pattern_list, rule.tag_prefix_list):
        if isinstance(tags, tuple) and len(tags) > 1:
            entries = f"{', '.join(map(repr, tags[:-1]))} and {tags[-1]!r}"
            text = (
                f"{_name(rule)} selects only images that carry a tag for each of {entries}, not those that match one "
                "of them. For alternatives write one rule each."
            )
            yield Notice("lifecycle-tags-and", text)
    for tag in rule.tag_prefix_list if isinstance(rule.tag_prefix_list, tuple) else ():
        if "*" in tag and not is_unresolved(tag):
            text = (
                f"{_name(rule)} takes the '*' of the prefix {tag!r} as it stands, and no tag can hold one. "
                "Use tag_pattern_list for patterns."
            )
            yield Notice("lifecycle-prefix-wildcard", text)


def _after(earlier: Sequence[LifecycleRule], rule: LifecycleRule) -> Iterator[Notice]:
    cover = next((other for other in earlier if _covers(other, rule)), None)
    if cover:
        yield _never(rule, f"{_name(cover)} comes first and identifies every image that it selects")


def _any_after(earlier: Sequence[LifecycleRule], rule: LifecycleRule) -> Iterator[Notice]:
    tagged = [other for other in earlier if other.tag_status == "tagged" and _is_every_tag(other)][:1]
    untagged = [other for other in earlier if other.tag_status == "untagged"][:1]
    if tagged and untagged:
        first, second = (_name(other) for other in earlier if other in (*tagged, *untagged))
        yield _never(rule, f"{first} and {second} come first and identify every image between them")
        return
    for others, images, rest in ((tagged, "tagged", "untagged"), (untagged, "untagged", "tagged")):
        for other in others:
            text = f"{_name(rule)} acts on {rest} images alone: {_name(other)} comes first and identifies the others."
            yield Notice(f"lifecycle-any-skips-{images}", text)


def _never(rule: LifecycleRule, reason: str) -> Notice:
    text = f"{_name(rule)} never acts: {reason}, and later rules leave alone what an earlier one identifies."
    return Notice("lifecycle-inert", text)


def _name(rule: LifecycleRule) -> str:
    return f"rule {rule.rule_priority}" + (f' ("{rule.description}")' if rule.description else "")


def _is_every_tag(rule: LifecycleRule) -> bool:
    return all(glob is not None and set(glob) == {"*"} for glob in _globs(rule))


def _covers(first: LifecycleRule, second: LifecycleRule) -> bool:
    """Tell whether the first rule is certain to identify every tagged image that the second one selects.

    It is when each thing that the first one asks of an image follows from one that the second one asks.
    """
    if first.tag_status != "tagged" or second.tag_status != "tagged":
        return False
    asked = [glob for glob in _globs(second) if glob is not None]
    return _is_every_tag(first) or all(
        wide is not None and any(_within(narrow, wide) for narrow in asked) for wide in _globs(first)
    )


def _globs(rule: LifecycleRule) -> list[str | None]:
    """Return what an image's tags have to match, as patterns; None for one that is not known yet."""
    if isinstance(rule.tag_pattern_list, str) or isinstance(rule.tag_prefix_list, str):
        return [None]  # an expression stands for the list
    patterns = [None if is_unresolved(tag) else tag for tag in rule.tag_pattern_list]
    return patterns + [None if is_unresolved(tag) or "*" in tag else f"{tag}*" for tag in rule.tag_prefix_list]


def _within(narrow: str, wide: str) -> bool:
    """Tell whether the wide pattern takes the narrow one as if it were a tag, so that it takes all its tags too."""
    return re.fullmatch(".*".join(re.escape(part) for part in wide.split("*")), narrow, re.DOTALL) is not None
