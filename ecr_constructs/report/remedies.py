"""What would make an environment faster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.core.rates import apply_minutes

__all__ = ["remedies"]

# From here on a first apply is long enough to be planned for.
_LONG_MINUTES = 10


def remedies(environments: Iterable[Environment]) -> Iterator[str]:
    """Return a sentence for each environment whose first apply is long, with what would shorten it."""
    for each in environments:
        if apply_minutes(each.parameter_count) >= _LONG_MINUTES:
            fewer = "set ecr_ssm_layout: config, which publishes a quarter of the parameters, or "
            if each.settings.ecr_ssm_layout == "config":
                fewer = ""
            yield (
                f"{each.name}: Parameter Store takes 3 writes a second by default. To be faster, {fewer}raise the "
                "throughput of Parameter Store in the account's settings."
            )
