"""Replicas that go with their source, where the file says that ECR replicates deletions.

Terraform has no switch for it: what the file says is all that is known of it here. ECR has one for a whole replication
rule: what is said of one repository holds of all that share its destinations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import replication_destinations_of, replication_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.registry.replicated_deletions import destination_in_words, in_words, rules_with_deletions
from ecr_constructs.core.registry.replication import (
    ReplicationContribution,
    ReplicationDestination,
    destinations_of_rule,
    with_account,
)
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.retention.policies import PolicyChange, policy_changes
from ecr_constructs.review.said import Said, at, said_of_one

__all__ = ["Replicas", "ReplicasIn", "fate_of_replicas", "judge_replicas"]

_KEY = "replication_destinations"
_SWITCH = "deletions_replicated"

Place: TypeAlias = tuple[str, str]
"""A region and an account; the own account is empty."""

Replicas: TypeAlias = dict[Place, bool]
"""Whether replicas go with their source, by where they are."""


def judge_replicas(change: Change) -> Iterator[Finding]:
    """Yield where replicas newly go with their source, and which go with what a retention newly expires."""
    for pair in change.changed:
        if pair.before is not None and pair.after is not None:
            yield from _newly_deleted(pair, ReplicasIn(pair.before), ReplicasIn(pair.after))
    known: dict[str, ReplicasIn] = {}
    for each in policy_changes(change):
        environment = each.environment.after
        if environment is not None and each.repository is not None and each.verdict.expires is not None:
            replicas = known.setdefault(environment.name, ReplicasIn(environment))
            yield from _expired(each, each.repository, replicas)


class ReplicasIn:
    """The replicas of an environment's repositories.

    Args:
        environment: The environment.
    """

    def __init__(self, environment: Environment) -> None:
        self._own = environment.settings.account_id
        self._environment = environment

    @cached_property
    def _rules(self) -> frozenset[tuple[ReplicationDestination, ...]]:
        return rules_with_deletions(replication_of(self._environment))

    def of(self, repository: DeclaredRepository) -> Replicas:
        """Return where the replicas of a repository are, and whether they go with it by what is said of its rule."""
        destinations = replication_destinations_of(repository)
        if not destinations:
            return {}
        contribution = with_account(ReplicationContribution(destinations=destinations), self._own)
        return dict.fromkeys(self.said_of(repository), destinations_of_rule(contribution) in self._rules)

    def said_of(self, repository: DeclaredRepository) -> Replicas:
        """Return the same by what the repository says of each destination itself."""
        return {
            (each.region, "" if each.registry_id in (None, self._own) else str(each.registry_id)): (
                each.deletions_replicated
            )
            for each in replication_destinations_of(repository)
        }


def fate_of_replicas(replicas: Replicas) -> str:
    """Return what becomes of the replicas of a repository that is destroyed, as the end of a clause; or nothing.

    AWS documents that the deletion of an image is replicated, and not what comes of the deletion of a repository
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication-delete.html).

    Args:
        replicas: Where they are.
    """
    if not replicas:
        return ""
    there = _in_words(list(replicas))
    if any(replicas.values()):
        return (
            f"; its replicas are at {there}, where deletions are replicated, and AWS does not document whether they go "
            "too"
        )
    return f"; its replicas at {there} stay"


def _newly_deleted(pair: EnvironmentPair, before: ReplicasIn, after: ReplicasIn) -> Iterator[Finding]:
    for each in pair.made:
        one, other = each.before, each.after
        if one is None or other is None:
            continue
        # A place that images newly go to holds none yet.
        former, said_before, said = before.of(one), before.said_of(one), after.said_of(other)
        newly = [
            to
            for to, is_deleted in after.of(other).items()
            # Where both was said of a rule, what is newly said of this one may be what is new.
            if is_deleted and (former.get(to) is False or (said_before.get(to) is False and said[to]))
        ]
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
                **_said(one, other, [to for to in newly if said[to]], [*said]),
            )


def _expired(change: PolicyChange, repository: DeclaredRepository, replicas: ReplicasIn) -> Iterator[Finding]:
    gone = [to for to, is_deleted in replicas.of(repository).items() if is_deleted]
    if gone:
        yield Finding(
            code="replicas-expired",
            severity="attention",
            consequence="deletes images",
            environment=change.environment.name,
            what=f"has its deletions replicated to {_in_words(gone)}: what newly expires goes there as well",
            fix="Keep what is needed by protected_tags or larger numbers: no replica is left of what goes.",
            repositories=(repository.logical_name,),
            **change.said,
        )


def _in_words(places: Sequence[Place]) -> str:
    to = (ReplicationDestination(region=region, registry_id=account_id or None) for region, account_id in places)
    return in_words([destination_in_words(each, None) for each in to])


def _said(
    before: DeclaredRepository, after: DeclaredRepository, newly: Sequence[Place], places: Sequence[Place]
) -> Said:
    """Return where it is said: of the first of some destinations, or of none, where another repository says it."""
    said = said_of_one(before, after, _KEY)
    return said if said["at_base"] or not newly else at(*said["path"], places.index(newly[0]), _SWITCH)
