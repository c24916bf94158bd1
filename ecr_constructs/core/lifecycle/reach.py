"""Which kinds of images a rule is the first of its storage class to identify, decided exactly.

What an earlier rule identifies, a later one leaves alone. So a rule can act on a kind of image if there are tags that
match what it asks for, and that fail one entry at least of each earlier rule's list. Further tags help the earlier
rules alone: one tag for each entry is enough, and which entry each earlier rule fails at is all that is searched.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Sequence
from typing import TypeAlias

from ecr_constructs.core.lifecycle.rule import TAG_STATUSES, LifecycleRule
from ecr_constructs.core.lifecycle.tag_languages import Undecided, matches, tag_for, tags_for
from ecr_constructs.core.tokens import is_unresolved

__all__ = [
    "UNTAGGED",
    "Kind",
    "Patterns",
    "asked_by",
    "is_known",
    "reaches_untagged",
    "tagged_first_identified",
    "tagged_reached",
]

Patterns: TypeAlias = tuple[str, ...]
"""What an image's tags have to match, each of them."""

_MOST_CHOICES = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """Images of one kind.

    Attributes:
        patterns: What their tags match: each has a tag for each of these. Untagged ones have none.
        others: What none of their tags matches.
    """

    patterns: Patterns = ()
    others: frozenset[str] = frozenset()

    def tags(self, number: int) -> list[tuple[str, ...]]:
        """Return the tags of so many images of the kind; fewer where there are not so many tags."""
        if not self.patterns:
            return [()] * number
        each = [itertools.islice(tags_for(pattern, self.others), number) for pattern in self.patterns]
        return [_needed(tags, self.patterns) for tags in zip(*each, strict=False)]


UNTAGGED = Kind()
"""Images without a tag."""


def asked_by(rule: LifecycleRule) -> tuple[str | None, ...]:
    """Return what a rule for tagged images asks of their tags, as patterns; None for what is not known yet."""
    return _asked(rule.tag_pattern_list, rule.tag_prefix_list)


@functools.lru_cache(maxsize=4096)
def _asked(patterns: Sequence[str], prefixes: Sequence[str]) -> tuple[str | None, ...]:
    if isinstance(patterns, str) or isinstance(prefixes, str):
        return (None,)  # an expression stands for the list
    asked = [None if is_unresolved(tag) else tag for tag in patterns]
    # No tag holds a '*', which a prefix takes as it stands.
    asked += [None if is_unresolved(tag) else tag.replace("*", "\0") + "*" for tag in prefixes]
    return tuple(asked)


def is_known(rule: LifecycleRule) -> bool:
    """Tell whether it is known which images a rule identifies."""
    return rule.tag_status in ("any", "untagged") or (rule.tag_status == "tagged" and None not in asked_by(rule))


def reaches_untagged(rule: LifecycleRule, earlier: Sequence[LifecycleRule]) -> bool:
    """Tell whether a rule is the first one to identify untagged images.

    Args:
        rule: The rule.
        earlier: The rules of its storage class that come before it.
    """
    return rule.tag_status in ("any", "untagged") and all(each.tag_status == "tagged" for each in earlier)


def tagged_reached(rule: LifecycleRule, earlier: Sequence[LifecycleRule], *also: str) -> Kind | None:
    """Return a kind of tagged images that a rule is the first one to identify; None where there is none.

    What is not known yet of the rule may be anything, and an earlier rule of which something is not known may identify
    nothing: so None is certain.

    Args:
        rule: The rule.
        earlier: The rules of its storage class that come before it.
        also: Patterns that the image's tags are to match as well.

    Raises:
        Undecided: It would take too long to tell.
    """
    if rule.tag_status not in TAG_STATUSES:
        return Kind(("*",))
    if rule.tag_status == "untagged":
        return None
    asked = asked_by(rule) if rule.tag_status == "tagged" else ("*",)
    wanted = tuple(dict.fromkeys([*("*" if each is None else each for each in asked), *also]))
    if any(each.tag_status == "any" for each in earlier):
        return None
    lists = (asked_by(each) for each in earlier if each.tag_status == "tagged" and is_known(each))
    return _search(wanted, tuple(dict.fromkeys(tuple(filter(None, each)) for each in lists)))


def tagged_first_identified(*by: tuple[LifecycleRule | None, Sequence[LifecycleRule]]) -> Kind | None:
    """Return a kind of tagged images that each of some rules is the first of its policy to identify.

    Args:
        by: Each rule with those of its storage class that come before it in its policy, all of them known; None stands
            for images that none of these rules identifies.

    Returns:
        The kind; None where there is none.

    Raises:
        Undecided: It would take too long to tell.
    """
    wanted: dict[str, None] = {}
    lists: dict[Patterns, None] = {}
    for rule, earlier in by:
        if (rule is not None and rule.tag_status == "untagged") or any(each.tag_status == "any" for each in earlier):
            return None
        if rule is not None and rule.tag_status == "tagged":
            wanted.update(dict.fromkeys(filter(None, asked_by(rule))))
        lists.update(
            dict.fromkeys(tuple(filter(None, asked_by(each))) for each in earlier if each.tag_status == "tagged")
        )
    return _search(tuple(wanted) or ("*",), tuple(lists))


@functools.lru_cache(maxsize=4096)
def _search(wanted: Patterns, earlier: tuple[Patterns, ...]) -> Kind | None:
    """Return a kind of images whose tags match what is wanted, and for each earlier list fail one of its entries."""
    waiting = [frozenset[str]()]
    seen = set(waiting)
    while waiting:
        if len(seen) > _MOST_CHOICES:
            raise Undecided
        others = waiting.pop()
        tags = [tag_for(pattern, others) for pattern in wanted]
        if None in tags:
            continue  # to fail at more makes it no easier
        found = [tag for tag in tags if tag is not None]
        identifying = next((each for each in earlier if _all_matched(each, found)), None)
        if identifying is None:
            failing = {next(entry for entry in each if not _all_matched((entry,), found)) for each in earlier}
            return Kind(wanted, others | failing)
        further = [others | {entry} for entry in identifying]
        waiting += [each for each in reversed(further) if each not in seen]
        seen.update(further)
    return None


def _all_matched(patterns: Patterns, tags: Sequence[str]) -> bool:
    return all(any(matches(pattern, tag) for tag in tags) for pattern in patterns)


def _needed(tags: Sequence[str], patterns: Patterns) -> tuple[str, ...]:
    """Return tags without those that are not needed to match patterns."""
    needed = list(dict.fromkeys(tags))
    for tag in reversed(tuple(needed)):
        others = [each for each in needed if each != tag]
        if _all_matched(patterns, others):
            needed = others
    return tuple(needed)
