"""How many tagged images of each pattern are kept, as rules that keep what each number promises.

The first rule that identifies an image decides, so an image with tags of two patterns would be decided by one of the
two numbers. A rule for the images that carry both comes before them, with the larger number. It promises both: an image
has no worse place among those that carry both than among those that carry one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from ecr_constructs.core.lifecycle.field_checks import number_problems, tag_list_problems
from ecr_constructs.core.lifecycle.image_tags import TAG_FORM, takes_every_tag_of, why_unmatched
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = [
    "BEYOND_KEPT",
    "MOST_KEPT_PATTERNS",
    "BeyondKept",
    "Kept",
    "KeptPerPattern",
    "kept_problems",
    "kept_together",
]

BeyondKept: TypeAlias = Literal["expire", "archive"]
BEYOND_KEPT: Final[tuple[BeyondKept, ...]] = get_args(BeyondKept)

MOST_KEPT_PATTERNS = 5
"""As many patterns have at most 31 combinations, each of them a rule, and a policy takes 50."""


class KeptPerPattern(dict[str, Any]):
    """How many images of each pattern are kept; never changed once it is made, so that it has a hash."""

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none
        """Return the same for the same numbers, in whatever order."""
        return hash(frozenset(self.items()))


def kept_problems(kept: object, path: KeyPath) -> Iterator[Problem]:
    """Return what is wrong with the patterns and their numbers.

    Args:
        kept: What was given.
        path: Where it was given.
    """
    if not isinstance(kept, Mapping):
        rule, fix = "must be tag patterns, each with how many images are kept", "Write it as in {'v*': 20}."
        yield Problem(path, "lifecycle-kept-patterns", rule, show(kept), fix)
        return
    if len(kept) > MOST_KEPT_PATTERNS:
        rule = f"must hold at most {MOST_KEPT_PATTERNS} patterns"
        fix = "Each combination of patterns is a rule, and ECR takes 50. Use fewer, or protect some of the tags."
        yield Problem(path, "lifecycle-kept-patterns", rule, str(len(kept)), fix)
    for pattern, number in kept.items():
        yield from _pattern_problems(pattern, (*path, pattern))
        if is_unresolved(number):
            rule, fix = "must be known at synthesis", "Numbers of several patterns are compared: write it out."
            yield Problem((*path, pattern), "lifecycle-kept-patterns", rule, show(number), fix)
        else:
            yield from number_problems(number, (*path, pattern))


def _pattern_problems(pattern: object, path: KeyPath) -> Iterator[Problem]:
    wrong = [problem.moved(*path) for problem in tag_list_problems((pattern,), (), patterns=True)]
    yield from wrong
    if wrong or not isinstance(pattern, str) or is_unresolved(pattern):
        return
    if not pattern.strip("*"):
        rule = "must not be a pattern of every tag"
        yield Problem(path, "lifecycle-kept-patterns", rule, show(pattern), "Use keep_tagged_count.")
    elif reason := why_unmatched(pattern):
        rule = f"must match tags that images can have, or it keeps none: {reason}"
        yield Problem(path, "lifecycle-protects-nothing", rule, show(pattern), TAG_FORM)


class Kept(NamedTuple):
    """How many of the images are kept that carry a tag for each of some patterns.

    Attributes:
        patterns: The patterns.
        number: How many.
        widest: Which pattern has that number.
    """

    patterns: tuple[str, ...]
    number: int
    widest: str


def kept_together(kept: Mapping[str, int]) -> list[Kept]:
    """Return what becomes one rule each, in the order of the rules.

    Args:
        kept: Patterns and numbers that `kept_problems` finds nothing in.
    """
    found: dict[frozenset[str], Kept] = {}
    for size in range(1, len(kept) + 1):
        for together in combinations(sorted(kept), size):
            # Whoever carries these carries a tag of every wider pattern too: `v1.*` is among `v*`.
            all_of = frozenset(wide for wide in kept if any(each == wide or _within(each, wide) for each in together))
            if all_of not in found:
                widest = max(sorted(all_of), key=lambda each: kept[each])
                found[all_of] = Kept(together, kept[widest], widest)
    return [found[all_of] for all_of in sorted(found, key=lambda all_of: (-len(all_of), found[all_of].patterns))]


def _within(narrow: str, wide: str) -> bool:
    return not is_unresolved(wide) and not is_unresolved(narrow) and takes_every_tag_of(wide, narrow)
