"""Everybody who is named on either side of a change, asked about a repository of each.

What is asked of somebody is what this project says: of an identity of another account, whose policies are not known,
whether it may if those allow it; of one of the repository's own account, whether the repository's policy lets it in; of
a role that is made here, what its policies allow. Where other statements refuse something than before, any identity of
its own account is asked as well, whether it may if its policies allow all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from ecr_constructs.access.askers import every_asker
from ecr_constructs.access.decided import Access, access_of
from ecr_constructs.access.holders import Holder
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.access.sites import Site
from ecr_constructs.core.access.levels import ADMIN_ACTIONS, PULL_ACTIONS, PUSH_ACTIONS
from ecr_constructs.core.evaluation import requesters
from ecr_constructs.core.evaluation.abilities import ABILITIES, Ability
from ecr_constructs.core.evaluation.clauses import Clause
from ecr_constructs.core.evaluation.evaluate import Decision, Policies, Request, decide
from ecr_constructs.core.evaluation.operators import Known
from ecr_constructs.core.evaluation.requesters import Requester
from ecr_constructs.core.principals import PrincipalKind
from ecr_constructs.review.access.applying import applying
from ecr_constructs.review.access.sites import ActedOn, SitePair, acted_on

__all__ = ["ACTIONS_ALONE", "ACTIONS_OF", "OWN_IDENTITIES", "WHATEVER", "AskedSide", "Who", "askers_of_both"]

OWN_IDENTITIES: Final = "identities of its own account whose policies allow it"
"""How any of those is told of who are made by nobody here."""

WHATEVER: Final = Clause(policy="whatever it has", actions=("*",), resources=("*",))
"""Stands for the policies of an identity of another account, which are not known, where they allow all."""

ACTIONS_OF: Final[Mapping[Ability, tuple[str, ...]]] = MappingProxyType(
    {ability: needed.all_of or needed.any_of for ability, needed in ABILITIES.items()}
)
"""What each ability takes, of which statements may refuse any."""

_NO_ABILITY = {*ADMIN_ACTIONS, *PULL_ACTIONS, *PUSH_ACTIONS} - {"ecr:BatchCheckLayerAvailability"}
ACTIONS_ALONE: Final[tuple[str, ...]] = tuple(
    sorted(_NO_ABILITY - {action for each in ABILITIES.values() for action in (*each.any_of, *each.in_part)})
)
"""What is no ability by itself: a part of a pull or of a push, and to see or tag what is set up.

