"""Whom a change lets in, and whom it shuts out: what everybody may do with each repository on both sides.

`asking` says what is asked, and `severity` how grave it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.principals import PrincipalKind
from ecr_constructs.review.access.answers import Shift, shifts_of, sides_of
from ecr_constructs.review.access.asking import AskedSide
from ecr_constructs.review.access.gone import readers_gone
from ecr_constructs.review.access.places import place_of_pair, place_of_shift
from ecr_constructs.review.access.registries import DERIVED
from ecr_constructs.review.access.severity import comes_with, is_own, severity_of_closing, severity_of_opening
from ecr_constructs.review.access.sites import examined
from ecr_constructs.review.access.told import (
    Told,
    accounts_of,
    clause_of_closing,
    clause_of_opening,
    reasons_of,
    told_of,
    who_is,
)
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding

__all__ = ["judge_access"]

_FIX_MANY = "Name the accounts or roles that need it, one by one."
_FIX_CHANGING = "Let it pull alone, or have it push to a repository of its own."
_FIX_OPENED = "Remove what lets them in, if that is not intended."
_FIX_CLOSED = "Keep it as it was until nothing of theirs needs it any more."
_ALIKE = "lets in those whom all other repositories of the environment let in"
_OWN = "lets in those of its own account who are made with it"


def judge_access(change: Change) -> Iterator[Finding]:
    """Yield who may newly do something with repositories, who can no longer, and whose repositories go."""
    accounts, environments = accounts_of(change), examined(change)
    base, head = sides_of(change, environments)
    shifts = list(shifts_of(base, head, environments))
    found: dict[Finding, list[tuple[Shift, Told, tuple[str, ...]]]] = {}
    yield from readers_gone(shifts, accounts)
    for shift, told, among in _with_whom(_told_here(shifts, base, head, environments)):
        who = who_is(shift, accounts)
        finding = _opened(shift, told, who, accounts, base) if told.move.opens else _closed(shift, told, who, accounts)
        if finding.what in (_ALIKE, _OWN):
            details: tuple[str, ...] = (clause_of_opening(who, told),)
        else:
            details = (*reasons_of(told), *(f"among them: {who_is(each, accounts)}" for each in among))
        found.setdefault(finding, []).append((shift, told, details))
    for finding, told_alike in found.items():
        # Wherever each repository says it: at the place of the first one.
        first, told, _ = min(told_alike, key=lambda each: each[0].pairs[0].name)
        place = (
            place_of_pair(first.pairs[0])
            if finding.what in (_ALIKE, _OWN)
            else place_of_shift(first, told.abilities, opens=finding.consequence == "opens")
        )
        if place["path"] == DERIVED:
            # What another environment replicates is told of that one.
            continue
        yield dataclasses.replace(
            finding,
            repositories=tuple(sorted({each.name for shift, *_ in told_alike for each in shift.pairs})),
            details=tuple(dict.fromkeys(line for *_, details in told_alike for line in details)),
            **place,
        )


def _told_here(
    shifts: Iterable[Shift], base: AskedSide, head: AskedSide, environments: Iterable[EnvironmentPair]
) -> Iterator[Shift]:
    """Yield who may do what else than before, once where two environments show the same repository.

    A repository that goes, a public one that everyone pulls, and a role that is made no more are told of elsewhere.
    """
    made = {
        each.site.arn
        for pair in environments
        for side in (base, head)
        for each in side.repositories(pair.name)
        if each.site.kind == "made" and each.site.environment.settings.account_id is not None
    }
    for shift in shifts:
        sites = [each.site for each in (shift.pairs[0].before, shift.pairs[0].after) if each is not None]
        referred = all(site.kind == "referred" for site in sites)
        # To name a repository that is made elsewhere lets nobody in: its policy does, and is told of where it is made.
        is_elsewhere = referred and (shift.who.holder is None or all(site.arn in made for site in sites))
        for_all = sites[0].kind == "public" and shift.access.requester.kind is PrincipalKind.EVERYONE
        who = shift.who
        is_removed = who.is_whole and who.holder in base.holders and who.holder not in head.holders
        if not (is_elsewhere or for_all or is_removed or shift.pairs[0].after is None):
            yield shift


def _with_whom(shifts: Iterable[Shift]) -> Iterator[tuple[Shift, Told, list[Shift]]]:
    """Yield what is told of whom, and of an account as a whole the identities in it of which that is so as well."""
    found = [(shift, told) for shift in shifts for opens in (True, False) for told in told_of(shift, opens=opens)]
    of_accounts: dict[tuple[object, ...], tuple[Told, list[Shift]]] = {
        _key(shift, told, shift.who.requester.text): (told, [])
        for shift, told in found
        if shift.who.requester.kind is PrincipalKind.ACCOUNT
    }
    alone = []
    for shift, told in found:
        requester = shift.who.requester
        is_many = requester.is_many or requester.kind is PrincipalKind.SERVICE
        whole = None if is_many else of_accounts.get(_key(shift, told, str(requester.account_id)))
        if whole is not None and {*told.abilities} <= {*whole[0].abilities}:
            whole[1].append(shift)
        else:
            alone.append((shift, told))
    for shift, told in alone:
        _, among = of_accounts.get(_key(shift, told, shift.who.requester.text), (told, []))
        yield shift, told, among


def _key(shift: Shift, told: Told, account_id: str) -> tuple[object, ...]:
    return id(shift.pairs), account_id, told.move.opens, told.move.after.truth is False, told.move.situation


def _opened(shift: Shift, told: Told, who: str, accounts: Mapping[str, tuple[str, ...]], base: AskedSide) -> Finding:
    severity, what = severity_of_opening(shift, told, accounts), clause_of_opening(who, told)
    if shift.pairs[0].before is None:
        alike = comes_with(shift, told, base)
        if alike == "all" or (shift.environment.before is None and is_own(shift)):
            severity, what = "note", _ALIKE if alike == "all" else _OWN
        elif alike == "some" and severity == "danger":
            severity = "attention"
    return Finding(
        code="access-opened",
        severity=severity,
        consequence="opens",
        environment=shift.environment.name,
        path=(),
        what=what,
        fix="" if severity == "note" else _fix(shift, told),
    )


def _closed(shift: Shift, told: Told, who: str, accounts: Mapping[str, tuple[str, ...]]) -> Finding:
    return Finding(
        code="access-closed",
        severity=severity_of_closing(shift, told, accounts),
        consequence="breaks",
        environment=shift.environment.name,
        path=(),
        what=clause_of_closing(who, told),
        fix=_FIX_CLOSED,
    )


def _fix(shift: Shift, told: Told) -> str:
    requester = shift.access.requester
    if shift.access.wide and requester.account_id is None:
        return _FIX_MANY
    if not is_own(shift) and not {Ability.PUSH, Ability.DELETE, Ability.ADMIN}.isdisjoint(told.abilities):
        return _FIX_CHANGING
    return _FIX_OPENED
