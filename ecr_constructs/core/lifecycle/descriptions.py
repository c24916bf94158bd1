"""Descriptions that say another number than their rule."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ecr_constructs.core.lifecycle.origin import WrittenRule
from ecr_constructs.core.lifecycle.reach import UNTAGGED, reaches_untagged, tagged_reached
from ecr_constructs.core.lifecycle.rule import LifecycleRule
from ecr_constructs.core.lifecycle.trap import Trap, subject_of
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["other_number", "quantities"]

_WORDS: Final = {
    word: number
    for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
} | {
    "twelve": 12,
    "fourteen": 14,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "hundred": 100,
}

# How many days at least and at most: a month has 28 to 31 of them.
_UNITS: Final = {
    "hour": (1 / 24, 1 / 24),
    "day": (1, 1),
    "d": (1, 1),
    "week": (7, 7),
    "w": (7, 7),
    "month": (28, 31),
    "quarter": (89, 92),
    "year": (365, 366),
    "y": (365, 366),
}
_THINGS: Final = "image|tag|version|release|build|artifact|candidate|copy|copie|snapshot|revision"
_NUMBER: Final = rf"(?<![\w.*/-])(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+|{'|'.join(_WORDS)})"
_COUNTED = re.compile(
    rf"{_NUMBER}(?:\s*-?\s*(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})s?\b"
    rf"|(?:\s+[a-z]+){{0,3}}?\s+(?P<thing>{_THINGS})s?\b)",
    re.IGNORECASE,
)
# A number without a unit, after a word that says how many there are to be.
_BARE = re.compile(
    rf"\b(?:keep|last|newest|latest|recent|most|than|only|after|maximum|max|over|top)\s+{_NUMBER}(?![\w.*/-])",
    re.IGNORECASE,
)


class Quantity(NamedTuple):
    """A number that a description says.

    Attributes:
        text: How it says it.
        least: The smallest number that it can mean, in days where it is a time.
        most: The largest one.
        of: What there are so many of; None where that is not said.
    """

    text: str
    least: float
    most: float
    of: str | None


def quantities(text: str) -> list[Quantity]:
    """Return the numbers of days and of images that a description says."""
    found: dict[int, Quantity] = {}
    for match in _COUNTED.finditer(text):
        number = _value(match["number"])
        least, most = _UNITS[match["unit"].lower()] if match["unit"] else (1, 1)
        of = "days" if match["unit"] else "images"
        found[match.start("number")] = Quantity(match.group(), number * least, number * most, of)
    for match in _BARE.finditer(text):
        number = _value(match["number"])
        found.setdefault(match.start("number"), Quantity(match["number"], number, number, None))
    return [found[place] for place in sorted(found)]


def other_number(earlier: Sequence[WrittenRule], written: WrittenRule) -> Iterator[Trap]:
    """Yield a rule whose description says numbers, and none of them is that of the rule.

    Args:
        earlier: The rules of its storage class that come before it, in their order.
        written: The rule.
    """
    rule, origin = written
    number = rule.count_number
    if origin.form == "shortcut" or not isinstance(rule.description, str) or is_unresolved(rule.description):
        return
    if is_unresolved(number) or isinstance(number, str):
        return
    counts = "images" if rule.count_type == "imageCountMoreThan" else "days"
    said = quantities(rule.description)
    if not said or any(each.of in (None, counts) and each.least <= number <= each.most for each in said):
        return
    first = next((each for each in said if each.of in (None, counts)), said[0])
    unit = counts if number != 1 else counts[:-1]
    text = f"{subject_of(rule)} says {show(first.text)} in its description, and counts {number:,} {unit}"
    path = origin.at("description") if origin.path else ()
    meant = _meant(rule, first)
    before = [each.rule for each in earlier]
    kind = UNTAGGED if reaches_untagged(rule, before) else tagged_reached(rule, before)
    fix = "Correct the one or the other."
    notice = Problem(path, "lifecycle-description-number", text, fix=fix, severity="warning")
    yield Trap(notice, rule, kind, (meant,) if meant else ())


def _meant(rule: LifecycleRule, said: Quantity) -> LifecycleRule | None:
    """Return the rule that the description speaks of, where it can be one."""
    number = round(said.most)
    if number < 1 or rule.selected_class != "standard":
        return None
    if rule.count_type == "imageCountMoreThan" and said.of == "days":
        return dataclasses.replace(rule, count_type="sinceImagePushed", count_unit="days", count_number=number)
    if rule.count_type == "sinceImagePushed" and said.of == "images":
        return dataclasses.replace(rule, count_type="imageCountMoreThan", count_unit=None, count_number=number)
    return dataclasses.replace(rule, count_number=number)


def _value(text: str) -> int:
    return _WORDS.get(text.lower()) or int(text.replace(",", ""))
