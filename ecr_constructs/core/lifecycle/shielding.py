"""What comes of the order of rules: a rule that never acts, and a rule that reaches what a later one protects.

AWS applies rules in ascending priority, and a rule leaves alone whatever an earlier rule *identified*, even what that
one kept (ECR user guide, "Lifecycle policy evaluation rules",
https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html). Storage classes do not meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.reach import UNTAGGED, Kind, asked_by, is_known, reaches_untagged, tagged_reached
from ecr_constructs.core.lifecycle.rule import TAG_STATUSES, LifecycleRule
from ecr_constructs.core.lifecycle.tag_languages import tag_for
from ecr_constructs.core.lifecycle.trap import Said, Trap, all_of, name_of, only_protects, subject_of
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["protected_reached", "shielded"]

_LATER = "and later rules leave alone what an earlier one identifies"


def shielded(earlier: Sequence[WrittenRule], written: WrittenRule, said: Said) -> Iterator[Trap]:
    """Yield what a rule never acts on because earlier ones identify it.

    Args:
        earlier: The rules of its storage class that come before it, in their order.
        written: The rule.
        said: Whether someone wrote something there; what nobody wrote is pointed out at the rule that comes first.
    """
    rule = written.rule
    if rule.tag_status not in TAG_STATUSES or not _selects_something(rule):
        return
    before = [each.rule for each in earlier]
    tagged = rule.tag_status == "untagged" or tagged_reached(rule, before) is not None
    untagged = rule.tag_status == "tagged" or reaches_untagged(rule, before)
    kind = UNTAGGED if tagged else _tagged_kind(rule)
    if tagged and untagged:
        return
    if rule.tag_status != "any":
        cover = _cover(earlier, lambda rules: not _reaches(rule, rules))
        between = " between them" if len(cover) > 1 else ""
        reason = f"{all_of(cover)} {_comes(cover)} first and {_identifies(cover)} every image that it selects{between}"
    elif not tagged and not untagged:
        cover = _cover(earlier, lambda rules: not _reaches(rule, rules))
        between = " between them" if len(cover) > 1 else ""
        reason = f"{all_of(cover)} {_comes(cover)} first and {_identifies(cover)} every image{between}"
    else:
        cover = _cover(earlier, lambda rules: not _reaches_part(rule, rules, of_tagged=not tagged))
        rest, skipped = ("untagged", "tagged") if untagged else ("tagged", "untagged")
        text = (
            f"{subject_of(rule)} acts on {rest} images alone: {all_of(cover)} {_comes(cover)} first and "
            f"{_identifies(cover)} the others"
        )
        yield _at(written, cover, said, f"lifecycle-any-skips-{skipped}", text, kind)
        return
    yield _at(written, cover, said, "lifecycle-inert", f"{subject_of(rule)} never acts: {reason}, {_LATER}", kind)


def protected_reached(earlier: Sequence[WrittenRule], written: WrittenRule) -> Iterator[Trap]:
    """Yield the rules that come before one that protects images, and act on such images.

    Args:
        earlier: The rules of its storage class that come before it, in their order.
        written: The rule.
    """
    rule = written.rule
    if rule.tag_status != "tagged" or not only_protects(rule) or not is_known(rule):
        return
    protected = [each for each in asked_by(rule) if each is not None]
    for index, other in enumerate(earlier):
        if only_protects(other.rule) or not is_known(other.rule):
            continue
        kind = tagged_reached(other.rule, [each.rule for each in earlier[:index]], *protected)
        if kind is None:
            continue
        acts = "moves them to the archive" if other.rule.action_type == "transition" else "expires them"
        tags = " and ".join(map(show, (*rule.tag_pattern_list, *rule.tag_prefix_list)))
        text = (
            f"{subject_of(other.rule)} comes before {name_of(rule)}, identifies images that carry the protected "
            f"{tags} too, and {acts}"
        )
        fix = (
            f"Give it a priority above {rule.rule_priority}."
            if other.origin.form == "json" or written.origin.form != "shortcut"
            else "Leave out its rule_priority: it is then numbered after what protects them."
        )
        path = other.origin.at("rule_priority")
        yield Trap(Problem(path, "lifecycle-protected-reached", text, fix=fix, severity="warning"), other.rule, kind)


def _at(written: WrittenRule, cover: Sequence[WrittenRule], said: Said, code: str, text: str, kind: Kind) -> Trap:
    """Return a trap where the rule was written, or what comes before it where nobody wrote the rule."""
    path: KeyPath = written.origin.path
    fix = ""
    if not said(path):
        fix = f"The rule comes of the built-in default of {written.origin}; null leaves it out."
        if code == "lifecycle-any-skips-tagged":  # which would leave those that it acts on to nobody
            fix = fix.replace("it out.", "it out, and expire_untagged_after_days takes its place.")
        path = cover[0].origin.path
    return Trap(Problem(path, code, text, fix=fix, severity="warning"), written.rule, kind)


def _selects_something(rule: LifecycleRule) -> bool:
    """Tell whether there are tags that a rule selects: where there are none, its tags are pointed out."""
    if rule.tag_status != "tagged":
        return True
    return all(each is None or tag_for(each) is not None for each in asked_by(rule))


def _tagged_kind(rule: LifecycleRule) -> Kind:
    if rule.tag_status == "any":
        return Kind(("*",))
    return Kind(tuple(dict.fromkeys("*" if each is None else each for each in asked_by(rule))))


def _reaches(rule: LifecycleRule, earlier: Sequence[LifecycleRule]) -> bool:
    return reaches_untagged(rule, earlier) or tagged_reached(rule, earlier) is not None


def _reaches_part(rule: LifecycleRule, earlier: Sequence[LifecycleRule], *, of_tagged: bool) -> bool:
    return tagged_reached(rule, earlier) is not None if of_tagged else reaches_untagged(rule, earlier)


def _cover(earlier: Sequence[WrittenRule], covered: Callable[[Sequence[LifecycleRule]], bool]) -> list[WrittenRule]:
    """Return the rules that suffice: the first one that does by itself, else those that cannot be left out."""
    alone = next((each for each in earlier if covered([each.rule])), None)
    if alone is not None:
        return [alone]
    needed = list(earlier)
    for each in reversed(earlier):
        others = [other for other in needed if other is not each]
        if covered([other.rule for other in others]):
            needed = others
    return needed


def _comes(cover: Sequence[WrittenRule]) -> str:
    return "comes" if len(cover) == 1 else "come"


def _identifies(cover: Sequence[WrittenRule]) -> str:
    return "identifies" if len(cover) == 1 else "identify"
