"""The registry's replication, which an apply writes anew: without the replication of deletions.

Terraform's AWS provider has no setting for that, and writes all rules as soon as one changes. No plan shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import replication_destinations_of, replication_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.rules.defaults import place_of
from ecr_constructs.core.registry.replicated_deletions import (
    SWITCH_ON,
    destination_in_words,
    in_words,
    rules_with_deletions,
)
from ecr_constructs.core.registry.replication import ReplicationContribution, merge_contributions, with_account
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.renamed import account_of

__all__ = ["judge_replication"]

_REWRITTEN = (
    "the apply writes the registry's replication anew, which switches that of deletions off and which no plan shows: "
    "replicas stay at {} until somebody switches it on again"
)
_WRITTEN = (
    "the apply writes the registry's replication, without that of deletions: replicas stay at {} until somebody "
    "switches it on"
)
_FIX = "Once it is applied, switch deleteReplication of {} on by `aws ecr put-replication-configuration`."


def judge_replication(change: Change) -> Iterator[Finding]:
    """Yield where an apply switches the replication of deletions off, although the file says that it is on.

    Where the registry replicated nothing before, it is a note: there was nothing to switch off.
    """
    for pair in change.changed:
        before, after = pair.before, pair.after
        if after is None:
            continue
        former = None if before is None else account_of(before)
        account_id = account_of(after) or former
        contributions = _contributions(after, account_id)
        switched_on = rules_with_deletions(contributions)
        if not switched_on:
            continue
        rules = merge_contributions(contributions)
        # Another account or region has a registry of its own.
        is_same = (
            before is not None and before.settings.region == after.settings.region and former in (None, account_id)
        )
        was = merge_contributions(_contributions(before, account_id)) if before is not None and is_same else []
        if rules == was:
            continue
        to = dict.fromkeys(to for each in rules if each.destinations in switched_on for to in each.destinations)
        there = in_words([destination_in_words(each, account_id) for each in to])
        of_all = len(switched_on) == len({each.destinations for each in rules})
        yield Finding(
            code="deletions-switched-off",
            severity="attention" if was else "note",
            consequence="breaks",
            environment=pair.name,
            path=_place(after),
            what=_REWRITTEN.format(there) if was else _WRITTEN.format(there),
            fix=_FIX.format("all rules" if of_all else f"the rules to {there}"),
            details=SWITCH_ON if of_all else (),
        )


def _contributions(environment: Environment, account_id: str | None) -> list[ReplicationContribution]:
    """Return what is replicated; that a file says its account alone changes nothing of it."""
    return [with_account(each, account_id) for each in replication_of(environment)]


def _place(environment: Environment) -> KeyPath:
    """Return where the file first says that deletions are replicated."""
    return next(
        (*place_of(each, "replication_destinations"), index, "deletions_replicated")
        for each in environment.made.values()
        for index, to in enumerate(replication_destinations_of(each))
        if to.deletions_replicated
    )
