"""What a change costs, in money and in minutes; what becomes cheaper is no finding.

A repository that is new and like its neighbours is none either: what an environment pays for is told when it begins.

- `parameters`: what is published, and how long Terraform takes with it.
- `images`: images that are stored in further places.
- `retention`: images that are kept for longer, or in the archive.
- `growth`: whether one lifecycle policy keeps more than another.
- `scanning`: what Amazon Inspector is paid for.
- `registry`: keys, endpoints, the findings log, caches and settings of the account.
- `places`: where a file says what costs.
- `page`: the prices, as the documentation shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.costs.images import replication_costs
from ecr_constructs.review.costs.parameters import parameter_costs
from ecr_constructs.review.costs.registry import cache_costs, endpoint_costs, key_costs, log_costs, mounting_costs
from ecr_constructs.review.costs.retention import retention_costs
from ecr_constructs.review.costs.scanning import scanning_costs
from ecr_constructs.review.finding import Finding

__all__ = ["judge_costs"]

_SUBJECTS: tuple[Callable[[EnvironmentPair], Iterator[Finding]], ...] = (
    parameter_costs,
    replication_costs,
    retention_costs,
    scanning_costs,
    key_costs,
    endpoint_costs,
    log_costs,
    cache_costs,
    mounting_costs,
)


def judge_costs(change: Change) -> Iterator[Finding]:
    """Yield what a change makes dearer: notes, and what has attention where it takes long or is much."""
    for pair in change.changed:
        for find in _SUBJECTS:
            yield from find(pair)
