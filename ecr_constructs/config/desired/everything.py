"""All that an environment wants besides its repositories."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ecr_constructs.config.desired.deployments import deployments_of
from ecr_constructs.config.desired.endpoints import endpoints_of
from ecr_constructs.config.desired.identities import identities_of
from ecr_constructs.config.desired.oidc import oidc_of
from ecr_constructs.config.desired.registry import registry_of
from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment

__all__ = ["wanted_of"]

# In the order in which they are made.
_SUBJECTS: tuple[Callable[[Environment], Iterator[Wanted]], ...] = (
    registry_of,
    endpoints_of,
    identities_of,
    oidc_of,
    deployments_of,
)


def wanted_of(environment: Environment) -> Iterator[Wanted]:
    """Return all that an environment wants besides its repositories and that becomes a construct by itself."""
    for find in _SUBJECTS:
        yield from find(environment)
