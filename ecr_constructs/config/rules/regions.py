"""Regions: that each one that a file names is there."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import KeyInState
from ecr_constructs.core.regions import region_notices
from ecr_constructs.errors import Problem

__all__ = ["point_out_regions", "point_out_regions_of_one"]


def point_out_regions(environment: Environment) -> Iterator[Problem]:
    """Point out the regions of an environment that are not known."""
    settings = environment.settings
    yield from region_notices(settings.region, "region")
    yield from region_notices(settings.ecr_account_region, "ecr_account_region")
    for index, trusted in enumerate(settings.ecr_trusted_accounts):
        yield from region_notices(trusted.region, "ecr_trusted_accounts", index, "region")
    if isinstance(settings.ecr_kms_key, KeyInState):
        yield from region_notices(settings.ecr_kms_key.remote_state.region, "ecr_kms_key", "remote_state", "region")


def point_out_regions_of_one(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    """Point out the destinations of a repository that are in a region which is not known."""
    for index, destination in enumerate(repository.options.replication_destinations):
        yield from region_notices(destination.region, "replication_destinations", index, "region")
