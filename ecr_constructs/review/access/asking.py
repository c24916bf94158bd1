"""Everybody who is named on either side of a change, asked about a repository of each.

What is asked of somebody is what this project says: of an identity of another account, whose policies are not known,
whether it may if those allow it; of one of the repository's own account, whether the repository's policy lets it in; of
a role that is made here, what its policies allow.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Iterator
from typing import Final

from ecr_constructs.access.askers import every_asker
from ecr_constructs.access.decided import Access, access_of
from ecr_constructs.access.holders import Holder
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.access.sites import Site
from ecr_constructs.core.evaluation import requesters
from ecr_constructs.core.evaluation.clauses import Clause
from ecr_constructs.core.evaluation.evaluate import Policies
from ecr_constructs.core.evaluation.operators import Known
from ecr_constructs.core.evaluation.requesters import Requester, is_meant, names_one
from ecr_constructs.core.evaluation.truth import Truth, any_of
from ecr_constructs.core.evaluation.wildcards import SOME, has_variables, matches
from ecr_constructs.core.principals import EVERYONE, PrincipalKind
from ecr_constructs.review.access.sites import ActedOn, SitePair, acted_on

__all__ = ["WHATEVER", "AskedSide", "Who", "askers_of_both"]

WHATEVER: Final = Clause(policy="whatever it has", actions=("*",), resources=("*",))
"""Stands for the policies of an identity of another account, which are not known, where they allow all."""

_EVERYTHING = Policies((WHATEVER,))
_NOT_PLAIN = frozenset("*?$")


@dataclasses.dataclass(frozen=True, slots=True)
class Who:
    """Somebody, the same on both sides.

    Attributes:
        requester: As one that asks.
        holder: What it is called, where it is a role or policy that is made here on either side: `role` or `policy`,
            its name, and its account, or its environment where that is not known or another one than before.
        is_whole: Whether such a role may do nothing else than what is made here.
    """

    requester: Requester
    holder: tuple[str, str, str] | None = None
    is_whole: bool = False


class AskedSide:
    """One side of a change, asked.

    Attributes:
        matrix: Who may do what there.
        holders: The roles and policies that are made there, by what they are called on both sides.
    """

    def __init__(self, matrix: Matrix, moved: frozenset[str]) -> None:
        self.matrix, self._moved = matrix, moved
        self._answers: dict[Hashable, Access] = {}
        self._repositories: dict[str, tuple[ActedOn, ...]] = {}
        self.holders = {self.key_of(each): each for each in matrix.holders.all}

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

    def ask(self, who: Who, at: ActedOn, known: Known | None = None) -> Access:
        """Return what somebody may do with a repository.

        Args:
            who: Who.
            at: The repository.
            known: What is known of its requests besides.
        """
        holder, requester, policies = self._as_here(who, at.site)
        if known:
            requester = dataclasses.replace(requester, known={**requester.known, **known})
            return access_of(at.site, requester, policies, holder)
        key = self.deciding(who, at)
        if key not in self._answers:
            self._answers[key] = access_of(at.site, requester, policies, holder)
        return self._answers[key]

    def deciding(self, who: Who, at: ActedOn) -> Hashable:
        """Return all that decides what somebody may do with a repository: where that is the same, so is the answer."""
        site = at.site
        _, requester, policies = self._as_here(who, site)
        of_both = tuple(
            (each.others, each.bound, tuple(_applying(each.clauses, requester, site)))
            for each in (site.policies, policies)
        )
        own = requester.account_id == site.account_id
        return who, requester.text, site.kind, own, site.account_id, of_both

    def _as_here(self, who: Who, site: Site) -> tuple[Holder | None, Requester, Policies]:
        holder = None if who.holder is None else self.holders.get(who.holder)
        requester = who.requester if holder is None else holder.requester
        policies = self._policies(who, holder, requester, own=requester.account_id == site.account_id)
        return holder, requester, policies

    def _policies(self, who: Who, holder: Holder | None, requester: Requester, *, own: bool) -> Policies:
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
    return sorted([*others, *roles], key=lambda each: (each.requester.kind.value, each.requester.text, _told(each)))


def _told(who: Who) -> str:
    return f"{who.holder} {sorted(who.requester.known.items())}"


def _is_own(requester: Requester, owned: set[str]) -> bool:
    """Whether somebody is the repository's own account as a whole, which may do anything on either side."""
    return requester.kind is PrincipalKind.ACCOUNT and owned == {requester.account_id}


def _applying(clauses: Iterable[Clause], requester: Requester, site: Site) -> Iterator[Hashable]:
    """Yield the statements that are about somebody and a repository, without whom else they are about."""
    for clause in filter(_is_about_registries, clauses):
        meant = is_meant(clause, requester)
        about = any_of(_meets(each, site.arn) for each in clause.resources)
        if meant is False or (clause.resources and about is clause.other_resources):
            continue
        alone = any(names_one(each, requester) for each in clause.principals or ())
        # Which of them it is does not matter, but where that is not known.
        exactly = site.arn in clause.resources
        resources = clause.resources if about is None else (about, exactly)
        yield (
            (clause.allows, meant, alone, resources, clause.actions, str(clause.conditions)),
            (clause.principals is None, ("AWS", EVERYONE) in (clause.principals or ())),
            (clause.other_actions, clause.other_principals, clause.other_resources),
        )


def _is_about_registries(clause: Clause) -> bool:
    """Whether a statement may be about an action of ECR: a role reads parameters and writes logs as well."""
    services = (each.partition(":")[0].lower() for each in clause.actions)
    return clause.other_actions or any(each.startswith("ecr") or not _NOT_PLAIN.isdisjoint(each) for each in services)


def _meets(resource: str, arn: str) -> Truth:
    """Return whether a resource of a policy is an ARN; most name one repository of many, and have no pattern."""
    if resource == arn:
        return True
    if _NOT_PLAIN.isdisjoint(resource) and SOME not in arn:
        return False
    return None if has_variables(resource) else matches(resource, arn)
