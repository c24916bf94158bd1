"""Fewer filters for the same repositories, where a rule cannot hold one for each."""

from __future__ import annotations

import bisect
import collections
import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from ecr_constructs.core.registry.scanning.filters import Names, exact_filter, is_filter, spell

__all__ = ["fold"]

# A word and what divides it from the others, such as `/prod/`; the second may be the first of the next word.
_INNER_WORD = re.compile(r"(?<![._/-])(?=([._/-][a-z0-9]+[._/-]))")


@dataclasses.dataclass(frozen=True, slots=True)
class _Group:
    """Names that one filter matches, and no name that it should not."""

    text: str
    names: frozenset[str]

    @property
    def looseness(self) -> tuple[int, str]:
        """Smaller for a filter that leaves less open."""
        return self.text.count("*") - len(self.text), self.text


def fold(names: Iterable[str], others: Names, most: int) -> list[str] | None:
    """Return filters that match all of the names and none of the others.

    As few names as will do share a filter, those with the most in common first, so that what is not known here is
    matched as little as possible. Where that takes too many filters, the largest groups come first.

    Args:
        names: Names that must match.
        others: Names that must not; where even a name's own filter matches one, it does so here as well.
        most: Number of filters to come down to.

    Returns:
        The filters, sorted; or None where none of both ways comes down to that number.
    """
    meant = sorted(set(names))
    exact = {name: exact_filter(name, others) for name in meant}
    if len(exact) <= most:
        return sorted(set(exact.values()))
    groups = _groups(meant, others)
    for way in (_most_in_common_first, _largest_first):
        filters = way(exact, groups, most)
        if len(filters) <= most:
            return sorted(filters)
    return None


def _most_in_common_first(exact: dict[str, str], groups: Iterable[_Group], most: int) -> set[str]:
    """Replace filters by the one of a group, until there are few enough."""
    filter_of, members = dict(exact), dict[str, frozenset[str]]()
    for name, text in exact.items():
        members[text] = members.get(text, frozenset()) | {name}
    for group in sorted(groups, key=lambda each: each.looseness):
        if len(members) <= most:
            break
        replaced = [text for text in {filter_of[name] for name in group.names} if members[text] <= group.names]
        if len(replaced) < 2:  # one for one saves nothing
            continue
        taken = frozenset[str]().union(*(members.pop(text) for text in replaced))
        members[group.text] = taken
        filter_of.update(dict.fromkeys(taken, group.text))
    return set(members)


def _largest_first(exact: dict[str, str], groups: Iterable[_Group], most: int) -> set[str]:
    """Take the group that has most of what is left, until single filters will do for the rest."""
    left, remaining, filters = set(exact), list(groups), set[str]()
    while len(filters) + len(left) > most:
        remaining = [group for group in remaining if len(group.names & left) > 1]
        if not remaining:
            break
        best = min(remaining, key=lambda each: (-len(each.names & left), each.looseness))
        filters.add(best.text)
        left -= best.names
    return filters | {exact[name] for name in left}


def _groups(meant: Sequence[str], others: Names) -> list[_Group]:
    """Return groups of names that can share a filter, each with the narrowest of its form."""
    index, found = Names(meant), dict[str, _Group]()
    for text in {*_with_common_ends(index, others), *_with_common_parts(index)}:
        if is_filter(text) and not any(others.matching(text)):
            group = _Group(text, frozenset(index.matching(text)))
            if len(group.names) > 1:
                found[text] = group
    return [found[text] for text in sorted(found)]


def _with_common_ends(meant: Names, others: Names) -> Iterator[str]:
    """Yield `team-*` and `team-*-prod`.

    For each beginning that names have in common, these are the largest groups that a common end keeps apart from the
    others.
    """
    beginnings = {"", *(_common_start(pair) for pair in itertools.pairwise(meant))}
    for beginning in beginnings:
        backwards = sorted(name[::-1] for name in others.beginning_with(beginning))
        by_end: dict[str, list[str]] = {}
        for name in meant.beginning_with(beginning):
            end = _distinct_end(name, backwards)
            if end is not None and len(beginning) + len(end) <= len(name):
                by_end.setdefault(end, []).append(name)
        for together in by_end.values():
            start = _common_start(together)
            room = min(map(len, together)) - len(start)
            end = _common_start([name[::-1] for name in together])[:room][::-1]
            yield spell(f"{start}*{end}")


def _with_common_parts(meant: Names) -> Iterable[str]:
    """Return `*/prod/*`, for each word inside of several names."""
    parts = collections.Counter(part for name in meant for part in set(_INNER_WORD.findall(name)))
    return (f"*{part}*" for part, count in parts.items() if count > 1)


def _distinct_end(name: str, backwards: Sequence[str]) -> str | None:
    """Return the shortest end of a name that none of the others (spelt backwards, sorted) has, or None."""
    if not backwards:
        return ""
    reverse = name[::-1]
    # Sorted, those that have most in common with it stand beside it.
    at = bisect.bisect_left(backwards, reverse)
    common = max(len(_common_start([reverse, other])) for other in backwards[max(at - 1, 0) : at + 1])
    return None if common == len(name) else name[len(name) - common - 1 :]


def _common_start(texts: Sequence[str]) -> str:
    # What the first and the last have in common, all between them have.
    first, last = min(texts), max(texts)
    differs = (index for index, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(differs, min(len(first), len(last)))]
