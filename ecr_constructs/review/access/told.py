"""The words for who may do something else than before, and what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecr_constructs.access.told import as_said, who_of
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.evaluation.evaluate import Decision
from ecr_constructs.core.principals import PrincipalKind
from ecr_constructs.review.access.answers import Shift
from ecr_constructs.review.access.asking import WHATEVER
from ecr_constructs.review.access.moves import Move
from ecr_constructs.review.change import Change

__all__ = ["Told", "accounts_of", "clause_of_closing", "clause_of_opening", "reasons_of", "told_of", "who_is"]

_VERBS: Mapping[Ability, str] = {
    Ability.PULL: "pull",
    Ability.PUSH: "push",
    Ability.READ: "read",
    Ability.DELETE: "delete images",
    Ability.ADMIN: "administer it",
}


_UNLESS = "unless "


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What is told of somebody at once: the abilities of which the same was decided.

    Attributes:
        abilities: The abilities.
        move: What was decided of the first of them.
    """

    abilities: tuple[Ability, ...]
    move: Move


def told_of(shift: Shift, *, opens: bool) -> Iterator[Told]:
    """Yield what is told of somebody who may do more, or less: reading alone where that is all, as it comes with much.

    Args:
        shift: Who may do what else.
        opens: Whether it is about more, or about less.
    """
    found: dict[tuple[object, ...], Told] = {}
    for ability, move in shift.moves:
        if (move.opens if opens else move.closes) and _counts(ability, shift, opens=opens):
            truths = (move.before.truth, move.after.truth)
            key = (truths, move.situation, move.actions, move.before.conditions, move.after.conditions)
            known = found.get(key, Told((), move))
            found[key] = Told((*known.abilities, ability), known.move)
    yield from found.values()


def _counts(ability: Ability, shift: Shift, *, opens: bool) -> bool:
    more = any(each is not Ability.READ and (move.opens if opens else move.closes) for each, move in shift.moves)
    return ability is not Ability.READ or not more


def clause_of_opening(who: str, told: Told) -> str:
    """Return what it means that somebody may do more."""
    before, after = told.move.before, told.move.after
    may = _may(who, told)
    if told.move.is_other:
        return f"lets {may} under other conditions: {_conditions(after.conditions)}; no longer {_only(before)}"
    if after.truth is None:
        return f"newly lets {may}, {_conditions(after.conditions)}"
    if before.truth is None:
        if (unless := _unless_alone(before.conditions)) is not None:
            return f"newly lets {may} also if {unless}"
        return f"lets {may} in any case, no longer {_only(before)}"
    return f"newly lets {may}"


def clause_of_closing(who: str, told: Told) -> str:
    """Return what it means that somebody may do less."""
    after, may = told.move.after, _may(who, told)
    if after.truth is None:
        if (unless := _unless_alone(after.conditions)) is not None:
            return f"no longer lets {may} if {unless}"
        return f"lets {may} {_only(after)}, no longer in any case"
    return f"no longer lets {may}"


def who_is(shift: Shift, accounts: Mapping[str, tuple[str, ...]]) -> str:
    """Return somebody as people know them, with the environments of this app whose account it is.

    Args:
        shift: Who may do what else.
        accounts: The environments of each account.
    """
    access, site = shift.access, shift.pairs[0].site
    requester = access.requester
    text = who_of(access, site, accounts)
    if requester.kind is PrincipalKind.SERVICE and not access.sources:
        return f"{text} on behalf of anyone"
    known = accounts.get(str(requester.account_id), ())
    if access.holder is None and not requester.is_many and known and requester.account_id != site.account_id:
        return f"{text} ({', '.join(known)})"
    return text


def accounts_of(change: Change) -> dict[str, tuple[str, ...]]:
    """Return the environments of each account, as they were: a file that is new makes nobody known."""
    found: dict[str, dict[str, None]] = {}
    for each in change.base.environments.values():
        if each.settings.account_id is not None:
            found.setdefault(each.settings.account_id, {})[each.name] = None
    return {account: tuple(sorted(names)) for account, names in found.items()}


def reasons_of(told: Told) -> tuple[str, ...]:
    """Return the statements that decided, each with its side."""
    lines = []
    for word, decision in (("before", told.move.before), ("now", told.move.after)):
        if because := dict.fromkeys(each.name for each in decision.because if each is not WHATEVER):
            lines.append(f"{word}: {', '.join(because)}")
    return tuple(lines)


def _may(who: str, told: Told) -> str:
    """Return who may do what, by which actions and in which situation."""
    move = told.move
    if move.is_alone:
        return f"{who} do {', '.join(move.actions)} alone"
    by = f" by {', '.join(move.actions)}" if move.actions else ""
    where = f" where {as_said(move.situation)}" if move.situation else ""
    return f"{who} {_verbs(told.abilities)}{by}{where}"


def _only(decision: Decision) -> str:
    return f"only {_conditions(decision.conditions)}"


def _verbs(abilities: Iterable[Ability]) -> str:
    said = [_VERBS[each] for each in abilities]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _unless_alone(conditions: Sequence[str]) -> str | None:
    """Return what must not hold, where nothing else has to."""
    ifs, unless = _parted(conditions)
    return None if ifs or not unless else as_said(", or ".join(unless))


def _conditions(conditions: Sequence[str]) -> str:
    """Return conditions as a clause: `if A, unless B`."""
    ifs, unless = _parted(conditions)
    said = [f"if {' and '.join(ifs)}"] if ifs else []
    said += [f"unless {', or '.join(unless)}"] if unless else []
    return as_said(", ".join(said)) or "if policies that are not known allow it"


def _parted(conditions: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what has to hold, and what must not."""
    ifs = [each for each in conditions if not each.startswith(_UNLESS)]
    return ifs, [each.removeprefix(_UNLESS) for each in conditions if each.startswith(_UNLESS)]
