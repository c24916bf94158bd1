"""Whether deletions are replicated: ECR has one switch for a whole rule, and it is said of each destination.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication-delete.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecr_constructs.core.registry.replication import (
    ReplicationContribution,
    ReplicationDestination,
    destinations_of_rule,
)
from ecr_constructs.errors import Problem

__all__ = ["SWITCH_ON", "deletion_notices", "destination_in_words", "in_words", "rules_with_deletions"]

_QUERY = "replicationConfiguration.{rules: rules[].merge(@, {deleteReplication: {enabled: `true`}})}"
SWITCH_ON = (
    f"aws ecr describe-registry --output json --query '{_QUERY}' > replication.json",
    "aws ecr put-replication-configuration --replication-configuration file://replication.json",
)
"""The commands that have ECR replicate the deletions of all rules of a registry; Terraform has no setting for it."""

_MOST_NAMES = 5
_Said = tuple[str, ReplicationDestination]


def deletion_notices(
    contributions: Iterable[ReplicationContribution], *, registry_id: str | None
) -> Iterator[tuple[str, Problem]]:
    """Yield the rules of whose deletions both is said, each with the prefix of the first place that does not say it.

    Args:
        contributions: What is replicated.
        registry_id: Account of the source, where it is known.
    """
    rules: dict[tuple[ReplicationDestination, ...], list[_Said]] = {}
    for contribution in contributions:
        said = rules.setdefault(destinations_of_rule(contribution), [])
        said += [(name, to) for name in contribution.prefixes or ("",) for to in contribution.destinations]
    for destinations, said in rules.items():
        switched_on = [each for each in said if each[1].deletions_replicated]
        others = [each for each in said if not each[1].deletions_replicated]
        if switched_on and others:
            there = in_words([destination_in_words(each, registry_id) for each in destinations])
            on, off = (_in_words(each, len(destinations), registry_id) for each in (switched_on, others))
            text = (
                f"ECR replicates the deletions of a replication rule as a whole, and of the one to {there} both is "
                f"said: deletions_replicated is true of {on}, and not of {off}"
            )
            fix = (
                "Look at deleteReplication of the rule in aws ecr describe-registry: where it is on, say "
                f"deletions_replicated: true of {off} as well; where it is off, of none."
            )
            yield others[0][0], Problem((), "replication-deletions", text, fix=fix, severity="warning")


def rules_with_deletions(
    contributions: Iterable[ReplicationContribution],
) -> frozenset[tuple[ReplicationDestination, ...]]:
    """Return the rules, by their destinations, of which any place says that deletions are replicated."""
    return frozenset(
        destinations_of_rule(each) for each in contributions if any(to.deletions_replicated for to in each.destinations)
    )


def destination_in_words(destination: ReplicationDestination, registry_id: str | None) -> str:
    """Return where images are replicated to, with its account where that is another one.

    Args:
        destination: The destination.
        registry_id: Account of the source, where it is known.
    """
    is_own = destination.registry_id in (None, registry_id)
    return destination.region if is_own else f"{destination.region} of account {destination.registry_id}"


def in_words(places: Sequence[str]) -> str:
    """Return places as a part of a sentence."""
    return f"{', '.join(places[:-1])} and {places[-1]}" if len(places) > 1 else places[0]


def _in_words(said: Sequence[_Said], destinations: int, registry_id: str | None) -> str:
    """Return of which repositories something is said, and of which destinations where it is not of all."""
    places: dict[str, list[str]] = {}
    for name, to in said:
        places.setdefault(name or "all repositories", []).append(destination_in_words(to, registry_id))
    found = [name if len(to) == destinations else f"{name} to {in_words(to)}" for name, to in places.items()]
    left = len(found) - _MOST_NAMES + 1
    return in_words([*found[: _MOST_NAMES - 1], f"{left} more"] if left > 1 else found)
