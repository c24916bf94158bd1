"""Workloads that a change has deployed no more, by something else, or newly; and which account is newly told of them.

That another account is told is a danger, save for one of an environment that there was before.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.core.events.deployments import Deployment
from ecr_constructs.core.events.targets import EVENT_AGES, RETRY_ATTEMPTS
from ecr_constructs.core.registry.scanning import filter_matches
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import Said, at, breaks, said_of, watches_less
from ecr_constructs.review.wanted import deployment_of

__all__ = ["judge_deployments"]

_KEY = "ecr_deployments"
_EVENT = ("source", "detail_type", "event_bus_name")


def judge_deployments(change: Change) -> Iterator[Finding]:
    """Yield which workloads are deployed no more, newly, or by what instead, and who is told of it."""
    known = frozenset(each.settings.account_id for each in change.base.environments.values())
    for pair in change.changed:
        if pair.after is not None:
            old, new = deployment_of(pair.before), deployment_of(pair.after)
            if new is not None:
                yield from _told(pair.after, old, new, known)
            if pair.before is not None:
                yield from _of_environment(pair.before, pair.after, old, new)


def _told(
    after: Environment, old: Deployment | None, new: Deployment, known: frozenset[str | None]
) -> Iterator[Finding]:
    """Yield which other account is newly told what is to be deployed."""
    own, account = after.settings.account_id, _account_of(new)
    if account is None or account == own or (old is not None and account == _account_of(old)):
        return
    # Without an account of its own nobody can tell which is another one.
    stranger = account not in known and own is not None
    yield Finding(
        code="deployment-told-elsewhere",
        severity="danger" if stranger else "attention",
        consequence="opens",
        environment=after.name,
        what=f"account {account} is newly told what is to be deployed, by {new.target.arn}",
        fix="Name a target of this account, unless that one is to know.",
        **at(_KEY, "target_arn"),
    )


def _account_of(deployment: Deployment) -> str | None:
    """Return the account of what is told to deploy; None where that is known at apply alone."""
    parts = deployment.target.arn.split(":")
    return parts[4] if len(parts) > 4 and parts[4].isdecimal() else None


def _of_environment(
    before: Environment, after: Environment, old: Deployment | None, new: Deployment | None
) -> Iterator[Finding]:
    if new is not None:
        yield from _more(before, after, old, new)
    if old is None:
        return
    still = {} if new is None else new.rule_names
    # What goes with its repository is told of that.
    gone = tuple(name for name in sorted(old.rule_names) if name not in still and name in after.repositories)
    if gone:
        what = f"is deployed by no {'push' if old.trigger == 'push' else 'event'} any more"
        fix = "Keep it among the repositories that are deployed, until something else deploys it."
        yield breaks("deployment-removed", after, _said(before, after, "repositories"), what, fix, repositories=gone)
    if new is not None and still.keys() & old.rule_names.keys():
        yield from _changed(before, after, old, new)


def _more(before: Environment, after: Environment, old: Deployment | None, new: Deployment) -> Iterator[Finding]:
    """Yield what deploys that did not before, of repositories that there were before."""
    by = f"a push of the tag {', '.join(new.tags)}" if new.trigger == "push" else f"the event {new.source}"
    former = {} if old is None else old.rule_names
    more = tuple(name for name in sorted(new.rule_names) if name not in former and name in before.repositories)
    if more:
        yield Finding(
            code="deployment-added",
            # Where nothing was deployed before, that is what the change is for.
            severity="note" if old is None else "attention",
            consequence="opens",
            environment=after.name,
            what=f"is newly deployed by {by}",
            fix="" if old is None else "Name the repositories whose workloads are to be deployed.",
            repositories=more,
            **_said(before, after, "repositories"),
        )
    if old is None or old.trigger != "push" or new.trigger != "push":
        return
    if tags := [tag for tag in new.tags if not any(_covers(each, tag) for each in old.tags)]:
        yield Finding(
            code="deployment-added",
            severity="attention",
            consequence="opens",
            environment=after.name,
            what=f"a push of the tag {', '.join(tags)} newly deploys",
            fix="Name the tags alone that are to be deployed.",
            **_said(before, after, "tags"),
        )


def _changed(before: Environment, after: Environment, old: Deployment, new: Deployment) -> Iterator[Finding]:
    if old.trigger != new.trigger:
        by = {"push": "a push", "event": f"the event {new.source} {new.detail_type}"}[new.trigger]
        former = {"push": "a push", "event": f"the event {old.source} {old.detail_type}"}[old.trigger]
        what = f"workloads are deployed by {by}, and by {former} no more"
        yield breaks("deployment-changed", after, at(_KEY, "trigger"), what, "Have that sent before.")
    elif old.trigger == "push":
        lost = [tag for tag in old.tags if not any(_covers(each, tag) for each in new.tags)]
        if lost:
            what = f"a push of the tag {', '.join(lost)} deploys no more"
            fix = "Have another tag pushed, or keep it in tags."
            yield breaks("deployment-changed", after, _said(before, after, "tags"), what, fix)
    else:
        keys = [key for key in _EVENT if getattr(old, key) != getattr(new, key)]
        if keys:
            listed = ", ".join(f"{key} is {getattr(new, key)} instead of {getattr(old, key)}" for key in keys)
            what = f"workloads are deployed by another event: {listed}"
            fix = "Have whoever deploys put that event before."
            yield breaks("deployment-changed", after, _said(before, after, *keys), what, fix)
    if old.target.arn != new.target.arn:
        what = f"{new.target.arn} is told to deploy instead of {old.target.arn}"
        said = at(_KEY, "target_arn")
        yield breaks("deployment-changed", after, said, what, "Have it ready before.", severity="note")
    yield from _delivered(before, after, old, new)


def _delivered(before: Environment, after: Environment, old: Deployment, new: Deployment) -> Iterator[Finding]:
    """Yield by whom else the target is reached, and what is given up sooner."""
    if old.target.role_arn != new.target.role_arn:
        one, other = (each.target.role_arn or "a role that is made here" for each in (old, new))
        what = f"EventBridge reaches what deploys as {other} instead of {one}"
        fix = "See that it may do so: an event that it cannot deliver deploys nothing."
        yield breaks("deployment-changed", after, _said(before, after, "role_arn"), what, fix)
    letters, later = old.target.dead_letter_arn, new.target.dead_letter_arn
    if letters is not None and later is not None and letters != later:
        what = f"events that could not be delivered go to {later} instead of {letters}"
        fix = "Have it watched, and let EventBridge send to it by its policy."
        said = _said(before, after, "dead_letter_arn")
        yield watches_less("deployment-failures-unseen", after, said, what, fix)
    for key, most, unit in (
        ("maximum_retry_attempts", RETRY_ATTEMPTS[-1], "times"),
        ("maximum_event_age_in_seconds", EVENT_AGES[-1], "seconds"),
    ):
        was, now = (most if (said := getattr(each.target, key)) is None else said for each in (old, new))
        if now < was:
            how = "again up to" if unit == "times" else "for up to"
            what = f"an event that could not be delivered is tried {how} {now:,} {unit} instead of {was:,}, then lost"
            yield breaks("deployment-changed", after, _said(before, after, key), what, "Leave it as it was.")


def _covers(pattern: str, tag: str) -> bool:
    """Whether a pattern matches whatever another one does."""
    return pattern == tag or ("*" in pattern and filter_matches(pattern, tag))


def _said(before: Environment, after: Environment, *keys: str) -> Said:
    """Return where the first of some options of the deployments is said."""
    for environment, at_base in ((after, False), (before, True)):
        options = environment.settings.ecr_deployments
        said = frozenset() if options is None else options.model_fields_set
        for key in keys:
            if key in said:
                return at(_KEY, key, at_base=at_base)
    return said_of(before, after, _KEY)
