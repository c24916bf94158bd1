"""What everybody may do with the repositories of both sides of a change, by the evaluator of access alone.

Whoever is named on either side is asked about on both, so that who was let in by something wider before is not new.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from ecr_constructs.access.askers import source_of
from ecr_constructs.access.decided import Access
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.evaluation.evaluate import Decision
from ecr_constructs.core.evaluation.operators import Known
from ecr_constructs.core.evaluation.truth import Truth
from ecr_constructs.core.principals import PrincipalKind
from ecr_constructs.review.access.around import around
from ecr_constructs.review.access.asking import ACTIONS_ALONE, ACTIONS_OF, AskedSide, Who, askers_of_both
from ecr_constructs.review.access.moves import Move
from ecr_constructs.review.access.sites import ActedOn, SitePair, groups_of
from ecr_constructs.review.access.situations import is_unshown, situations_of
from ecr_constructs.review.change import Change, EnvironmentPair

__all__ = ["Shift", "shifts_of", "sides_of"]

_NOTHING = Decision(truth=False)
_Decisions = Mapping[tuple[Ability, str], Decision]
_WITHIN_BOUNDARY: Final = "its permissions boundary allows it"


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
                if _is_whole_account(who, alone[0]):
                    continue
                yield from _shift(environment, alone, who, base, head)
        else:
            yield from _shift(environment, pairs, who, base, head)


def _shift(
    environment: EnvironmentPair, pairs: tuple[SitePair, ...], who: Who, base: AskedSide, head: AskedSide
) -> Iterator[Shift]:
    pair = pairs[0]
    sides = (base, pair.before), (head, pair.after)

    def ask(known: Known, *, unbound: bool = False) -> tuple[_Decisions, _Decisions]:
        one, other = ({} if at is None else side.decisions(who, at, known, unbound=unbound) for side, at in sides)
        return one, other

    (_, one), (_, other) = sides
    if one is not None and other is not None and base.deciding(who, one) == head.deciding(who, other):
        return
    if _is_known_now(who, pair):
        return
    moves = tuple(_of_abilities(_moves(pair, ask))) or tuple(_alone(who, *sides))
    if moves:
        before, after = (None if at is None else side.ask(who, at) for side, at in sides)
        yield Shift(environment, pairs, who, before, after, moves)


def _moves(
    pair: SitePair, ask: Callable[..., tuple[_Decisions, _Decisions]]
) -> Iterator[tuple[tuple[Ability, str], Move]]:
    """Yield what differs: the answers, or else the situations in which there is another one."""
    before, after = ask({})
    pending: dict[tuple[Ability, str], list[Mapping[str, str]]] = {}
    for what in dict.fromkeys((*before, *after)):
        move = _move(before, after, what)
        if move.before.truth is not move.after.truth:
            yield what, move
        elif move.before.truth is None and move.before.conditions != move.after.conditions:
            pending[what] = []
    if pending:
        # A boundary that is the same on both sides may be all that it depended on.
        compared = ask({}, unbound=True)
        for what in [*pending]:
            move = _move(*compared, what)
            if move.before.truth is not move.after.truth:
                pending.pop(what)
                yield what, dataclasses.replace(move, situation=_WITHIN_BOUNDARY)
    clauses = [clause for at in (pair.before, pair.after) if at is not None for clause in at.site.policies.clauses]
    for situation in situations_of(clauses) if pending else ():
        compared = ask(situation.known)
        for what, known in pending.items():
            move = _move(*compared, what)
            is_new = not any(each.items() <= situation.said.items() for each in known)
            if move.before.truth is not move.after.truth and is_new:
                known.append(situation.said)
                yield what, dataclasses.replace(move, situation=situation.text)
    for what, known in pending.items():
        move = _move(before, after, what)
        if not known and is_unshown({*move.before.conditions} ^ {*move.after.conditions}):
            yield what, move


def _alone(
    who: Who, before: tuple[AskedSide, ActedOn | None], after: tuple[AskedSide, ActedOn | None]
) -> Iterator[tuple[Ability, Move]]:
    """Yield what differs of actions that are no ability by themselves; each of those that differ alike together."""
    found: dict[tuple[Truth, Truth], list[tuple[str, Move]]] = {}
    one, other = ({} if at is None else side.decided(who, at, ACTIONS_ALONE) for side, at in (before, after))
    for action in ACTIONS_ALONE:
        move = Move(one.get(action, _NOTHING), other.get(action, _NOTHING))
        if move.before.truth is not move.after.truth:
            found.setdefault((move.before.truth, move.after.truth), []).append((action, move))
    for several in found.values():
        actions = tuple(action for action, _ in several)
        yield Ability.READ, dataclasses.replace(several[0][1], actions=actions, is_alone=True)


def _move(before: _Decisions, after: _Decisions, what: tuple[Ability, str]) -> Move:
    return Move(before.get(what, _NOTHING), after.get(what, _NOTHING))


def _of_abilities(found: Iterable[tuple[tuple[Ability, str], Move]]) -> Iterator[tuple[Ability, Move]]:
    """Yield what differs by ability; where somebody was asked about each action, with those that differ alike."""
    alike: dict[tuple[Ability, Hashable], list[tuple[str, Move]]] = {}
    for (ability, action), move in found:
        truths = (move.before.truth, move.after.truth)
        key = (truths, move.situation, move.before.conditions, move.after.conditions)
        alike.setdefault((ability, key), []).append((action, move))
    for (ability, _), several in alike.items():
        actions = tuple(action for action, _ in several if action)
        is_all = not actions or len(actions) == len(ACTIONS_OF[ability])
        yield ability, dataclasses.replace(several[0][1], actions=() if is_all else actions)


def _is_whole_account(who: Who, pair: SitePair) -> bool:
    """Whether somebody is the repository's own account as a whole, which may do anything with it."""
    requester = who.requester
    return requester.kind is PrincipalKind.ACCOUNT and requester.account_id == pair.site.account_id


def _is_known_now(who: Who, pair: SitePair) -> bool:
    """Whether nothing differs but that a file says its account on one side alone, which somebody is of or acts for."""
    found = [each.site for each in (pair.before, pair.after) if each is not None]
    said = {each.environment.settings.account_id for each in found}
    own = {each.account_id for each in found}
    return (
        len(said) == 2
        and None in said
        and who.holder is None
        and not who.is_any
        and not own.isdisjoint((who.requester.account_id, source_of(who.requester)))
    )
