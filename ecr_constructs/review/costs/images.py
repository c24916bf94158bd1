"""Images that are stored in further places: whatever is replicated is paid for there as well."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import replication_destinations_of
from ecr_constructs.core.prices import STORAGE
from ecr_constructs.core.registry.replication import ReplicationDestination
from ecr_constructs.review.change import EnvironmentPair
from ecr_constructs.review.costs.places import shared_path
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.replicas import ReplicasIn

__all__ = ["replication_costs"]

_STAYING = "Replicas expire by a lifecycle policy of their own: say it in a creation template there."
_GOING = (
    "Replicas go with their source as long as deletions are replicated there; a lifecycle policy of their own, by a "
    "creation template there, bounds them without that."
)


def replication_costs(pair: EnvironmentPair) -> Iterator[Finding]:
    """Yield each destination that images newly go to, with the repositories whose images do."""
    if pair.after is None:
        return
    used = {to for each in pair.made for to in _destinations(each.before)}
    found: dict[tuple[ReplicationDestination, bool], list[tuple[DeclaredRepository, str]]] = {}
    replicas = ReplicasIn(pair.after)
    for each in pair.made:
        if each.after is None:
            continue
        known = used if each.before is None else _destinations(each.before)
        is_on = each.before is not None and each.before.options.enable_replication
        key = "replication_destinations" if is_on else "enable_replication"
        goes = any(replicas.of(each.after).values())
        for destination in _destinations(each.after) - known:
            found.setdefault((destination, goes), []).append((each.after, key))
    region = pair.after.settings.region
    for (destination, goes), repositories in sorted(
        found.items(), key=lambda each: (each[0][0].region, each[0][0].registry_id or "", each[0][1])
    ):
        account = "" if destination.registry_id is None else f" of the account {destination.registry_id}"
        transfer = f", and its transfer from {region} is paid for by the GB" if destination.region != region else ""
        yield Finding(
            code="cost-replication",
            severity="note",
            consequence="costs",
            environment=pair.name,
            path=shared_path(each.path_of(key) for each, key in repositories),
            what=(
                f"is replicated to {destination.region}{account}: what is pushed is stored there as well, at {STORAGE}"
                f"{transfer}"
            ),
            fix=_GOING if goes else _STAYING,
            repositories=tuple(each.logical_name for each, _ in repositories),
        )


def _destinations(repository: DeclaredRepository | None) -> set[ReplicationDestination]:
    """Return where images go; the own account is not named, whether the file does or not."""
    if repository is None:
        return set()
    own = repository.environment.account_id
    return {
        ReplicationDestination(region=each.region, registry_id=None if each.registry_id == own else each.registry_id)
        for each in replication_destinations_of(repository)
    }
