"""What AWS takes but what hardly anyone means: rules that never act, tag lists that mean AND, tags that cannot be.

AWS applies rules in ascending priority, and a rule leaves alone whatever an earlier rule *identified*, even what that
one kept (ECR user guide, "Lifecycle policy evaluation rules",
https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html). Storage classes do not meet.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence

from ecr_constructs.core.lifecycle.image_tags import TAG_FORM, why_unmatched
from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.origin import Origin, WrittenRule
from ecr_constructs.core.lifecycle.rule import STORAGE_CLASSES, LifecycleRule
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["inert_notices", "policy_notices", "tag_list_notices"]

_USUAL = "lifecycle-any-skips-untagged"

_Said = Callable[[KeyPath], bool]


def policy_notices(written: Sequence[WrittenRule], *, said: _Said = lambda _: True) -> list[Problem]:
    """Return what is to be pointed out of a policy.

    Untagged images apart from the rest, which is how policies are usually meant, is nothing to point out.

    Args:
        written: The rules of a policy that AWS takes, and where they were written.
        said: Whether someone wrote something there; what nobody wrote is pointed out at the rule that comes first.
    """
    rules, origins = [rule for rule, _ in written], [origin for _, origin in written]
    found = (*inert_notices(rules, origins, said=said), *tag_list_notices(rules, origins))
    return [notice for notice in found if notice.code != _USUAL]


def inert_notices(
    rules: Sequence[LifecycleRule], origins: Sequence[Origin] = (), *, said: _Said = lambda _: True
) -> list[Problem]:
    """Return what never acts because earlier rules identify everything that it selects.

    Only certain cases are named, so a policy without notices may still hold such rules. The codes are
    `lifecycle-inert` (a rule never acts), `lifecycle-any-skips-tagged` and `lifecycle-any-skips-untagged` (an `any`
    rule acts on the others alone).

    Args:
        rules: Rules that `check_rules` finds no problem in, numbered or not.
        origins: Where each of them was written.
        said: As in `policy_notices`.
    """
    ordered = sorted(_written(rules, origins), key=lambda each: each.rule.rule_priority or 0)
    notices: list[Problem] = []
    for storage_class in STORAGE_CLASSES:
        of_class = [each for each in ordered if each.rule.selected_class == storage_class]
        for index, each in enumerate(of_class):
            find = _any_after if each.rule.tag_status == "any" else _after
            notices += find(of_class[:index], each, said)
    return notices


def tag_list_notices(rules: Sequence[LifecycleRule], origins: Sequence[Origin] = ()) -> list[Problem]:
    """Return the tag lists that read like something else than what AWS makes of them.

    The codes are `lifecycle-tags-and` (a tag list of several entries), `lifecycle-prefix-wildcard` (a `*` in a prefix)
    and `lifecycle-selects-nothing` (a pattern or prefix that no tag can match).

    Args:
        rules: Rules that `check_rules` finds no problem in, numbered or not.
        origins: Where each of them was written.
    """
    return [notice for each in _written(rules, origins) for notice in _tag_lists(each)]


def _written(rules: Sequence[LifecycleRule], origins: Sequence[Origin]) -> list[WrittenRule]:
    return list(map(WrittenRule, assign_priorities(rules), origins or [Origin(())] * len(rules)))


def _tag_lists(written: WrittenRule) -> Iterator[Problem]:
    rule, origin = written
    for field, tags in (("tag_pattern_list", rule.tag_pattern_list), ("tag_prefix_list", rule.tag_prefix_list)):
        path = origin.at(field) if origin.path else ()
        if isinstance(tags, tuple) and len(tags) > 1:
            entries = f"{', '.join(map(repr, tags[:-1]))} and {tags[-1]!r}"
            text = (
                f"{_subject(rule)} selects only images that carry a tag for each of {entries}, not those that match "
                "one of them"
            )
            fix = "For alternatives write one rule each."
            yield Problem(path, "lifecycle-tags-and", text, fix=fix, severity="warning")
        yield from _unmatched(rule, tags, path, prefixes=field == "tag_prefix_list")
    path = origin.at("tag_prefix_list") if origin.path else ()
    for tag in rule.tag_prefix_list if isinstance(rule.tag_prefix_list, tuple) else ():
        if "*" in tag and not is_unresolved(tag):
            text = f"{_subject(rule)} takes the '*' of the prefix {tag!r} as it stands, and no tag can hold one"
            fix = "Use tag_pattern_list for patterns."
            yield Problem(path, "lifecycle-prefix-wildcard", text, fix=fix, severity="warning")


def _unmatched(rule: LifecycleRule, tags: Sequence[str], path: KeyPath, *, prefixes: bool) -> Iterator[Problem]:
    for tag in dict.fromkeys(tags) if isinstance(tags, tuple) else ():
        if is_unresolved(tag) or (prefixes and "*" in tag):  # a '*' in a prefix has a notice of its own
            continue
        if reason := why_unmatched(tag):
            text = f"{_subject(rule)} never selects an image: {reason}, so none matches {show(tag)}"
            yield Problem(path, "lifecycle-selects-nothing", text, fix=TAG_FORM, severity="warning")


def _after(earlier: Sequence[WrittenRule], written: WrittenRule, said: _Said) -> Iterator[Problem]:
    cover = next((other for other in earlier if _covers(other.rule, written.rule)), None)
    if cover:
        reason = f"{_name(cover.rule)} comes first and identifies every image that it selects"
        yield _never(written, cover, reason, said)


def _any_after(earlier: Sequence[WrittenRule], written: WrittenRule, said: _Said) -> Iterator[Problem]:
    tagged = [other for other in earlier if other.rule.tag_status == "tagged" and _is_every_tag(other.rule)][:1]
    untagged = [other for other in earlier if other.rule.tag_status == "untagged"][:1]
    if tagged and untagged:
        first, second = (other for other in earlier if other in (*tagged, *untagged))
        reason = f"{_name(first.rule)} and {_name(second.rule)} come first and identify every image between them"
        yield _never(written, first, reason, said)
        return
    for others, images, rest in ((tagged, "tagged", "untagged"), (untagged, "untagged", "tagged")):
        for other in others:
            text = (
                f"{_subject(written.rule)} acts on {rest} images alone: {_name(other.rule)} comes first and identifies "
                "the others"
            )
            yield _at(written, other, said, Problem((), f"lifecycle-any-skips-{images}", text, severity="warning"))


def _never(written: WrittenRule, cover: WrittenRule, reason: str, said: _Said) -> Problem:
    text = f"{_subject(written.rule)} never acts: {reason}, and later rules leave alone what an earlier one identifies"
    return _at(written, cover, said, Problem((), "lifecycle-inert", text, severity="warning"))


def _at(written: WrittenRule, cover: WrittenRule, said: _Said, notice: Problem) -> Problem:
    """Return a notice where the rule was written, or what comes before it where nobody wrote the rule."""
    if said(written.origin.path):
        return notice.moved(*written.origin.path)
    fix = f"The rule comes of the built-in default of {written.origin}; null leaves it out."
    return dataclasses.replace(notice.moved(*cover.origin.path), fix=fix)


def _name(rule: LifecycleRule) -> str:
    return f"rule {rule.rule_priority}" + (f' ("{rule.description}")' if rule.description else "")


def _subject(rule: LifecycleRule) -> str:
    """Return the name of a rule as a sentence begins with it."""
    return f"R{_name(rule)[1:]}"


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
