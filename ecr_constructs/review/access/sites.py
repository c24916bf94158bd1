"""The repositories of both sides of a change, one beside the other, with those who may do the same together."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Iterator

from ecr_constructs.access.holders import Holder
from ecr_constructs.access.matrix import Matrix
from ecr_constructs.access.sites import Site
from ecr_constructs.config.desired import registry_grants_of
from ecr_constructs.core.evaluation.wildcards import matches
from ecr_constructs.review.change import Change, EnvironmentPair

__all__ = ["ActedOn", "SitePair", "acted_on", "examined", "groups_of"]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ActedOn:
    """A repository of one side, with those who act on it beside whom its policies name.

    Attributes:
        site: The repository.
        holders: The roles and policies that are made with statements about it.
        accounts: The accounts of environments that use it from elsewhere.
        alike: The same for repositories of which everybody's access is the same.
    """

    site: Site
    holders: tuple[Holder, ...]
    accounts: tuple[str, ...]
    alike: Hashable


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class SitePair:
    """A repository as it was and as it is to be, or all that ECR makes below a prefix.

    Attributes:
        before: As it was, with who might do what; None for one that is new.
        after: As it is to be; None for one that goes.
    """

    before: ActedOn | None
    after: ActedOn | None

    @property
    def site(self) -> Site:
        """The later one, if there is one."""
        either = self.after or self.before
        if either is None:
            raise ValueError("a pair of nothing")
        return either.site

    @property
    def name(self) -> str:
        """Its logical name: the new one, if there is one."""
        return self.site.logical_name

    @property
    def is_another(self) -> bool:
        """Whether it is made here on one side, and made elsewhere on the other one: it is not the same repository."""
        return self.before is not None and self.after is not None and self.before.site.kind != self.after.site.kind


def examined(change: Change) -> list[EnvironmentPair]:
    """Return the environments with whose repositories anybody may do something else than before.

    Those are the changed ones, and those whose registry has a policy that another one's change alters.
    """
    touched = set()
    for pair in change.changed:
        sides = [each for each in (pair.before, pair.after) if each is not None]
        grants = [registry_grants_of(each) for each in sides]
        if len(grants) == 1 or grants[0] != grants[1] or sides[0].registry != sides[1].registry:
            touched |= {each.registry for each, said in zip(sides, grants, strict=True) if said and each.registry}
    changed = {pair.name for pair in change.changed}
    return [pair for pair in change.environments if pair.name in changed or _registries(pair) & touched]


def _registries(pair: EnvironmentPair) -> set[tuple[str, str]]:
    found = (each.registry for each in (pair.before, pair.after) if each is not None)
    return {each for each in found if each is not None}


def acted_on(matrix: Matrix, name: str) -> tuple[ActedOn, ...]:
    """Return the repositories of an environment; none where there is no such environment.

    Args:
        matrix: Who may do what.
        name: The environment.
    """
    environment = next((each for each in matrix.environments if each.name == name), None)
    return () if environment is None else tuple(_acted_on(matrix, each) for each in matrix.sites(environment))


def _acted_on(matrix: Matrix, site: Site) -> ActedOn:
    acting, accounts = matrix.holders.acting_on(site), matrix.accounts(site)
    policies = site.policies
    about = tuple(any(matches(each, site.arn) is not False for each in clause.resources) for clause in policies.clauses)
    alike = (site.kind, site.account_id, policies, about, tuple(acting), accounts)
    return ActedOn(site, tuple(holder for holder, _ in acting), accounts, alike)


def groups_of(pair: EnvironmentPair, before: Iterable[ActedOn], after: Iterable[ActedOn]) -> list[list[SitePair]]:
    """Return the repositories of both sides; those of which everybody's access is the same on each side, together.

    Args:
        pair: The environment.
        before: Those before.
        after: Those after.
    """
    found: dict[tuple[object, ...], list[SitePair]] = {}
    for each in _pairs(pair, before, after):
        key = tuple(None if side is None else side.alike for side in (each.before, each.after))
        found.setdefault(key, []).append(each)
    return [sorted(each, key=lambda one: one.name) for each in found.values()]


def _pairs(pair: EnvironmentPair, before: Iterable[ActedOn], after: Iterable[ActedOn]) -> Iterator[SitePair]:
    renamed = {
        each.before.logical_name: each.logical_name
        for each in pair.repositories
        if each.is_renamed and each.before is not None
    }
    there: dict[tuple[str, str], ActedOn] = {}
    for each in before:
        kind, name = _key(each.site)
        there[(kind, renamed.get(name, name) if kind == "declared" else name)] = each
    for each in after:
        yield SitePair(there.pop(_key(each.site), None), each)
    for each in there.values():
        yield SitePair(each, None)


def _key(site: Site) -> tuple[str, str]:
    return ("declared" if site.kind in ("made", "referred") else site.kind), site.logical_name
