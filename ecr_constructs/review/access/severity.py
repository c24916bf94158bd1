"""How grave it is that somebody may do more, or less, with repositories.

More is a danger where it is open to many: to everyone, an organisation, a unit of one, or a service that acts for
anyone; and where somebody outside of the environment's own account may push, delete or administer. It has attention
where an account, a role or a service that is named may pull, and within the own account. It is a note where it is
reading alone, and where an account of this app is let in by name that was let in before if its organisation was the
right one.

It has attention where an action that is no ability by itself does more than to see what there is.

Where it depends on other conditions than before, and nobody can tell whether these let in more, it has attention.

What may be pushed in part alone is no danger: layers that a cache fetches, and replicas of an account of this app.

With a new repository it is a note if all other repositories that the environment made before were open to the same, and
no more than attention if one of them was; within the own account of a new environment, too. Whatever is open to more
than all others is as grave as anywhere.

Less is a danger where an environment of this app, a role that is made here, or nobody of the own account can do
something any more; else it has attention, and is a note where it is reading alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Literal

from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.evaluation.truth import Truth
from ecr_constructs.core.principals import PrincipalKind
from ecr_constructs.review.access.answers import Shift
from ecr_constructs.review.access.asking import AskedSide
from ecr_constructs.review.access.moves import RANK
from ecr_constructs.review.access.sites import ActedOn
from ecr_constructs.review.access.told import Told
from ecr_constructs.review.finding import Severity

__all__ = ["comes_with", "is_own", "severity_of_closing", "severity_of_opening"]

_MANY = frozenset({PrincipalKind.EVERYONE, PrincipalKind.ORGANIZATION, PrincipalKind.ORGANIZATION_PATH})
_CHANGING = frozenset({Ability.PUSH, Ability.DELETE, Ability.ADMIN})
_CACHING = "ecr:BatchImportUpstreamImage"
_FETCHING = frozenset({"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"})
_SEEING = ("ecr:BatchGet", "ecr:Describe", "ecr:Get", "ecr:List")
_OF_ORGANIZATION = "aws:PrincipalOrg"


def severity_of_opening(shift: Shift, told: Told, accounts: Mapping[str, tuple[str, ...]]) -> Severity:
    """Return how grave it is that somebody may do more, wherever that is.

    Args:
        shift: Who.
        told: What.
        accounts: The environments of each account.
    """
    access = shift.access
    requester = access.requester
    if told.abilities == (Ability.READ,):
        return "note" if all(map(_is_seeing, told.move.actions)) else "attention"
    if told.move.is_other:
        return "attention"
    if requester.kind in _MANY or (requester.kind is PrincipalKind.SERVICE and not access.sources):
        return "danger"
    in_app = requester.account_id in accounts
    if not is_own(shift) and not _CHANGING.isdisjoint(told.abilities) and not _is_in_part(told, in_app=in_app):
        return "danger"
    before = told.move.before
    organization = [each.startswith(_OF_ORGANIZATION) for each in before.conditions]
    return "note" if in_app and before.truth is None and organization and all(organization) else "attention"


def comes_with(shift: Shift, told: Told, base: AskedSide) -> Literal["all", "some", "none"]:
    """Return how many of the environment's other repositories were open to the same.

    Args:
        shift: Who may do more with a new repository.
        told: What.
        base: What there was, to be asked about the others.
    """
    alike = [_is_open_to(shift, told, each, base) for each in _neighbours(shift, base)]
    if alike and all(alike):
        return "all"
    return "some" if any(alike) else "none"


def severity_of_closing(shift: Shift, told: Told, accounts: Mapping[str, tuple[str, ...]]) -> Severity:
    """Return how grave it is that somebody may do less.

    Args:
        shift: Who.
        told: What.
        accounts: The environments of each account.
    """
    if told.abilities == (Ability.READ,):
        return "note"
    known = shift.who.holder is not None or shift.who.is_any or shift.access.requester.account_id in accounts
    return "danger" if known and told.move.after.truth is False else "attention"


def _is_seeing(action: str) -> bool:
    """Whether an action shows what there is, without any part of an image."""
    return action.startswith(_SEEING) and action not in _FETCHING


def is_own(shift: Shift) -> bool:
    """Whether somebody is of the repository's own account, or a service that acts for that."""
    access, site = shift.access, shift.pairs[0].site
    if access.requester.kind is PrincipalKind.SERVICE:
        return bool(access.sources) and all(site.account_id in each for each in access.sources)
    return access.requester.account_id == site.account_id


def _is_in_part(told: Told, *, in_app: bool) -> bool:
    """Whether nothing but replicas of this app, or what a cache fetches, may be pushed."""
    if told.abilities != (Ability.PUSH,) or told.move.after.truth is not None:
        return False
    actions = {action for clause in told.move.after.because if clause.allows for action in clause.actions}
    return told.move.after.is_partly and (in_app or _CACHING in actions)


def _neighbours(shift: Shift, base: AskedSide) -> list[ActedOn]:
    """Return repositories of the same kind that the environment had before, one of those that are alike."""
    kind = shift.pairs[0].site.kind
    alike: dict[Hashable, ActedOn] = {}
    for each in base.repositories(shift.environment.name):
        if each.site.kind == kind:
            alike.setdefault(each.alike, each)
    return list(alike.values())


def _is_open_to(shift: Shift, told: Told, neighbour: ActedOn, base: AskedSide) -> bool:
    access = base.ask(shift.who, neighbour)
    needed: Truth = told.move.after.truth
    return all(RANK[access.decisions[each].truth] >= RANK[needed] for each in told.abilities)
