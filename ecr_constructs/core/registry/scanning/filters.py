"""Filters of repository names as ECR's scanning reads them, and the filter that matches one name.

A filter without `*` matches every name that *contains* it: `web` scans `web-admin` and `my-web` too. A filter with `*`
is compared with the whole name, and each `*` stands for zero or more characters
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html, whose table has `prod*repo` match
`prodrepo` and `prod-repo`, but not `repo-prod-repo`).

No filter is for one name alone, but one comes close: a `*` inside the name pins both of its ends and may stand for
nothing. `w*eb` matches `web`, and neither `web-admin` nor `my-web`; where there is a `worker-web`, `we*b` will do.
Every other filter that matches a name matches at least what one of these does: if none of them is exact, none is.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["MOST_FILTERS", "Names", "check_filter", "exact_filter", "filter_matches", "is_filter", "spell"]

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegistryScanningRule.html
MOST_FILTERS = 100
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ScanningRepositoryFilter.html. AWS's pattern
# `^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$` takes the same texts, but an exponential time to refuse some.
_FILTER = re.compile(r"[a-z0-9*]+(?:[._/-][a-z0-9*]+)*")
_LONGEST_FILTER = 255
_BETWEEN_SEPARATORS = re.compile(r"(?<=[._/-])(?=[._/-])")
_WORD = re.compile(r"[a-z0-9]+")


class Names:
    """Names of repositories, to be asked which of them a filter matches."""

    def __init__(self, names: Iterable[str]) -> None:
        self._sorted = sorted(set(names))

    def __iter__(self) -> Iterator[str]:
        return iter(self._sorted)

    def beginning_with(self, prefix: str) -> Iterator[str]:
        """Yield the names that begin with a text, sorted."""
        for index in range(bisect.bisect_left(self._sorted, prefix), len(self._sorted)):
            if not self._sorted[index].startswith(prefix):
                return
            yield self._sorted[index]

    def matching(self, text: str) -> Iterator[str]:
        """Yield the names that a filter matches, sorted."""
        candidates = self.beginning_with(text.partition("*")[0]) if "*" in text else iter(self._sorted)
        return (name for name in candidates if filter_matches(text, name))


def filter_matches(text: str, name: str) -> bool:
    """Tell whether a filter matches the name of a repository."""
    if "*" not in text:
        return text in name
    first, *middle, last = text.split("*")
    position, end = len(first), len(name) - len(last)
    if end < position or not name.startswith(first) or not name.endswith(last):
        return False
    for part in middle:
        found = name.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def is_filter(text: str) -> bool:
    """Tell whether ECR takes a text as a filter."""
    return len(text) <= _LONGEST_FILTER and _FILTER.fullmatch(text) is not None


def spell(text: str) -> str:
    """Return the narrowest filter that ECR takes, of any length, for a text that begins and ends as a filter may.

    Names may hold `--` and `__`, filters may not: a `*` comes between the two.
    """
    return _BETWEEN_SEPARATORS.sub("*", text)


def check_filter(text: object, *path: str | int) -> list[Problem]:
    """Check a filter that is written by hand.

    ECR would take one without `*` as well. It is refused here, because it looks like a name and is none.
    """
    if is_unresolved(text):
        rule, fix = "must be known at synthesis", "Write the filter out: what it matches is checked."
        return [Problem(path, "scanning-filter", rule, "a token", fix)]
    if not isinstance(text, str) or not is_filter(text):
        rule = "must be a filter that ECR takes"
        fix = "Use lowercase letters, digits and '*', joined by single '.', '_', '-' or '/', at most 255 characters."
        return [Problem(path, "scanning-filter", rule, show(text), fix)]
    if "*" not in text:
        rule = "must contain '*', because without it ECR scans every repository whose name contains the text"
        fix = f"Write {f'*{text}*'!r} for all of those, or use add_repository for the one of that name."
        return [Problem(path, "scanning-filter", rule, show(text), fix)]
    return []


def exact_filter(name: str, others: Names) -> str:
    """Return the filter that matches a name and, if there is such a filter, none of the others.

    Which of several it is depends on the name and on those of the others that it would match, and on nothing else: it
    stays the same when unrelated repositories come and go.

    Args:
        name: Name of a repository.
        others: Names that should not match.

    Returns:
        Where no filter leaves all others alone, the first of those that match the fewest.
    """
    tight = spell(name)
    if "*" in tight and is_filter(tight):
        return tight  # every other filter that matches the name matches all that this one does
    fewest: tuple[int, str] | None = None
    for position in _positions(tight):
        text = _with_wildcard(tight, position)
        count = sum(other != name for other in others.matching(text))
        if fewest is None or count < fewest[0]:
            fewest = count, text
        if count == 0:
            break
    return fewest[1] if fewest is not None else name


def _positions(name: str) -> list[int]:
    """Return where a `*` may stand in a name, the best place first.

    That is the middle of the longest word: a name has to begin and end in two halves of words to match by accident,
    while names commonly have whole words in common.
    """
    depths = [0] * (len(name) + 1)
    for word in _WORD.finditer(name):
        for position in range(word.start() + 1, word.end()):
            depths[position] = min(position - word.start(), word.end() - position)
    return sorted(range(len(name) + 1), key=lambda at: (-depths[at], abs(2 * at - len(name)), at))


def _with_wildcard(text: str, position: int) -> str:
    """Put a `*` into a text; where that makes it too long, it also stands for some characters that follow it."""
    head = min(position, _LONGEST_FILTER - 1)
    tail = min(len(text) - head, _LONGEST_FILTER - 1 - head)
    return f"{text[:head]}*{text[len(text) - tail :]}"
