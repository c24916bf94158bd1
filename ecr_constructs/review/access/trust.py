"""Roles that are made: who may newly take one on, who can no longer, and those that are new or go.

What a role may do with repositories is told of these. Who is covered by a pattern that was trusted before is not new.
It is a danger where anybody who may push any branch or tag, or open a pull request, gets the role; else it has
attention. A new role has attention for those whom it trusts, and is a note in a new environment. Those who are no
longer trusted have attention, as a job that takes the role on fails; it is a danger that a role goes altogether from an
environment that stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_constructs.config.desired import IDENTITY_KEYS, SERVICES, wanted_of
from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.identities.identity import HasIdentities, Identity
from ecr_constructs.core.places import Place
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.access.trusted import Trusted, is_broad, trusted_by, widened, without_ids
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import Said, at

__all__ = ["judge_trust"]

_TRUSTING = ("branches", "tags", "environments", "pull_requests", "id", "owner_id", "audience", "oidc_provider")
_FIX_BROAD = "Name the branches, tags or environments whose jobs need the role."
_FIX_WIDER = "Take it out again if it is not meant to get the role."
_FIX_CLOSED = "Keep it trusted until none of its jobs needs the role any more."
_FIX_GONE = "Keep the role until nobody takes it on any more."

_Role = tuple[Wanted, Identity]


def judge_trust(change: Change) -> Iterator[Finding]:
    """Yield who may newly take on a role that is made, and who can no longer."""
    for pair in change.changed:
        either = pair.after or pair.before
        if either is None:
            continue
        # At one place: that a file says its account alone changes nothing.
        before = {} if pair.before is None else _roles(pair.before, either.place)
        after = {} if pair.after is None else _roles(pair.after, either.place)
        for name in sorted({*before, *after}):
            if name not in after:
                yield from _removed(pair, name, before[name])
            elif name not in before:
                yield _added(pair, name, after[name])
            else:
                yield from _changed(pair, name, before[name], after[name])


def _roles(environment: Environment, place: Place) -> dict[str, _Role]:
    return {
        each.name: (wanted, each)
        for wanted in wanted_of(environment)
        if isinstance(wanted.value, HasIdentities)
        for each in wanted.value.identities(place)
        if each.trust
    }


def _added(pair: EnvironmentPair, name: str, role: _Role) -> Finding:
    wanted, identity = role
    trusted = list(trusted_by(identity.trust))
    broad = any(map(is_broad, trusted))
    return Finding(
        code="role-added",
        severity="danger" if broad else "note" if pair.before is None else "attention",
        consequence="opens",
        environment=pair.name,
        what=f"the new role {name} can be taken on by {_listed(trusted)}",
        fix=_FIX_BROAD if broad else "",
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
            what=f"the role {name} is no longer made, which {_listed(trusted)} can take on",
            fix=_FIX_GONE,
            details=_lines(trusted),
            **at(*wanted.path, at_base=True),
        )


def _changed(pair: EnvironmentPair, name: str, before: _Role, after: _Role) -> Iterator[Finding]:
    one, other = before[1].trust, after[1].trust
    if one == other:
        return
    if opened := widened(one, other):
        broad = any(map(is_broad, opened))
        yield Finding(
            code="trust-widened",
            severity="danger" if broad else "attention",
            consequence="opens",
            environment=pair.name,
            what=f"the role {name} can newly be taken on by {_listed(opened)}",
            fix=_FIX_BROAD if broad else _FIX_WIDER,
            details=_lines(opened),
            **_place(pair, before[0], after[0]),
        )
    if closed := widened(other, one):
        yield Finding(
            code="trust-narrowed",
            severity="attention",
            consequence="breaks",
            environment=pair.name,
            what=f"the role {name} can no longer be taken on by {_listed(closed)}",
            fix=_FIX_CLOSED,
            details=_lines(closed),
            **_place(pair, before[0], after[0]),
        )


def _place(pair: EnvironmentPair, before: Wanted, after: Wanted) -> Said:
    """Return where the head says whom a role trusts: the option that differs, where there is one."""
    options, former = (
        None if environment is None else _options(environment, wanted.path)
        for environment, wanted in ((pair.after, after), (pair.before, before))
    )
    for key in _TRUSTING if options is not None and type(options) is type(former) else ():
        said = getattr(options, "model_fields_set", ())
        if key in said and getattr(options, key) != getattr(former, key):
            return at(*after.path, key)
    return at(*after.path)


def _options(environment: Environment, path: KeyPath) -> object | None:
    """Return what a file says of a role."""
    key = str(path[0]) if path else ""
    known = {*IDENTITY_KEYS, *(service.key for service in SERVICES)}
    said = getattr(environment.settings, key) if key in known else None
    if len(path) > 1 and isinstance(said, Sequence):
        found: object = said[int(path[1])]
        return found
    return said


def _listed(trusted: Sequence[Trusted]) -> str:
    """Return whom it is about, a few by name."""
    lines = _lines(trusted)
    return ", ".join(lines) if len(lines) <= 3 else f"{', '.join(lines[:2])} and {len(lines) - 2} more"


def _lines(trusted: Sequence[Trusted]) -> tuple[str, ...]:
    texts = dict.fromkeys(each.text for each in trusted)
    # Of a subject of GitHub in two forms, one will do.
    return tuple(each for each in texts if without_ids(each) in (each, None) or without_ids(each) not in texts)
