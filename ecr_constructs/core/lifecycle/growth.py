"""What comes of the rules together: images that no rule ever acts on, and tagged ones that go by their age alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.reach import UNTAGGED, is_known, reaches_untagged, tagged_reached
from ecr_constructs.core.lifecycle.rule import STORAGE_CLASSES, LifecycleRule
from ecr_constructs.core.lifecycle.trap import Trap, only_protects, subject_of
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["expired_by_age", "growing", "growing_archive"]

_ANY = LifecycleRule(tag_status="any", count_type="imageCountMoreThan", count_number=1)
_ARCHIVED = LifecycleRule(tag_status="any", count_type="sinceImageTransitioned", count_number=90)


def growing(of_class: Sequence[WrittenRule]) -> Iterator[Trap]:
    """Yield the kinds of images of the storage class `standard` that no rule identifies.

    What a rule protects is bounded by nobody on purpose, and is not pointed out.

    Args:
        of_class: The rules of the storage class, in their order.
    """
    rules = [each.rule for each in of_class]
    if not rules or not _all_known(rules):
        return
    path = _whole(of_class)
    kind = tagged_reached(_ANY, rules)
    if kind is not None:
        (tag,) = kind.tags(1)[0]
        text = f"Nothing bounds how many tagged images there are: no rule identifies one with the tag {show(tag)} alone"
        fix = _remedy(of_class, "max_image_count", "Select any image in the last rule")
        yield Trap(Problem(path, "lifecycle-grows-tagged", text, fix=fix, severity="notice"), kind=kind)
    if reaches_untagged(_ANY, rules):
        text = "Nothing bounds how many untagged images there are: no rule identifies them"
        fix = _remedy(of_class, "expire_untagged_after_days", "Add a rule for untagged images")
        yield Trap(Problem(path, "lifecycle-grows-untagged", text, fix=fix, severity="notice"), kind=UNTAGGED)


def growing_archive(of_class: Sequence[WrittenRule], archived: Sequence[WrittenRule]) -> Iterator[Trap]:
    """Yield the rules that move images to the archive which no rule expires there.

    Args:
        of_class: The rules of the storage class `standard`, in their order.
        archived: Those of the archive.
    """
    there = [each.rule for each in archived]
    if not _all_known([*there, *(each.rule for each in of_class)]):
        return
    for index, written in enumerate(of_class):
        rule, before = written.rule, [each.rule for each in of_class[:index]]
        if rule.action_type != "transition":
            continue
        kind = UNTAGGED if reaches_untagged(rule, before) and reaches_untagged(_ARCHIVED, there) else None
        which = "those without a tag"
        tagged = tagged_reached(rule, [*before, *there])
        if tagged is not None:
            kind, which = tagged, f"those tagged {' and '.join(map(show, tagged.tags(1)[0]))}"
        if kind is None:
            continue
        text = (
            f"Nothing bounds how many archived images there are: {subject_of(rule)[0].lower()}{subject_of(rule)[1:]} "
            f"moves images to the archive, and no rule expires {which if there else 'them'} there"
        )
        fix = (
            "Expire them by a rule on sinceImageTransitioned."
            if written.origin.form == "json"
            else "Set delete_archived_after_days, or expire them by a rule on sinceImageTransitioned."
        )
        path = written.origin.path
        yield Trap(Problem(path, "lifecycle-grows-archived", text, fix=fix, severity="notice"), rule, kind)


def expired_by_age(earlier: Sequence[WrittenRule], written: WrittenRule) -> Iterator[Trap]:
    """Yield a rule by whose days tagged images go, whether they are pulled or not.

    Args:
        earlier: The rules of its storage class that come before it, in their order.
        written: The rule.
    """
    rule = written.rule
    if rule.count_type != "sinceImagePushed" or only_protects(rule) or not is_known(rule):
        return
    kind = tagged_reached(rule, [each.rule for each in earlier])
    if kind is None:
        return
    acts = "moves tagged images to the archive" if rule.action_type == "transition" else "expires tagged images"
    text = (
        f"{subject_of(rule)} {acts} by their age alone, those that are deployed and the newest one too: to pull an "
        "image does not keep it"
    )
    fix = (
        "Count images instead, or protect the tags of what runs and acknowledge this."
        if written.origin.form == "json"
        else "Use keep_tagged_count instead, or name the tags of what runs in protected_tags and acknowledge this."
    )
    yield Trap(Problem(written.origin.path, "lifecycle-age-alone", text, fix=fix, severity="warning"), rule, kind)


def _all_known(rules: Sequence[LifecycleRule]) -> bool:
    return all(is_known(rule) and rule.selected_class in STORAGE_CLASSES for rule in rules)


def _whole(written: Sequence[WrittenRule]) -> KeyPath:
    """Return where a file says the policy as a whole: its document, or the value that bounds all images."""
    path = written[0].origin.path
    if "lifecycle_policy" in path:
        return path[: path.index("lifecycle_policy") + 1]
    return ("max_image_count",) if path else ()


def _remedy(written: Sequence[WrittenRule], option: str, otherwise: str) -> str:
    return f"{otherwise}." if written[0].origin.form == "json" else f"Set {option}."
