"""What roles and policies may do besides repositories, what bounds them, and how long their sessions last.

What they may do with repositories is told of these. Parameters in which repositories are published hold no secrets: who
reads more of them is a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol, runtime_checkable

from ecr_constructs.config.desired import Wanted, wanted_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.conditions import Conditions
from ecr_constructs.core.evaluation.operators import condition_texts
from ecr_constructs.core.evaluation.wildcards import SOME, matches
from ecr_constructs.core.identities.ecs_execution import EcsExecution
from ecr_constructs.core.identities.identity import HasIdentities, Identity
from ecr_constructs.core.identities.oidc_role import OidcRole
from ecr_constructs.core.identities.ssm_read import SsmRead
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.access.trust import options_at
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Consequence, Finding, Severity
from ecr_constructs.review.said import Said, at, said_of

__all__ = ["judge_permissions"]

_PARAMETERS: Final = "ReadParameters"
# What a statement lets do, by its sid, and the option that says it.
_DOES: Final = {
    "WriteLogs": ("write to the logs", ("log_groups", "projects")),
    "ReadSecrets": ("read the secrets", ("secret_arns",)),
    _PARAMETERS: ("read the parameters", ("parameter_names", "repositories")),
    "ListParameters": ("list the parameters", ("repositories",)),
    "Decrypt": ("decrypt with the keys", ("kms_key_arns",)),
    "PutDeploymentEvents": ("ask for deployments on", ("deploy",)),
}
_EVENT: Final = ("event_bus_name", "source", "detail_type")
_NOTES: Final = frozenset({"WriteLogs", "ListParameters"})
_MOST: Final = 3
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html: it bounds by what it does not allow.
_BOUNDS_NOTHING: Final = ":iam::aws:policy/AdministratorAccess"


@runtime_checkable
class _Bounded(Protocol):
    """What a role is made for that may have a boundary."""

    @property
    def permissions_boundary(self) -> str | None:
        """The ARN of the boundary."""


class _Grant(NamedTuple):
    sid: str
    actions: tuple[str, ...]
    resource: str
    conditions: Conditions


class _Actor(NamedTuple):
    """A role or policy on one side."""

    environment: Environment
    wanted: Wanted
    identity: Identity

    @property
    def called(self) -> str:
        return f"the {'role' if self.identity.trust else 'policy'} {self.identity.name}"

    @property
    def boundary(self) -> str | None:
        value = self.wanted.value
        said = value.permissions_boundary if isinstance(value, _Bounded) else None
        return None if said is None or said.endswith(_BOUNDS_NOTHING) else said

    @property
    def published(self) -> bool:
        """Whether the parameters that it may read are those of repositories."""
        return not isinstance(self.wanted.value, EcsExecution)


def judge_permissions(change: Change) -> Iterator[Finding]:
    """Yield which roles and policies may do more or less besides repositories, or are bounded otherwise."""
    for pair in change.changed:
        before, after = pair.before, pair.after
        # Elsewhere all of them are others.
        if before is None or after is None or before.settings.region != after.settings.region:
            continue
        former = _actors(before)
        both = [(former[key], actor) for key, actor in _actors(after).items() if key in former]
        for each in both:
            yield from _compared(*each)
        yield from _bounds(both)


def _actors(environment: Environment) -> dict[str, _Actor]:
    """Return roles by their names, and policies, which have to stay the same, by their keys."""
    return {
        each.name if each.trust else f"{wanted.logical_id}/": _Actor(environment, wanted, each)
        for wanted in wanted_of(environment)
        if isinstance(wanted.value, HasIdentities)
        for each in wanted.value.identities(environment.place)
    }


def _compared(before: _Actor, after: _Actor) -> Iterator[Finding]:
    known = (before.environment.place.account_id, after.environment.place.account_id)
    one = [*_grants(before, *known)]
    other = [*_grants(after)]
    if one != other:
        yield from _moved(before, after, [each for each in other if not _covered(each, one)], opens=True)
        yield from _moved(before, after, [each for each in one if not _covered(each, other)], opens=False)
    yield from _sessions(before, after)


def _grants(actor: _Actor, account: str = "", later: str = "") -> Iterator[_Grant]:
    """Yield what an actor may do besides repositories; where its account is newly said, as if it had been before."""
    for each in actor.identity.statements:
        if all(action.startswith("ecr:") for action in each.actions):
            continue
        if actor.published and each.sid == _PARAMETERS and not isinstance(actor.wanted.value, SsmRead):
            continue
        for resource in each.resources:
            text = resource.replace(f":{account}:", f":{later}:") if account else resource
            yield _Grant(each.sid or "", tuple(each.actions), text, each.conditions)


def _covered(grant: _Grant, by: Iterable[_Grant]) -> bool:
    text = grant.resource.replace("*", SOME)
    return any(
        {*grant.actions} <= {*each.actions}
        and each.conditions in (grant.conditions, {})
        and matches(each.resource, text) is True
        for each in by
    )


def _moved(before: _Actor, after: _Actor, grants: Sequence[_Grant], *, opens: bool) -> Iterator[Finding]:
    by_sid: dict[str, list[_Grant]] = {}
    for each in grants:
        by_sid.setdefault(each.sid, []).append(each)
    for sid, several in by_sid.items():
        published = sid == _PARAMETERS and after.published
        if published and not opens:
            continue  # that is told of the parameters
        does, _ = _DOES.get(sid, (f"do {', '.join(several[0].actions)} with", ()))
        lines = tuple(_text(each) for each in several)
        fix = "Remove it, unless it is needed." if opens else "Keep it until nothing needs it any more."
        severity: Severity = "note" if opens and (published or sid in _NOTES) else "attention"
        what = f"{after.called} can {'newly' if opens else 'no longer'} {does} {_listed(lines)}"
        code = "permissions-widened" if opens else "permissions-narrowed"
        yield _finding(after, code, severity, what, fix, _said(before, after, sid), lines, opens=opens)


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts) if len(texts) <= _MOST else f"{', '.join(texts[:2])} and {len(texts) - 2} more"


def _text(grant: _Grant) -> str:
    conditions = " and ".join(condition_texts(grant.conditions))
    return f"{grant.resource} if {conditions}" if conditions else grant.resource


def _bounds(actors: Iterable[tuple[_Actor, _Actor]]) -> Iterator[Finding]:
    """Yield which roles are bounded otherwise: one boundary of many roles is one finding."""
    together: dict[tuple[str | None, str | None, KeyPath, bool], list[_Actor]] = {}
    for before, after in actors:
        if before.boundary != after.boundary:
            said = _said_by(before, after, "permissions_boundary")
            if isinstance(after.wanted.value, OidcRole):
                said = said_of(before.environment, after.environment, "ci_permissions_boundary")
            together.setdefault((before.boundary, after.boundary, said["path"], said["at_base"]), []).append(after)
    for (one, other, path, at_base), roles in together.items():
        names = tuple(each.identity.name for each in roles)
        who = f"the role {names[0]} is" if len(names) == 1 else f"the roles {_listed(names)} are"
        if other is None:
            code, what, fix = "boundary-removed", f"{who} bounded by {one} no more", "Keep the boundary."
        elif one is None:
            code, fix = "boundary-added", "See that the boundary allows what has to be done."
            what = f"{who} newly bounded by {other}, which may not allow all that is done"
        else:
            code, fix = "boundary-changed", "Compare both policies."
            what = f"{who} bounded by {other} instead of {one}, which may allow more, and less"
        said = at(*path, at_base=at_base)
        yield _finding(roles[0], code, "attention", what, fix, said, names, opens=one is not None)


def _sessions(before: _Actor, after: _Actor) -> Iterator[Finding]:
    one, other = before.wanted.value, after.wanted.value
    if not isinstance(one, OidcRole) or not isinstance(other, OidcRole):
        return
    was, now = one.max_session_duration, other.max_session_duration
    said = _said_by(before, after, "max_session_duration")
    if now > was:
        what = f"credentials of {after.called} last up to {now:,} seconds instead of {was:,}, for whoever gets at them"
        fix = "Keep it as short as the longest job."
        yield _finding(after, "session-longer", "note", what, fix, said, opens=True)
    elif now < was:
        what = f"credentials of {after.called} last up to {now:,} seconds instead of {was:,}: a job that asks for more "
        fix = "Have the jobs ask for no more before."
        yield _finding(after, "session-shorter", "attention", f"{what}fails", fix, said, opens=False)


def _said(before: _Actor, after: _Actor, sid: str) -> Said:
    """Return where it is said what a statement lets do."""
    _, keys = _DOES.get(sid, ("", ()))
    if sid == "PutDeploymentEvents":
        one, other = (options_at(each.environment, each.wanted.path) for each in (before, after))
        if getattr(one, "deploy", True) == getattr(other, "deploy", True):
            return _said_of_event(before.environment, after.environment)
    return _said_by(before, after, *keys)


def _said_of_event(before: Environment, after: Environment) -> Said:
    one, other = before.settings.ecr_deployments, after.settings.ecr_deployments
    changed = [key for key in _EVENT if getattr(one, key, None) != getattr(other, key, None)]
    for options, at_base in ((other, False), (one, True)):
        for key in changed:
            if options is not None and key in options.model_fields_set:
                return at("ecr_deployments", key, at_base=at_base)
    return said_of(before, after, "ecr_deployments")


def _said_by(before: _Actor, after: _Actor, *keys: str) -> Said:
    """Return where the first of some options of a role or policy is said that differ."""
    one, other = (options_at(each.environment, each.wanted.path) for each in (before, after))
    for key in keys:
        if getattr(one, key, None) == getattr(other, key, None):
            continue
        for actor, options, at_base in ((after, other, False), (before, one, True)):
            if key in getattr(options, "model_fields_set", ()):
                return at(*actor.wanted.path, key, at_base=at_base)
    return at(*after.wanted.path)


def _finding(
    after: _Actor,
    code: str,
    severity: Severity,
    what: str,
    fix: str,
    said: Said,
    details: tuple[str, ...] = (),
    *,
    opens: bool,
) -> Finding:
    consequence: Consequence = "opens" if opens else "breaks"
    return Finding(
        code=code,
        severity=severity,
        consequence=consequence,
        environment=after.environment.name,
        what=what,
        fix=fix,
        details=details if len(details) > _MOST else (),
        **said,
    )
