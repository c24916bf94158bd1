"""Replicas that go with their source, where the file says that ECR replicates deletions.

Terraform has no switch for it: what the file says is all that is known of it here.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import replication_destinations_of
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.retention.policies import PolicyChange, policy_changes
from ecr_constructs.review.said import Said, at, said_of_one

__all__ = ["judge_replicas"]

_KEY = "replication_destinations"
_SWITCH = "deletions_replicated"


def judge_replicas(change: Change) -> Iterator[Finding]:
    """Yield where replicas newly go with their source, and which go with what a retention newly expires."""
    for pair in change.changed:
        yield from _newly_deleted(pair)
    for each in policy_changes(change):
        yield from _expired(each)


def _newly_deleted(pair: EnvironmentPair) -> Iterator[Finding]:
    for each in pair.made:
        before, after = each.before, each.after
        if before is None or after is None:
            continue
        # A place that images newly go to holds none yet.
        there = _destinations(before)
        newly = [to for to, is_deleted in _destinations(after).items() if is_deleted and there.get(to) is False]
        if newly:
            yield Finding(
                code="replicas-deleted",
                severity="attention",
                consequence="deletes images",
                environment=pair.name,
                what=(
                    f"has its deletions replicated to {_in_words(newly)}: replicas go with their source, whether "
                    "somebody deletes it or its policy expires it"
                ),
                fix="Copy what has to outlast its source to a repository that is no replica of it.",
                repositories=(each.logical_name,),
                **_said(before, after, newly),
            )


def _expired(change: PolicyChange) -> Iterator[Finding]:
    if change.repository is None or change.verdict.expires is None:
        return
    gone = [to for to, is_deleted in _destinations(change.repository).items() if is_deleted]
    if gone:
        yield Finding(
            code="replicas-expired",
            severity="attention",
            consequence="deletes images",
            environment=change.environment.name,
            what=f"has its deletions replicated to {_in_words(gone)}: what newly expires goes there as well",
            fix="Keep what is needed by protected_tags or larger numbers: no replica is left of what goes.",
            repositories=(change.repository.logical_name,),
            **change.said,
        )


def _destinations(repository: DeclaredRepository) -> dict[tuple[str, str], bool]:
    """Return whether deletions are replicated, by the region and the account; the own account is empty."""
    own = repository.environment.account_id
    return {
        (each.region, "" if each.registry_id in (None, own) else str(each.registry_id)): each.deletions_replicated
        for each in replication_destinations_of(repository)
    }


def _in_words(places: list[tuple[str, str]]) -> str:
    said = [f"{region} of account {account_id}" if account_id else region for region, account_id in places]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]


def _said(before: DeclaredRepository, after: DeclaredRepository, newly: list[tuple[str, str]]) -> Said:
    said = said_of_one(before, after, _KEY)
    first = list(_destinations(after)).index(newly[0])
    return said if said["at_base"] else at(*said["path"], first, _SWITCH)
