"""What everybody may do with the repositories of both sides of a change, by the evaluator of access alone.

Whoever is named on either side is asked about on both, so that who was let in by something wider before is not new.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from ecr_constructs.access.askers import source_of
from ecr_constructs.access.decided import Access
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.evaluation.evaluate import Decision
from ecr_constructs.core.evaluation.operators import Known
from ecr_constructs.core.evaluation.truth import Truth
from ecr_constructs.review.access.around import around
from ecr_constructs.review.access.asking import AskedSide, Who, askers_of_both
from ecr_constructs.review.access.sites import SitePair, groups_of
from ecr_constructs.review.access.situations import situations_of
from ecr_constructs.review.change import Change, EnvironmentPair

__all__ = ["RANK", "Move", "Shift", "shifts_of", "sides_of"]

_NOTHING = Decision(truth=False)
RANK: Final[Mapping[Truth, int]] = MappingProxyType({False: 0, None: 1, True: 2})
"""How much an answer allows: what is not known counts as more than nothing, and less than all."""


@dataclasses.dataclass(frozen=True, slots=True)
class Move:
    """What was decided of an ability on both sides.

    Attributes:
        before: Before.
        after: After.
        situation: The conditions under which it differs, where it depends on conditions on both sides.
    """

    before: Decision
    after: Decision
    situation: str = ""

    @property
    def opens(self) -> bool:
        """Whether more is allowed than before."""
        return RANK[self.after.truth] > RANK[self.before.truth]

    @property
    def closes(self) -> bool:
        """Whether less is allowed than before."""
        return RANK[self.after.truth] < RANK[self.before.truth]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """Somebody who may do something else than before, with repositories that are alike in that.

    Attributes:
        environment: The environment of the repositories.
        pairs: The repositories.
        who: Who.
        before: What it might do with each of them; None where there was no such repository.
        after: What it may do; None where there is none any more.
        moves: What differs, by ability; of conditions, several.
    """

    environment: EnvironmentPair
    pairs: tuple[SitePair, ...]
    who: Who
    before: Access | None
    after: Access | None
    moves: tuple[tuple[Ability, Move], ...]

    @property
    def access(self) -> Access:
        """The later one, if there is one."""
        either = self.after or self.before
        if either is None:
            raise ValueError("a shift of nothing")
        return either


def sides_of(change: Change, environments: Sequence[EnvironmentPair]) -> tuple[AskedSide, AskedSide]:
    """Return both sides of a change, to be asked about environments.

    Args:
        change: The change.
        environments: Those of its environments that are to be looked at.
    """
    names = around(change, environments)
    moved = frozenset(
        each.name
        for each in change.environments
        if each.before is not None
        and each.after is not None
        and each.before.settings.account_id != each.after.settings.account_id
    )
    base, head = (
        AskedSide(Matrix(each for name, each in side.environments.items() if name in names), moved)
        for side in (change.base, change.head)
    )
    return base, head


def shifts_of(base: AskedSide, head: AskedSide, environments: Iterable[EnvironmentPair]) -> Iterator[Shift]:
    """Yield who may do what else than before with the repositories of environments.

    Args:
        base: What there was.
        head: What there is to be.
        environments: Those environments that are to be looked at.
    """
    for environment in environments:
        sides = base.repositories(environment.name), head.repositories(environment.name)
        for group in groups_of(environment, *sides):
            yield from _compared(environment, tuple(group), base, head)


def _compared(
    environment: EnvironmentPair, pairs: tuple[SitePair, ...], base: AskedSide, head: AskedSide
) -> Iterator[Shift]:
    first = pairs[0]
    for who in askers_of_both(first, base, head):
        if first.is_another and who.holder is None:
            # Whoever is not made here knows two repositories by one name, and not one that changes.
            for name in ("before", "after"):
                alone = tuple(dataclasses.replace(each, **{name: None}) for each in pairs)
                yield from _shift(environment, alone, who, base, head)
        else:
            yield from _shift(environment, pairs, who, base, head)


def _shift(
    environment: EnvironmentPair, pairs: tuple[SitePair, ...], who: Who, base: AskedSide, head: AskedSide
) -> Iterator[Shift]:
    sides = (base, pairs[0].before), (head, pairs[0].after)

    def ask(known: Known) -> tuple[Access | None, Access | None]:
        one, other = (None if at is None else side.ask(who, at, known) for side, at in sides)
        return one, other

    (_, one), (_, other) = sides
    if one is not None and other is not None and base.deciding(who, one) == head.deciding(who, other):
        return
    before, after = ask({})
    moves = () if _is_known_now(who, pairs[0]) else tuple(_moves(before, after, pairs[0], ask))
    if moves:
        yield Shift(environment, pairs, who, before, after, moves)


def _moves(
    before: Access | None,
    after: Access | None,
    pair: SitePair,
    ask: Callable[[Known], tuple[Access | None, Access | None]],
) -> Iterator[tuple[Ability, Move]]:
    """Yield what differs: the answers, or else the situations in which there is another one."""
    pending: dict[Ability, list[Mapping[str, str]]] = {}
    for ability in Ability:
        move = _move(before, after, ability)
        if move.before.truth is not move.after.truth:
            yield ability, move
        elif move.before.truth is None and move.before.conditions != move.after.conditions:
            pending[ability] = []
    clauses = [clause for at in (pair.before, pair.after) if at is not None for clause in at.site.policies.clauses]
    for situation in situations_of(clauses) if pending else ():
        compared = ask(situation.known)
        for ability, known in pending.items():
            move = _move(*compared, ability)
            is_new = not any(each.items() <= situation.said.items() for each in known)
            if move.before.truth is not move.after.truth and is_new:
                known.append(situation.said)
                yield ability, dataclasses.replace(move, situation=situation.text)


def _move(before: Access | None, after: Access | None, ability: Ability) -> Move:
    one, other = (_NOTHING if each is None else each.decisions[ability] for each in (before, after))
    return Move(one, other)


def _is_known_now(who: Who, pair: SitePair) -> bool:
    """Whether nothing differs but that a file says its account on one side alone, which somebody is of or acts for."""
    found = [each.site for each in (pair.before, pair.after) if each is not None]
    said = {each.environment.settings.account_id for each in found}
    own = {each.account_id for each in found}
    return (
        len(said) == 2
        and None in said
        and who.holder is None
        and not own.isdisjoint((who.requester.account_id, source_of(who.requester)))
    )
