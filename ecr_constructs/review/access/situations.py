"""What the requests of anybody may come with, told from the conditions of policies: a network, a tag, a time.

Where it depends on conditions whether somebody may, a wider condition is another answer for a request that comes with
what it names.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping

from ecr_constructs.core.evaluation.clauses import Clause
from ecr_constructs.core.evaluation.operators import Known
from ecr_constructs.core.evaluation.wildcards import SOME

__all__ = ["Situation", "is_unshown", "situations_of"]

# Whoever is named by one of these asks as such already.
_OF_WHO = ("aws:principal", "aws:source")
_OF_NETWORK = ("aws:sourceip", "aws:sourcevpc", "aws:principaltag/")
# In the words for conditions: who it is, and policies and boundaries that are not known.
_UNSHOWN = (*_OF_WHO, "it is one of ", " allows it", " is let in")
# Of as many keys together, and as many of their values.
_MOST_TOGETHER, _MOST_SITUATIONS = 3, 64


@dataclasses.dataclass(frozen=True, slots=True)
class Situation:
    """What a request comes with.

    Attributes:
        said: Values by condition key, as policies write both.
        known: The same as it is known of a request.
    """

    said: Mapping[str, str]
    known: Known

    @property
    def text(self) -> str:
        """The same in words."""
        return " and ".join(f"{key} is {value}" for key, value in self.said.items())


def situations_of(clauses: Iterable[Clause]) -> Iterator[Situation]:
    """Yield what requests may come with, of the values that conditions compare: one of them, then several.

    Args:
        clauses: The statements with the conditions.
    """
    names: dict[str, str] = {}
    values: dict[str, set[tuple[str, str]]] = {}
    for operator, key, value in _said(clauses):
        plain = key.lower()
        if plain.startswith(_OF_NETWORK) or not plain.startswith(_OF_WHO):
            names[plain] = min(names.get(plain, key), key)
            values.setdefault(plain, set()).add((value, _as_value(operator, value)))
    said = {key: sorted(values[key]) for key in sorted(values)}
    for size in range(1, min(len(said), _MOST_TOGETHER) + 1):
        for keys in itertools.combinations(said, size):
            for each in itertools.islice(itertools.product(*(said[key] for key in keys)), _MOST_SITUATIONS):
                told = {names[key]: text for key, (text, _) in zip(keys, each, strict=True)}
                yield Situation(told, {key: (known,) for key, (_, known) in zip(keys, each, strict=True)})


def is_unshown(conditions: Iterable[str]) -> bool:
    """Tell whether conditions are about what no situation has: who asks, or what is not known of policies."""
    return any(_without_networks(each.lower()).find(word) >= 0 for each in conditions for word in _UNSHOWN)


def _without_networks(text: str) -> str:
    for each in _OF_NETWORK:
        text = text.replace(each, "")
    return text


def _said(clauses: Iterable[Clause]) -> Iterator[tuple[str, str, str]]:
    for clause in clauses:
        for operator, keys in clause.conditions.items():
            for key, said in keys.items():
                yield from ((operator, key, value) for value in ((said,) if isinstance(said, str) else said))


def _as_value(operator: str, value: str) -> str:
    """Return a value that satisfies a condition: of a network its first address."""
    if "IpAddress" in operator:
        return value.partition("/")[0]
    return value.replace("*", SOME) if "Like" in operator else value
