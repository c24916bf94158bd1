"""Sets of tags that patterns describe: is there a tag that one pattern matches and none of others does?

The answer is exact. Patterns are read side by side, letter by letter, as machines whose states are the places that a
tag can have reached in each; what no pattern tells apart is one letter. The shortest tag comes first.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Collection, Iterator
from typing import NamedTuple, TypeAlias

from ecr_constructs.core.lifecycle.image_tags import LONGEST_TAG, TAG
from ecr_constructs.core.lifecycle.tag_machine import FIRST_LETTERS, LETTERS, TagMachine

__all__ = ["Undecided", "matches", "tag_for", "tags_for"]

# How many letters are read by one pattern each: far more than patterns that anybody writes need, about a second. What
# needs more is not decided instead of waited for.
_MOST_READ = 1_000_000


class Undecided(Exception):
    """Patterns that would take too long to compare."""


class _State(NamedTuple):
    """How far a tag has come: in the pattern, and in each of the others that it can still match."""

    wanted: int
    others: tuple[tuple[int, int], ...]


_Letters: TypeAlias = tuple[str, ...]


def matches(pattern: str, tag: str) -> bool:
    """Tell whether a tag matches a pattern, in which `*` stands for any characters or none.

    It is also whether a pattern matches every tag that another one matches, given as a tag.
    """
    first, *parts = pattern.split("*")
    if not parts:
        return tag == pattern
    last = parts.pop()
    place, end = len(first), len(tag) - len(last)
    if place > end or not tag.startswith(first) or not tag.endswith(last):
        return False
    for part in parts:
        # The leftmost place leaves the most to the rest. A pattern is too short for it to be worth a machine.
        place = tag.find(part, place, end)
        if place < 0:
            return False
        place += len(part)
    return True


@functools.lru_cache(maxsize=4096)
def tag_for(pattern: str, others: frozenset[str] = frozenset()) -> str | None:
    """Return a tag that a pattern matches and none of others does; None where there is none.

    Args:
        pattern: A pattern, in which `*` stands for any characters or none.
        others: Patterns that the tag must not match.

    Raises:
        Undecided: It would take too long to tell.
    """
    if any(matches(other, pattern) for other in others):
        return None
    if (usual := _usual(pattern, 1)) and _is_found(usual, others):
        return usual
    return _Comparison(pattern, others).shortest()


def tags_for(pattern: str, others: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the tags that a pattern matches and none of others does, each once: numbered ones, else the shortest.

    Args:
        pattern: A pattern, in which `*` stands for any characters or none.
        others: Patterns that the tags must not match.

    Raises:
        Undecided: It would take too long to tell.
    """
    if tag_for(pattern, others) is None:
        return
    found: set[str] = set()
    further = _Comparison(pattern, others).all_of_them()
    number = 1
    while True:
        tag: str | None = _usual(pattern, number)
        if not tag or tag in found or not _is_found(tag, others):
            tag = next((each for each in further if each not in found), None)
        if tag is None:
            return
        found.add(tag)
        yield tag
        number += 1


def _usual(pattern: str, number: int) -> str:
    """Return a tag that is easy to read, or nothing where what it makes is no tag."""
    tag = pattern.replace("*", str(number)) if pattern.strip("*") else f"build-{number}"
    return tag if TAG.fullmatch(tag) else ""


def _is_found(tag: str, others: Collection[str]) -> bool:
    return not any(matches(other, tag) for other in others)


class _Comparison:
    """A pattern and others, read side by side."""

    def __init__(self, pattern: str, others: Collection[str]) -> None:
        self._wanted = TagMachine(pattern)
        self._others = [TagMachine(each) for each in sorted(others)]
        told_apart = set().union(*(each.letters for each in (self._wanted, *self._others)))
        alike = next((letter for letter in LETTERS if letter not in told_apart), None)
        self._letters: _Letters = tuple(each for each in LETTERS if each in told_apart or each == alike)
        self._read = 0
        self._first = _State(self._wanted.first, tuple((i, each.first) for i, each in enumerate(self._others)))

    def shortest(self) -> str | None:
        """Return the shortest tag."""
        seen = {self._first}
        waiting = deque([(self._first, "")])
        while waiting:
            state, tag = waiting.popleft()
            for letter, following in self._steps(state, tag):
                if self._is_accepted(following):
                    return tag + letter
                if following not in seen and len(tag) + 1 < LONGEST_TAG:
                    seen.add(following)
                    waiting.append((following, tag + letter))
        return None

    def all_of_them(self) -> Iterator[str]:
        """Yield the tags, the shortest first, as far as letters that no pattern tells apart are the same one."""
        leading = self._leading()
        waiting = deque([(self._first, "")])
        while waiting:
            state, tag = waiting.popleft()
            for letter, following in self._steps(state, tag):
                if following in leading and len(tag) < LONGEST_TAG:
                    if self._is_accepted(following):
                        yield tag + letter
                    waiting.append((following, tag + letter))

    def _leading(self) -> set[_State]:
        """Return the states that lead to a tag."""
        before: dict[_State, list[_State]] = {}
        waiting = deque([(self._first, "")])
        seen = {self._first}
        while waiting:
            state, tag = waiting.popleft()
            for _, following in self._steps(state, tag):
                before.setdefault(following, []).append(state)
                if following not in seen:
                    seen.add(following)
                    waiting.append((following, "x"))
        found = {state for state in before if self._is_accepted(state)}
        to_follow = list(found)
        while to_follow:
            for state in before.get(to_follow.pop(), ()):
                if state not in found:
                    found.add(state)
                    to_follow.append(state)
        return found

    def _steps(self, state: _State, tag: str) -> Iterator[tuple[str, _State]]:
        """Yield where each letter leads that a tag can go on with, and still be one that is looked for."""
        self._read += len(self._letters) * (1 + len(state.others))
        if self._read > _MOST_READ:
            raise Undecided
        for letter in self._letters:
            if not tag and letter not in FIRST_LETTERS:
                continue
            wanted = self._wanted.step(state.wanted, letter)
            if not wanted:
                continue
            others = tuple(
                (index, reached)
                for index, place in state.others
                if (reached := self._others[index].step(place, letter))
            )
            if not any(self._others[index].takes_all(place) for index, place in others):
                yield letter, _State(wanted, others)

    def _is_accepted(self, state: _State) -> bool:
        return self._wanted.accepts(state.wanted) and not any(
            self._others[index].accepts(place) for index, place in state.others
        )