Whether there is a layer shows nothing.
"""

_EVERYTHING = Policies((WHATEVER,))


@dataclasses.dataclass(frozen=True, slots=True)
class Who:
    """Somebody, the same on both sides.

    Attributes:
        requester: As one that asks.
        holder: What it is called, where it is a role or policy that is made here on either side: `role` or `policy`,
            its name, and its account, or its environment where that is not known or another one than before.
        is_whole: Whether such a role may do nothing else than what is made here.
        is_any: Whether it is any identity of the repository's own account, whose policies allow all.
    """

    requester: Requester
    holder: tuple[str, str, str] | None = None
    is_whole: bool = False
    is_any: bool = False


class AskedSide:
    """One side of a change, asked.

    Attributes:
        matrix: Who may do what there.
        holders: The roles and policies that are made there, by what they are called on both sides.
    """

    def __init__(self, matrix: Matrix, moved: frozenset[str]) -> None:
        self.matrix: Matrix = matrix
        self._moved = moved
        self._answers: dict[Hashable, Access] = {}
        self._repositories: dict[str, tuple[ActedOn, ...]] = {}
        self.holders: dict[tuple[str, str, str], Holder] = {self.key_of(each): each for each in matrix.holders.all}

    def repositories(self, name: str) -> tuple[ActedOn, ...]:
        """Return the repositories of an environment."""
        if name not in self._repositories:
            self._repositories[name] = acted_on(self.matrix, name)
        return self._repositories[name]

    def key_of(self, holder: Holder) -> tuple[str, str, str]:
        """Return a role or policy by what it is called on both sides."""
        settings = holder.environment.settings
        known = None if holder.environment.name in self._moved else settings.account_id
        return holder.what, holder.name, known or holder.environment.name

    def ask(self, who: Who, at: ActedOn, known: Known | None = None, *, unbound: bool = False) -> Access:
        """Return what somebody may do with a repository.

        Args:
            who: Who.
            at: The repository.
            known: What is known of its requests besides.
            unbound: Whether no boundary keeps it from anything.
        """
        holder, requester, policies = self._as_here(who, at.site)
        site = _as_known(at.site, requester)
        if known or unbound:
            requester = dataclasses.replace(requester, known={**requester.known, **(known or {})})
            policies = dataclasses.replace(policies, bound=None) if unbound else policies
            return access_of(site, requester, policies, holder)
        key = self.deciding(who, at)
        if key not in self._answers:
            self._answers[key] = access_of(site, requester, policies, holder)
        return self._answers[key]

    def decisions(
        self, who: Who, at: ActedOn, known: Known, *, unbound: bool = False
    ) -> dict[tuple[Ability, str], Decision]:
        """Return what is decided of somebody and a repository, by ability; of any identity, also by action.

        Args:
            who: Who.
            at: The repository.
            known: What is known of its requests besides.
            unbound: Whether no boundary keeps it from anything.
        """
        if who.is_any:
            return {
                (ability, action): each
                for ability, actions in ACTIONS_OF.items()
                for action, each in self.decided(who, at, actions, known).items()
            }
        access = self.ask(who, at, known, unbound=unbound)
        return {(ability, ""): each for ability, each in access.decisions.items()}

    def decided(self, who: Who, at: ActedOn, actions: Iterable[str], known: Known | None = None) -> dict[str, Decision]:
        """Return what is decided of somebody and a repository, action by action.

        Args:
            who: Who.
            at: The repository.
            actions: The actions.
            known: What is known of its requests besides.
        """
        _, requester, policies = self._as_here(who, at.site)
        site = _as_known(at.site, requester)
        asking = dataclasses.replace(requester, known={**requester.known, **(known or {})})
        requests = {
            action: Request(requester=asking, action=action, resource=site.arn, account_id=site.account_id)
            for action in actions
        }
        return {action: decide(each, site.policies, policies) for action, each in requests.items()}

    def deciding(self, who: Who, at: ActedOn) -> Hashable:
        """Return all that decides what somebody may do with a repository: where that is the same, so is the answer."""
        site = at.site
        _, requester, policies = self._as_here(who, site)
        of_both = tuple(
            (each.others, each.bound, tuple(applying(each.clauses, requester, site)))
            for each in (site.policies, policies)
        )
        own = requester.account_id == site.account_id
        return who, requester.text, site.kind, own, site.account_id, of_both

    def _as_here(self, who: Who, site: Site) -> tuple[Holder | None, Requester, Policies]:
        holder = None if who.holder is None else self.holders.get(who.holder)
        requester = who.requester if holder is None else holder.requester
        if who.is_any:
            # Of whichever account the repository is in on this side.
            requester = _any_of(site).requester
        policies = self._policies(who, holder, requester, own=requester.account_id == site.account_id)
        return holder, requester, policies

    def _policies(self, who: Who, holder: Holder | None, requester: Requester, *, own: bool) -> Policies:
        if who.is_any:
            return _EVERYTHING
        if who.holder is None:
            alone = own or requester.is_many or requester.kind is PrincipalKind.SERVICE
            return Policies() if alone else _EVERYTHING
        if who.is_whole:
            return Policies() if holder is None else holder.policies
        policies = self.matrix.holders.policies_of(requester)
        if holder is not None and holder.what == "policy":
            policies = holder.policies
        # That the own account may have policies of its own is no news.
        return dataclasses.replace(policies, others=None) if own else policies


def askers_of_both(pair: SitePair, base: AskedSide, head: AskedSide) -> list[Who]:
    """Return everybody who is named on either side, each once, in a fixed order."""
    found: dict[Who, None] = {}
    made: dict[tuple[str, str, str], tuple[Requester, bool]] = {}
    for side, at in ((base, pair.before), (head, pair.after)):
        if at is None:
            continue
        partition = at.site.environment.partition
        named = [] if at.site.kind == "referred" else list(every_asker(at.site.policies.clauses, partition))
        holders = [*at.holders, *(each for one in named if (each := side.matrix.holders.of(one)) is not None)]
        for holder in holders:
            key = side.key_of(holder)
            whole = any(each.is_whole for every in (base, head) if (each := every.holders.get(key)) is not None)
            made[key] = (holder.requester, whole)
        everyone = [requesters.anyone()] if at.site.kind == "public" else []
        accounts = [requesters.account(each, partition) for each in at.accounts]
        found.update((Who(each), None) for each in (*everyone, *accounts, *named))
    owned = {at.site.account_id for at in (pair.before, pair.after) if at is not None}
    texts = {requester.text for requester, _ in made.values()}
    others = [each for each in found if each.requester.text not in texts and not _is_own(each.requester, owned)]
    roles = [Who(requester, key, whole) for key, (requester, whole) in made.items()]
    anybody = [_any_of(pair.site)] if _refuses_others(pair) else []
    every = [*others, *roles, *anybody]
    return sorted(every, key=lambda each: (each.requester.kind.value, each.requester.text, _told(each)))


def _as_known(site: Site, requester: Requester) -> Site:
    """Return a repository without what is no news: that its policy, which is not known, may let in its own account."""
    is_unknown = site.kind == "referred" and not site.policies.clauses and requester.account_id == site.account_id
    return dataclasses.replace(site, policies=Policies()) if is_unknown else site


def _any_of(site: Site) -> Who:
    """Return any identity of a repository's own account."""
    return Who(requesters.someone(OWN_IDENTITIES, site.account_id, site.environment.partition), is_any=True)


def _refuses_others(pair: SitePair) -> bool:
    """Whether a repository that stays refuses something to others than before."""
    before, after = pair.before, pair.after
    if before is None or after is None or pair.is_another or after.site.kind == "referred":
        return False
    one, other = ({clause for clause in at.site.policies.clauses if not clause.allows} for at in (before, after))
    return one != other


def _told(who: Who) -> str:
    return f"{who.holder} {sorted(who.requester.known.items())}"


def _is_own(requester: Requester, owned: set[str]) -> bool:
    """Whether somebody is the repository's own account as a whole, which may do anything on either side."""
    return requester.kind is PrincipalKind.ACCOUNT and owned == {requester.account_id}
