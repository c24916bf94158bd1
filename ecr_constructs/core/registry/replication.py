"""Replication of a registry: contributions merged into as few rules as ECR needs, and its limits."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

from ecr_constructs.core.aws import check_account_id, check_region, partition_of
from ecr_constructs.core.registry.scanning.filters import Names
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "ReplicationContribution",
    "ReplicationDestination",
    "ReplicationRule",
    "accidental_matches",
    "check_contribution",
    "check_replication_rules",
    "destinations_of_rule",
    "merge_contributions",
    "replication_notices",
    "with_account",
]

# ECR takes 25 rules (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationConfiguration.html). The
# AWS provider's resource takes 10 `rule` blocks, in 6.36 at least: what it refuses cannot be applied, so that is the
# limit here (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecr_replication_configuration).
_MOST_RULES = 10
_MOST_RULES_OF_ECR = 25
# Different ones in all rules together (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html), so
# that neither the 100 that the API takes in one rule
# (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationRule.html) nor the provider's 25 counts.
_MOST_DESTINATIONS = 25
_MOST_FILTERS = 100
_FILTER_LENGTH = range(2, 257)
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RepositoryFilter.html
_FILTER = re.compile(r"(?:[a-z0-9]+(?:[._-][a-z0-9]*)*/)*[a-z0-9]*(?:[._-][a-z0-9]*)*")
_EVERYTHING = ""  # the prefix that every name begins with; rendered as no filter at all


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ReplicationDestination:
    """Where images are replicated to.

    Attributes:
        region: Region of the destination.
        registry_id: Account of the destination, 12 digits. None means the registry's own account.
        deletions_replicated: Whether ECR replicates deletions there, so that replicas go with their source, also by its
            lifecycle policy. ECR has a switch for it, Terraform has none: it is switched on outside of Terraform, and
            this says that it is. Nothing else is synthesised for it, and it makes no other destination of one. See
            https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication-delete.html.
    """

    region: str
    registry_id: str | None = None
    deletions_replicated: bool = dataclasses.field(default=False, compare=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationContribution:
    """What one place asks to be replicated.

    Attributes:
        destinations: Where to.
        prefixes: What repository names begin with; none means every repository.
        exact: Whether each prefix is the name of one repository, and matches of longer names are not meant.
    """

    destinations: tuple[ReplicationDestination, ...]
    prefixes: tuple[str, ...] = ()
    exact: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationRule:
    """One rule of the registry's configuration; without prefixes it replicates every repository."""

    destinations: tuple[ReplicationDestination, ...]
    prefixes: tuple[str, ...] = ()


def merge_contributions(contributions: Iterable[ReplicationContribution]) -> list[ReplicationRule]:
    """Return the rules: one per set of destinations, sorted, more only where 100 prefixes do not suffice.

    A prefix that begins with another one of the same rule adds nothing, because ECR's only filter is a prefix match,
    and is left out.
    """
    prefixes_by_destinations: dict[tuple[ReplicationDestination, ...], set[str]] = {}
    for contribution in contributions:
        destinations = destinations_of_rule(contribution)
        prefixes_by_destinations.setdefault(destinations, set()).update(contribution.prefixes or (_EVERYTHING,))
    rules = []
    for destinations, prefixes in sorted(prefixes_by_destinations.items(), key=lambda item: [*map(_order, item[0])]):
        kept = [] if _EVERYTHING in prefixes else _without_covered(prefixes)
        batches = [tuple(kept[start : start + _MOST_FILTERS]) for start in range(0, len(kept), _MOST_FILTERS)]
        rules += [ReplicationRule(destinations=destinations, prefixes=batch) for batch in batches or [()]]
    return rules


def destinations_of_rule(contribution: ReplicationContribution) -> tuple[ReplicationDestination, ...]:
    """Return what a contribution's rule is known by: contributions with the same destinations share one."""
    return tuple(sorted(set(contribution.destinations), key=_order))


def check_contribution(
    contribution: ReplicationContribution, *, region: str | None, registry_id: str | None
) -> list[Problem]:
    """Return every rule that one contribution breaks.

    Args:
        contribution: What is asked.
        region: Region of the source, where it is known.
        registry_id: Account of the source, where it is known.
    """
    problems = []
    places: set[ReplicationDestination] = set()
    if not contribution.destinations:
        fix = "Name at least one region, or switch replication off."
        rule = "must name a destination"
        problems.append(Problem(("replication_destinations",), "replication-destination", rule, "none", fix))
    for index, destination in enumerate(contribution.destinations):
        path = ("replication_destinations", index)
        found = [problem.under(*path) for problem in _check_destination(destination, region, registry_id)]
        if not found and _resolved(destination, registry_id) in places:
            rule, fix = "must name each destination once", "Remove the second one."
            found.append(Problem(path, "replication-destination", rule, show(destination.region), fix))
        problems += found
        places.add(_resolved(destination, registry_id))
    for index, prefix in enumerate(contribution.prefixes):
        path = ("repository_filters", index)
        if is_unresolved(prefix):
            continue
        if len(prefix) not in _FILTER_LENGTH:
            rule, fix = "must be a prefix of 2 to 256 characters", "To replicate everything, leave the filters out."
            problems.append(Problem(path, "replication-filter", rule, show(prefix), fix))
        elif not _FILTER.fullmatch(prefix):
            rule = "must be what repository names can begin with"
            fix = "Use lowercase letters, digits, '.', '_', '-' and '/', without '*': every filter is a prefix."
            problems.append(Problem(path, "replication-filter", rule, show(prefix), fix))
    return problems


