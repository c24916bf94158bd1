"""Whom the policy of a registry newly lets replicate images into it, and whom no more.

That is told where no repository is declared as well: ECR may make those. It is a danger where the account is of no
environment of this app, as it was; else it has attention. What an environment of this app replicates is told of its
own file, and is a note unless it reaches repositories that the other one makes itself. Who may fill a cache is told of
what may be done with the repositories below its prefix.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from ecr_constructs.config.desired import registry_grants_of, replication_destinations_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.registry.policy import ReplicationGrant
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.access.told import accounts_of
from ecr_constructs.review.change import Change, EnvironmentPair, Side
from ecr_constructs.review.finding import Finding, Severity
from ecr_constructs.review.said import Said, at

__all__ = ["DERIVED", "judge_registries"]

DERIVED: KeyPath = ("account_id",)
"""Where a grant is said that follows from what another environment of this app replicates."""

_FIX_STRANGER = "Remove it, if that account is not to put images here, or name its repository_prefixes."
_FIX_OPENED = "Remove it, if that is not intended."
_FIX_CLOSED = "Keep it until nothing is replicated by it any more."
_MOST_NAMED = 3


@dataclasses.dataclass(frozen=True, slots=True)
class _Grant:
    """What an account may replicate.

    Attributes:
        account_id: The account.
        names: What the names of repositories begin with.
        makes: Whether repositories are made for it.
    """

    account_id: str
    names: str
    makes: bool

    def covers(self, other: _Grant) -> bool:
        """Tell whether another one grants nothing more."""
        reaches = other.names.startswith(self.names) and (self.makes or not other.makes)
        return self.account_id == other.account_id and reaches


@dataclasses.dataclass(frozen=True, slots=True)
class _Said:
    """What is said of an account at one place.

    Attributes:
        path: The place.
        account_id: The account.
        makes: Whether repositories are made for it.
    """

    path: KeyPath
    account_id: str
    makes: bool


_Grants = Mapping[_Grant, KeyPath]


def judge_registries(change: Change) -> Iterator[Finding]:
    """Yield whom the policies of registries newly let replicate into them, and whom no more."""
    accounts = accounts_of(change)
    base, head = (
        {name: _said(each) for name, each in side.environments.items()} for side in (change.base, change.head)
    )
    for pair in change.changed:
        former, later = base.get(pair.name, {}), head.get(pair.name, {})
        if former == later:
            continue
        registries = {each.registry for each in (pair.before, pair.after) if each is not None}
        # What another environment of the registry said before is nothing new.
        before = {*former, *_beside(change.base, base, registries)}
        after = {*later, *_beside(change.head, head, registries)}
        for said, names in _together(later, before):
            yield _opened(change, pair, said, names, accounts)
        for said, names in _together(former, after) if pair.after is not None else ():
            if said.path != DERIVED:
                yield _closed(pair, said, names, accounts)


def _beside(side: Side, said: Mapping[str, _Grants], registries: set[tuple[str, str] | None]) -> Iterator[_Grant]:
    for each in side.environments.values():
        if each.registry is not None and each.registry in registries:
            yield from said[each.name]


def _said(environment: Environment) -> _Grants:
    found: dict[_Grant, KeyPath] = {}
    for path, grant in registry_grants_of(environment):
        if isinstance(grant, ReplicationGrant):
            for account_id in grant.account_ids:
                for each in grant.repository_prefixes:
                    found.setdefault(_Grant(account_id, each.removesuffix("*"), grant.create_repository), path)
    return found


def _together(grants: _Grants, known: Iterable[_Grant]) -> Iterator[tuple[_Said, list[str]]]:
    """Yield what others do not cover, with what the names of repositories begin with."""
    found: dict[_Said, list[str]] = {}
    for grant, path in grants.items():
        if not any(each.covers(grant) for each in known):
            found.setdefault(_Said(path, grant.account_id, grant.makes), []).append(grant.names)
    yield from found.items()


def _opened(
    change: Change, pair: EnvironmentPair, said: _Said, names: list[str], accounts: Mapping[str, tuple[str, ...]]
) -> Finding:
    name, place, registry = pair.name, at(*said.path), "the registry"
    severity: Severity = "attention" if said.account_id in accounts else "danger"
    source = _source(change.head, pair.after, said.account_id) if said.path == DERIVED else None
    if source is not None:
        name, place, registry = source[0].name, source[1], f"the registry of {pair.name}"
        if severity == "attention" and not _reaches_made(pair.after, names):
            severity = "note"
    return Finding(
        code="registry-opened",
        severity=severity,
        consequence="opens",
        environment=name,
        what=f"{registry} newly lets {_who(said, accounts)} {_verbs(said, names)}",
        fix={"danger": _FIX_STRANGER, "attention": _FIX_OPENED, "note": ""}[severity],
        details=_details(names),
        **place,
    )


def _closed(pair: EnvironmentPair, said: _Said, names: list[str], accounts: Mapping[str, tuple[str, ...]]) -> Finding:
    return Finding(
        code="registry-closed",
        severity="danger" if said.account_id in accounts else "attention",
        consequence="breaks",
        environment=pair.name,
        what=f"the registry no longer lets {_who(said, accounts)} {_verbs(said, names)}",
        fix=_FIX_CLOSED,
        details=_details(names),
        **at(*said.path, at_base=True),
    )


def _source(side: Side, environment: Environment | None, account_id: str) -> tuple[Environment, Said] | None:
    """Return an environment of an account that replicates into the registry of another, and where it says so."""
    for each in side.environments.values() if environment is not None else ():
        for repository in each.made.values() if each.settings.account_id == account_id else ():
            for destination in replication_destinations_of(repository):
                if environment and (destination.registry_id or account_id, destination.region) == environment.registry:
                    return each, at(*repository.path_of("replication_destinations"))
    return None


def _reaches_made(environment: Environment | None, names: Iterable[str]) -> bool:
    made = () if environment is None else environment.made.values()
    return any(each.repository_name.startswith(name) for each in made for name in names)


def _verbs(said: _Said, names: list[str]) -> str:
    listed = ", ".join(names) if len(names) <= _MOST_NAMED else f"{', '.join(names[:2])} and {len(names) - 2} more"
    which = f"whose names begin with {listed}" if all(names) else "of any name"
    return f"replicate images into repositories {which}{', and have those made' if said.makes else ''}"


def _details(names: list[str]) -> tuple[str, ...]:
    return (f"names that begin with {', '.join(names)}",) if len(names) > _MOST_NAMED and all(names) else ()


def _who(said: _Said, accounts: Mapping[str, tuple[str, ...]]) -> str:
    known = accounts.get(said.account_id, ())
    return f"{said.account_id} ({', '.join(known)})" if known else said.account_id
