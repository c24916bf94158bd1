"""Who may do what with each repository of an environment."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Iterator, Mapping

from ecr_constructs.access.askers import askers_of
from ecr_constructs.access.decided import Access, access_of
from ecr_constructs.access.holders import Holder, Holders
from ecr_constructs.access.sites import Site, Sites
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.evaluation import requesters
from ecr_constructs.core.evaluation.clauses import Clause
from ecr_constructs.core.evaluation.evaluate import Policies
from ecr_constructs.core.evaluation.requesters import Requester
from ecr_constructs.core.evaluation.truth import Truth, any_of
from ecr_constructs.core.evaluation.wildcards import matches
from ecr_constructs.core.principals import PrincipalKind

__all__ = ["EnvironmentAccess", "Matrix", "RepositoryAccess"]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RepositoryAccess:
    """A repository, and who may do what with it."""

    site: Site
    principals: tuple[Access, ...]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class EnvironmentAccess:
    """An environment, and who may do what with its repositories.

    Attributes:
        environment: The environment.
        repositories: Its repositories.
        names: The environments of each account of the app.
        made: The roles and policies that it makes.
    """

    environment: Environment
    repositories: tuple[RepositoryAccess, ...]
    names: Mapping[str, tuple[str, ...]]
    made: tuple[Holder, ...] = ()

    @property
    def groups(self) -> list[tuple[list[Site], tuple[Access, ...]]]:
        """The repositories with which the same principals may do the same, together."""
        found: dict[tuple[str, int], tuple[list[Site], tuple[Access, ...]]] = {}
        for each in self.repositories:
            key = (each.site.kind, id(each.principals))
            found.setdefault(key, ([], each.principals))[0].append(each.site)
        return list(found.values())

    @property
    def holders(self) -> list[Holder]:
        """The roles and policies among them, each once, and those that are made here for something else."""
        among = (access.holder for each in self.repositories for access in each.principals)
        return list(dict.fromkeys((*(each for each in among if each is not None), *self.made)))


class Matrix:
    """Who may do what in the environments of an app, which may let one another in."""

    def __init__(self, environments: Iterable[Environment]) -> None:
        self.environments: tuple[Environment, ...] = tuple(environments)
        self._sites = Sites(self.environments)
        self._holders = Holders(self.environments)
        self._consumers = _consumers(self.environments)
        self._names = _names_by_account(self.environments)
        self._known: dict[Hashable, tuple[Access, ...]] = {}

    @property
    def holders(self) -> Holders:
        """The roles and policies that are made."""
        return self._holders

    def sites(self, environment: Environment) -> list[Site]:
        """Return the repositories of an environment."""
        return self._sites.of(environment)

    def accounts(self, site: Site) -> tuple[str, ...]:
        """Return the accounts of environments that use a repository of another account."""
        if site.kind == "referred":
            own = site.environment.settings.account_id
            return () if own in (None, site.account_id) else (str(own),)
        return tuple(sorted(self._consumers.get(site.arn, set()) - {site.account_id}))

    def of(self, environment: Environment) -> EnvironmentAccess:
        """Return who may do what with each repository of an environment."""
        repositories = (RepositoryAccess(site, self._principals(site)) for site in self.sites(environment))
        made = tuple(each for each in self._holders.all if each.environment is environment)
        return EnvironmentAccess(environment, tuple(repositories), self._names, made)

    def _principals(self, site: Site) -> tuple[Access, ...]:
        """Return what everyone may do with a repository.

        Repositories whose policies say the same of them share the answer.
        """
        acting = self._holders.acting_on(site)
        accounts = self.accounts(site)
        resource = tuple(
            (each, truth) for each in site.policies.clauses if (truth := _is_about(each, site)) is not False
        )
        own = site.environment.name if site.kind == "referred" else site.account_id
        key = (site.kind, own, site.environment.partition, resource, site.policies.others, tuple(acting), accounts)
        if key not in self._known:
            found = _decided(site, self._askers(site), [holder for holder, _ in acting], accounts, self._holders)
            self._known[key] = tuple(sorted(found, key=_order))
        return self._known[key]

    def _askers(self, site: Site) -> list[Requester]:
        """Return whom the policies of a repository let in; of one that is made elsewhere, that is told there."""
        if site.kind == "referred":
            return []
        about = [each for each in site.policies.clauses if _is_about(each, site) is not False]
        return [each for each in askers_of(about, site.environment.partition) if not _is_own_account(each, site)]


def _decided(
    site: Site, askers: Iterable[Requester], acting: Iterable[Holder], accounts: Iterable[str], holders: Holders
) -> Iterator[Access]:
    if site.kind == "public":
        askers = [requesters.anyone(), *askers]
    partition = site.environment.partition
    named = {each.text: each for each in askers if each.kind is not PrincipalKind.SERVICE}
    named |= {each: requesters.account(each, partition) for each in accounts if each not in named}
    made = list(acting)
    texts = {each.requester.text for each in made}
    for text, requester in named.items():
        if text not in texts:
            policies = _as_told(holders.policies_of(requester), requester, site)
            yield access_of(site, requester, policies, holders.of(requester))
    for holder in made:
        is_named = holder.requester.text in named
        policies = holders.policies_of(holder.requester) if is_named else holder.policies
        found = access_of(site, holder.requester, _as_told(policies, holder.requester, site), holder)
        if found.is_let_in or is_named:
            yield found
    services: dict[Hashable, Access] = {}
    for requester in askers:
        if requester.kind is PrincipalKind.SERVICE:
            found = access_of(site, requester, Policies())
            key = (requester.text, found.wide, *((each.truth, each.because) for each in found.decisions.values()))
            beside = services.get(key)
            sources = found.sources if beside is None else (*beside.sources, *found.sources)
            services[key] = dataclasses.replace(found, sources=sources)
    yield from services.values()


def _as_told(policies: Policies, requester: Requester, site: Site) -> Policies:
    """Return the policies of somebody, without what is told once: that the own account may have policies of its own."""
    return dataclasses.replace(policies, others=None) if requester.account_id == site.account_id else policies


def _is_about(clause: Clause, site: Site) -> Truth:
    """Return whether a statement of a policy that names repositories is about one of them."""
    if not clause.resources:
        return True
    return any_of(matches(each, site.arn) for each in clause.resources)


def _is_own_account(requester: Requester, site: Site) -> bool:
    """Whether somebody is the account of a repository as a whole, of which is told once."""
    return requester.kind is PrincipalKind.ACCOUNT and requester.account_id == site.account_id


def _consumers(environments: Iterable[Environment]) -> dict[str, set[str]]:
    """Return the accounts of the environments that use each repository of another, by its ARN."""
    found: dict[str, set[str]] = {}
    for environment in environments:
        account_id = environment.settings.account_id
        for each in environment.repositories.values() if account_id is not None else ():
            if (arn := environment.arn_of(each)) is not None:
                found.setdefault(str(arn), set()).add(str(account_id))
    return found


def _names_by_account(environments: Iterable[Environment]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in environments:
        if (account_id := each.settings.account_id) is not None:
            found[account_id] = (*found.get(account_id, ()), each.name)
    return found


_ORDER = (
    PrincipalKind.EVERYONE,
    PrincipalKind.ORGANIZATION,
    PrincipalKind.ORGANIZATION_PATH,
    PrincipalKind.ACCOUNT,
)


def _order(access: Access) -> tuple[int, str, tuple[str, ...]]:
    kind = access.requester.kind
    rank = _ORDER.index(kind) if kind in _ORDER else len(_ORDER) + (kind is PrincipalKind.SERVICE)
    return rank, access.requester.text, access.sources