def check_replication_rules(rules: Sequence[ReplicationRule]) -> list[Problem]:
    """Return the limits of a registry's replication configuration that the rules break."""
    problems = []
    if len(rules) > _MOST_RULES:
        rule = (
            f"must come to at most {_MOST_RULES} replication rules, which Terraform's AWS provider takes; ECR itself "
            f"takes {_MOST_RULES_OF_ECR}"
        )
        fix = "Let repositories share the same destinations, or use prefixes that several share."
        problems.append(Problem(("replication",), "replication-rules", rule, f"{len(rules)}", fix))
    destinations = {destination for rule in rules for destination in rule.destinations}
    if len(destinations) > _MOST_DESTINATIONS:
        rule = f"must have at most {_MOST_DESTINATIONS} different replication destinations in one registry"
        fix = "Replicate to fewer regions or accounts."
        problems.append(Problem(("replication",), "replication-destinations", rule, f"{len(destinations)}", fix))
    return problems


def with_account(contribution: ReplicationContribution, registry_id: str | None) -> ReplicationContribution:
    """Return a contribution whose destinations say their account, as far as that of the registry is known."""
    destinations = tuple(_resolved(each, registry_id) for each in contribution.destinations)
    return dataclasses.replace(contribution, destinations=destinations)


def accidental_matches(contributions: Iterable[ReplicationContribution], names: Iterable[str]) -> list[tuple[str, str]]:
    """Return each (repository name, other name) where the filter for the first also replicates the second.

    ECR has no exact filter: `web` replicates `web-admin` too. A name that is itself replicated to the same destinations
    is meant, and so is whatever a prefix matches that was not made from a repository.
    """
    meant: dict[tuple[ReplicationDestination, ...], set[str]] = {}
    exact: dict[tuple[ReplicationDestination, ...], set[str]] = {}
    for contribution in contributions:
        destinations = destinations_of_rule(contribution)
        kind = exact if contribution.exact else meant
        kind.setdefault(destinations, set()).update(contribution.prefixes or (_EVERYTHING,))
    known = Names(name for name in names if not is_unresolved(name))
    return sorted(
        {
            (prefix, name)
            for destinations, prefixes in exact.items()
            for prefix in prefixes
            if not is_unresolved(prefix)
            for name in known.beginning_with(prefix)
            if name not in prefixes and not name.startswith(tuple(meant.get(destinations, ())))
        }
    )


def replication_notices(
    contributions: Iterable[ReplicationContribution], names: Iterable[str]
) -> list[tuple[str, Problem]]:
    """Return what is replicated by accident, with the repository whose filter does it; arguments as above."""
    return [
        (
            prefix,
            Problem(
                (),
                "replication-accident",
                f"The replication of {prefix} also replicates {name}, because ECR's filter matches the beginning of a "
                "name",
                fix=f"Replicate {name} to the same destinations, or rename one of the two.",
                severity="warning",
            ),
        )
        for prefix, name in accidental_matches(contributions, names)
    ]


def _check_destination(
    destination: ReplicationDestination, region: str | None, registry_id: str | None
) -> list[Problem]:
    problems = check_region(destination.region, "region")
    if destination.registry_id is not None:
        problems += check_account_id(destination.registry_id, "registry_id")
    if problems or region is None or is_unresolved(region) or is_unresolved(destination.region):
        return problems
    if partition_of(destination.region) != partition_of(region):
        rule = f"must lie in the partition of {region} ({partition_of(region)})"
        fix = "Images cannot be replicated between partitions: remove the destination."
        return [Problem(("region",), "replication-partition", rule, show(destination.region), fix)]
    same_account = destination.registry_id is None or destination.registry_id == registry_id
    if destination.region == region and same_account:
        rule = "must differ from the registry itself"
        fix = "Name another region, or another account by its registry_id."
        return [Problem(("region",), "replication-destination", rule, show(destination.region), fix)]
    return []


def _resolved(destination: ReplicationDestination, registry_id: str | None) -> ReplicationDestination:
    """Return the destination with its account, as far as it is known."""
    return dataclasses.replace(destination, registry_id=destination.registry_id or registry_id)


def _without_covered(prefixes: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for prefix in sorted(prefixes):
        if not (kept and prefix.startswith(kept[-1])):
            kept.append(prefix)
    return kept


def _order(destination: ReplicationDestination) -> tuple[str, str]:
    return destination.region, destination.registry_id or ""
