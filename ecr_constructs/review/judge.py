"""Every consequence of a change: each judge finds those of one kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ecr_constructs.config.rules.acknowledgements import said_codes
from ecr_constructs.review.access.gone import judge_sources
from ecr_constructs.review.access.judge import judge_access
from ecr_constructs.review.access.networks import judge_networks
from ecr_constructs.review.access.registries import judge_registries
from ecr_constructs.review.access.trust import judge_trust
from ecr_constructs.review.adoption import judge_adoption
from ecr_constructs.review.change import Change
from ecr_constructs.review.costs import judge_costs
from ecr_constructs.review.deletes import judge_losses
from ecr_constructs.review.deployments import judge_deployments
from ecr_constructs.review.encryption import judge_encryption
from ecr_constructs.review.endpoints import judge_endpoints
from ecr_constructs.review.finding import CONSEQUENCES, SEVERITIES, Finding
from ecr_constructs.review.identities import judge_identities
from ecr_constructs.review.keys import judge_keys
from ecr_constructs.review.parameters import judge_parameters
from ecr_constructs.review.permissions import judge_permissions
from ecr_constructs.review.protection import judge_protection
from ecr_constructs.review.public import judge_public, judge_public_losses
from ecr_constructs.review.pull_times import judge_pull_times
from ecr_constructs.review.pushes import judge_pushes
from ecr_constructs.review.registry import judge_registry
from ecr_constructs.review.replicas import judge_replicas
from ecr_constructs.review.replication import judge_replication
from ecr_constructs.review.retention.judge import judge_retention
from ecr_constructs.review.states import judge_states
from ecr_constructs.review.tags import judge_tags
from ecr_constructs.review.watching import judge_watching

__all__ = ["JUDGES", "Judge", "in_order", "judged"]

Judge = Callable[[Change], Iterator[Finding]]
"""Yields the consequences of one kind, in any order and without their places."""

JUDGES: tuple[Judge, ...] = (
    judge_losses,
    judge_public_losses,
    judge_protection,
    judge_adoption,
    judge_access,
    judge_registries,
    judge_sources,
    judge_trust,
    judge_networks,
    judge_public,
    judge_tags,
    judge_retention,
    judge_pull_times,
    judge_replicas,
    judge_replication,
    judge_parameters,
    judge_states,
    judge_identities,
    judge_permissions,
    judge_deployments,
    judge_registry,
    judge_pushes,
    judge_keys,
    judge_endpoints,
    judge_watching,
    judge_encryption,
    judge_costs,
)


_STANDS = (
    "`acknowledge` has this code from an earlier change, which says nothing of this one: take it out there, and say it "
    "of the repository."
)


class _Acknowledged(NamedTuple):
    """What a file acknowledges, of a repository or, as None, of all.

    One that stood in the file before is about an earlier change, and must not hide the next one.
    """

    new: frozenset[tuple[str | None, str]] = frozenset()
    standing: frozenset[tuple[str | None, str]] = frozenset()

    def newly(self, finding: Finding) -> bool:
        return _has(self.new, finding)

    def before(self, finding: Finding) -> bool:
        return _has(self.standing, finding)


def _has(codes: frozenset[tuple[str | None, str]], finding: Finding) -> bool:
    every = bool(finding.repositories) and all((name, finding.code) in codes for name in finding.repositories)
    return every or (None, finding.code) in codes


def judged(change: Change, *, judges: Iterable[Judge] = JUDGES) -> list[Finding]:
    """Return every consequence of a change.

    They are sorted by environment, consequence, severity, place and code. Those that are the same but for their
    repositories are one. Each has its place, and whether the change acknowledges it.

    Args:
        change: The change.
        judges: What to judge it by.
    """
    acknowledged = {pair.name: _acknowledged(change, pair.name) for pair in change.changed}
    found = _merged(finding for judge in judges for finding in judge(change))
    placed = [_placed(each, change, acknowledged.get(each.environment, _Acknowledged())) for each in found]
    return in_order(placed)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings sorted as they are told."""
    return sorted(findings, key=_order)


def _merged(findings: Iterable[Finding]) -> Iterator[Finding]:
    together: dict[Finding, list[Finding]] = {}
    for each in findings:
        together.setdefault(dataclasses.replace(each, repositories=(), details=()), []).append(each)
    for alone, several in together.items():
        names = sorted({name for each in several for name in each.repositories})
        details = dict.fromkeys(line for each in several for line in each.details)
        yield dataclasses.replace(alone, repositories=tuple(names), details=tuple(details))


def _placed(finding: Finding, change: Change, acknowledged: _Acknowledged) -> Finding:
    head, base = (side.documents.get(finding.environment) for side in (change.head, change.base))
    document = (base or head) if finding.at_base else (head or base)
    assert document is not None  # noqa: S101 - an environment is on one side at least
    source = document.locate(finding.problem).source
    is_meant = finding.acknowledged or acknowledged.newly(finding)
    stands = not is_meant and acknowledged.before(finding)
    return dataclasses.replace(
        finding,
        source=source,
        shown_at="" if head is None else head.locate(finding.problem).source,
        fix=f"{finding.fix} {_STANDS}".lstrip() if stands else finding.fix,
        acknowledged=is_meant,
    )


def _acknowledged(change: Change, name: str) -> _Acknowledged:
    """Return the codes that the later file of an environment acknowledges."""
    head, base = (side.environments.get(name) for side in (change.head, change.base))
    before = frozenset() if base is None else frozenset(said for _, said in said_codes(base))
    after = frozenset() if head is None else frozenset(said for _, said in said_codes(head))
    return _Acknowledged(after - before, after & before)


def _order(finding: Finding) -> tuple[object, ...]:
    file, _, line = finding.source.rpartition(":")
    return (
        finding.environment,
        CONSEQUENCES.index(finding.consequence),
        finding.acknowledged,
        SEVERITIES.index(finding.severity),
        finding.at_base,
        file,
        line.zfill(7),
        finding.code,
        finding.repositories,
        finding.what,
    )
