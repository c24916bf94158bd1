"""Tag lists that read like something else than what AWS makes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from ecr_constructs.core.lifecycle.image_tags import TAG_FORM, why_unmatched
from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.reach import Kind, asked_by
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.tag_languages import Undecided, tag_for
from ecr_constructs.core.lifecycle.trap import Trap, subject_of
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["tag_list_traps"]


def tag_list_traps(written: WrittenRule, of_policy: Sequence[LifecycleRule]) -> Iterator[Trap]:
    """Yield what is to be pointed out of a rule's tags.

    Args:
        written: The rule.
        of_policy: The rules of the policy.
    """
    rule, origin = written
    for field, tags in (("tag_pattern_list", rule.tag_pattern_list), ("tag_prefix_list", rule.tag_prefix_list)):
        path = origin.at(field) if origin.path else ()
        # Of what shortcuts stand for, AND is what is meant.
        is_seeming = isinstance(tags, tuple) and len(tags) > 1 and origin.form != "shortcut"
        if is_seeming and not _has_rules_of_their_own(rule, of_policy):
            entries = f"{', '.join(map(repr, tags[:-1]))} and {tags[-1]!r}"
            text = (
                f"{subject_of(rule)} selects only images that carry a tag for each of {entries}, not those that match "
                "one of them"
            )
            fix = "For alternatives write one rule each."
            notice = Problem(path, "lifecycle-tags-and", text, fix=fix, severity="warning")
            meant = tuple(_with_one(rule, field, tag) for tag in tags)
            yield Trap(notice, rule, _of_one_entry(rule), meant)
        yield from _unmatched(rule, tags, path, prefixes=field == "tag_prefix_list")
    path = origin.at("tag_prefix_list") if origin.path else ()
    for tag in rule.tag_prefix_list if isinstance(rule.tag_prefix_list, tuple) else ():
        if "*" in tag and not is_unresolved(tag):
            text = f"{subject_of(rule)} takes the '*' of the prefix {tag!r} as it stands, and no tag can hold one"
            fix = "Use tag_pattern_list for patterns."
            notice = Problem(path, "lifecycle-prefix-wildcard", text, fix=fix, severity="warning")
            pattern = dataclasses.replace(rule, tag_pattern_list=(tag,), tag_prefix_list=())
            yield Trap(notice, rule, Kind((tag,)), (pattern,))


def _unmatched(rule: LifecycleRule, tags: Sequence[str], path: KeyPath, *, prefixes: bool) -> Iterator[Trap]:
    for tag in dict.fromkeys(tags) if isinstance(tags, tuple) else ():
        if is_unresolved(tag) or (prefixes and "*" in tag):  # a '*' in a prefix has a notice of its own
            continue
        if reason := why_unmatched(tag):
            text = f"{subject_of(rule)} never selects an image: {reason}, so none matches {show(tag)}"
            yield Trap(Problem(path, "lifecycle-selects-nothing", text, fix=TAG_FORM, severity="warning"), rule)


def _has_rules_of_their_own(rule: LifecycleRule, of_policy: Sequence[LifecycleRule]) -> bool:
    """Tell whether there is another rule for each entry of a list, so that those for all of them are meant."""
    alone = [asked_by(each) for each in of_policy if each.selected_class == rule.selected_class]
    return all((entry,) in alone for entry in asked_by(rule))


def _with_one(rule: LifecycleRule, field: str, tag: str) -> LifecycleRule:
    """Return a rule whose list has one entry."""
    if field == "tag_prefix_list":
        return dataclasses.replace(rule, tag_prefix_list=(tag,))
    return dataclasses.replace(rule, tag_pattern_list=(tag,))


def _of_one_entry(rule: LifecycleRule) -> Kind | None:
    """Return images with a tag for one entry of a list, and none for another; None where there are no such."""
    asked = [each for each in asked_by(rule) if each is not None]
    for pattern in asked:
        for other in asked:
            try:
                if tag_for(pattern, frozenset({other})) is not None:
                    return Kind((pattern,), frozenset({other}))
            except Undecided:
                continue
    return None
