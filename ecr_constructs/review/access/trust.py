"""Roles that are made: who may newly take one on, who can no longer, and those that are new or go.

What a role may do with repositories is told of these. Who is covered by a pattern that was trusted before is not new.
It is a danger where anybody who may push any branch or tag, or open a pull request, gets the role, and where jobs get
it of an issuer or an owner whom no role of the environment trusted; else it has attention. A new role has attention for
those whom it trusts, and is a note in a new environment. Those who are no longer trusted have attention, as a job that
takes the role on fails; it is a danger that a role goes altogether from an environment that stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecr_constructs.config.desired import IDENTITY_KEYS, SERVICES, wanted_of
from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.identities.identity import HasIdentities, Identity
from ecr_constructs.core.places import Place
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.access.trusted import Trusted, is_broad, trusted_by, widened, without_ids
from ecr_constructs.review.change import Change, EnvironmentPair, Side
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import Said, at, said_of

__all__ = ["judge_trust", "options_at"]

_TRUSTING = (
    "repo",
    "project",
    "branches",
    "tags",
    "environments",
    "pull_requests",
    "id",
    "owner_id",
    "audience",
    "oidc_provider",
)
_FIX_BROAD = "Name the branches, tags or environments whose jobs need the role."
_FIX_STRANGER = "Remove it, unless whoever signs tokens there, and whoever owns that code, may act by the role."
_OF_ALL = ("gitlab_url", "gitlab_audience")
_FIX_WIDER = "Remove it, if it is not to have the role."
_FIX_CLOSED = "Keep it trusted until none of its jobs needs the role any more."
_FIX_GONE = "Keep the role until nobody takes it on any more."

_Role = tuple[Wanted, Identity]
_Party = tuple[str, str]


def judge_trust(change: Change) -> Iterator[Finding]:
    """Yield who may newly take on a role that is made, and who can no longer."""
    for pair in change.changed:
        either = pair.after or pair.before
        if either is None:
            continue
        # At one place: that a file says its account alone changes nothing.
        before = {} if pair.before is None else _roles(pair.before, either.place)
        after = {} if pair.after is None else _roles(pair.after, either.place)
        known = None
        for name in sorted({*before, *after}):
            if name not in after:
                yield from _removed(pair, name, before[name])
                continue
            if known is None:
                known = _parties(before if pair.before is not None else _roles_of(change.base))
            if name not in before:
                yield _added(pair, name, after[name], known)
            else:
                yield from _changed(pair, name, before[name], after[name], known)


def _roles_of(side: Side) -> dict[str, _Role]:
    return {
        f"{each.name}/{name}": role
        for each in side.environments.values()
        for name, role in _roles(each, each.place).items()
    }


def _parties(roles: Mapping[str, _Role]) -> frozenset[_Party]:
    """Return who vouches for the jobs that any role trusts, and whose they are."""
    return frozenset(
        each.party for _, identity in roles.values() for each in trusted_by(identity.trust) if each.party is not None
    )


def _is_stranger(trusted: Trusted, known: frozenset[_Party]) -> bool:
    """Whether jobs are of an issuer or an owner whom nobody trusted, where any was."""
    return bool(known) and trusted.party is not None and trusted.party not in known


def _roles(environment: Environment, place: Place) -> dict[str, _Role]:
    return {
        each.name: (wanted, each)
        for wanted in wanted_of(environment)
        if isinstance(wanted.value, HasIdentities)
        for each in wanted.value.identities(place)
        if each.trust
    }


def _added(pair: EnvironmentPair, name: str, role: _Role, known: frozenset[_Party]) -> Finding:
    wanted, identity = role
    trusted = list(trusted_by(identity.trust))
    broad = any(map(is_broad, trusted))
    stranger = any(_is_stranger(each, known) for each in trusted)
    return Finding(
        code="role-added",
        severity="danger" if broad or stranger else "note" if pair.before is None else "attention",
        consequence="opens",
        environment=pair.name,
        what=f"the new role {name} can be taken on by {_listed(trusted)}",
        fix=_FIX_BROAD if broad else _FIX_STRANGER if stranger else "",
        details=_lines(trusted),
        **at(*wanted.path),
    )


def _removed(pair: EnvironmentPair, name: str, role: _Role) -> Iterator[Finding]:
    wanted, identity = role
    if pair.after is not None:
        trusted = list(trusted_by(identity.trust))
        yield Finding(
            code="role-removed",
            severity="danger",
            consequence="breaks",
            environment=pair.name,
            what=f"the role {name} is no longer made; {_listed(trusted)} could take it on",
            fix=_FIX_GONE,
            details=_lines(trusted),
            **at(*wanted.path, at_base=True),
        )


def _changed(
    pair: EnvironmentPair, name: str, before: _Role, after: _Role, known: frozenset[_Party]
) -> Iterator[Finding]:
    one, other = before[1].trust, after[1].trust
    if one == other:
        return
    opened, closed = widened(one, other), widened(other, one)
    if opened:
        broad = any(map(is_broad, opened))
        stranger = any(_is_stranger(each, known) for each in opened)
        yield Finding(
            code="trust-widened",
            severity="danger" if broad or stranger else "attention",
            consequence="opens",
            environment=pair.name,
            what=f"the role {name} can newly be taken on by {_listed(opened, closed)}",
            fix=_FIX_BROAD if broad else _FIX_STRANGER if stranger else _FIX_WIDER,
            details=_lines(opened, closed),
            **_place(pair, before[0], after[0]),
        )
    if closed:
        yield Finding(
            code="trust-narrowed",
            severity="attention",
            consequence="breaks",
            environment=pair.name,
            what=f"the role {name} can no longer be taken on by {_listed(closed, opened)}",
            fix=_FIX_CLOSED,
            details=_lines(closed, opened),
            **_place(pair, before[0], after[0]),
        )


def _place(pair: EnvironmentPair, before: Wanted, after: Wanted) -> Said:
    """Return where the head says whom a role trusts: the option that differs, where there is one."""
    options, former = (
        None if environment is None else options_at(environment, wanted.path)
        for environment, wanted in ((pair.after, after), (pair.before, before))
    )
    for key in _TRUSTING if options is not None and type(options) is type(former) else ():
        said = getattr(options, "model_fields_set", ())
        if key in said and getattr(options, key) != getattr(former, key):
            return at(*after.path, key)
    if pair.before is not None and pair.after is not None and after.path[:1] == ("gitlab_projects",):
        one, other = pair.before.settings, pair.after.settings
        changed = [key for key in _OF_ALL if getattr(one, key) != getattr(other, key)]
        if changed:
            return said_of(pair.before, pair.after, *changed)
    return at(*after.path)


def options_at(environment: Environment, path: KeyPath) -> object | None:
    """Return what a file says of a role."""
    key = str(path[0]) if path else ""
    known = {*IDENTITY_KEYS, *(service.key for service in SERVICES)}
    said = getattr(environment.settings, key) if key in known else None
    if len(path) > 1 and isinstance(said, Sequence):
        found: object = said[int(path[1])]
        return found
    return said


def _listed(trusted: Sequence[Trusted], others: Sequence[Trusted] = ()) -> str:
    """Return whom it is about, a few by name."""
    lines = _lines(trusted, others)
    return ", ".join(lines) if len(lines) <= 3 else f"{', '.join(lines[:2])} and {len(lines) - 2} more"


def _lines(trusted: Sequence[Trusted], others: Sequence[Trusted] = ()) -> tuple[str, ...]:
    """Return whom it is about, in full where others would be called the same."""
    same = {each.subject for each in others}
    texts = dict.fromkeys(each.full_text if each.subject in same else each.text for each in trusted)
    # Of a subject of GitHub in two forms, one will do.
    return tuple(each for each in texts if without_ids(each) in (each, None) or without_ids(each) not in texts)
