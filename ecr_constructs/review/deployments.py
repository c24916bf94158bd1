"""Workloads that a change has deployed no more, or by another event."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.desired import deployments_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.events.deployments import Deployment
from ecr_constructs.core.registry.scanning import filter_matches
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import Said, at, breaks, said_of

__all__ = ["judge_deployments"]

_KEY = "ecr_deployments"
_EVENT = ("source", "detail_type", "event_bus_name")


def judge_deployments(change: Change) -> Iterator[Finding]:
    """Yield which workloads are deployed no more, and what they are deployed by instead."""
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _of_environment(pair.before, pair.after)


def _of_environment(before: Environment, after: Environment) -> Iterator[Finding]:
    old, new = _deployment(before), _deployment(after)
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
        found = breaks("deployment-changed", after, said, what, "Have it ready before.")
        yield dataclasses.replace(found, severity="note")


def _covers(pattern: str, tag: str) -> bool:
    """Whether a pattern matches whatever another one does."""
    return pattern == tag or ("*" in pattern and filter_matches(pattern, tag))


def _deployment(environment: Environment) -> Deployment | None:
    if environment.settings.ecr_deployments is None:
        return None
    return next((each.value for each in deployments_of(environment) if isinstance(each.value, Deployment)), None)


def _said(before: Environment, after: Environment, *keys: str) -> Said:
    """Return where the first of some options of the deployments is said."""
    for environment, at_base in ((after, False), (before, True)):
        options = environment.settings.ecr_deployments
        said = frozenset() if options is None else options.model_fields_set
        for key in keys:
            if key in said:
                return at(_KEY, key, at_base=at_base)
    return said_of(before, after, _KEY)
