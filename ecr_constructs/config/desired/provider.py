"""Which versions of Terraform's AWS provider an environment takes: a function of what it wants."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired.everything import wanted_of
from ecr_constructs.config.desired.repositories import settings_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.provider_features import ProviderFeature, features_of
from ecr_constructs.core.provider_versions import OLDEST_PROVIDER, admits_older, from_version
from ecr_constructs.errors import KeyPath

__all__ = ["PROVIDER_KEY", "newer_features_of", "provider_version_of"]

PROVIDER_KEY = "aws_provider_version"


def newer_features_of(environment: Environment) -> dict[ProviderFeature, KeyPath]:
    """Return what an environment asks that not every version of its constraint has, and where it first says so."""
    constraint = environment.settings.aws_provider_version
    found: dict[ProviderFeature, KeyPath] = {}
    for feature, path in _asked(environment, constraint):
        if feature not in found and admits_older(constraint, feature.since):
            found[feature] = path
    return found


def _asked(environment: Environment, constraint: str) -> Iterator[tuple[ProviderFeature, KeyPath]]:
    # There may be many, and what they ask for is known to the oldest version that does.
    for repository in environment.made.values() if admits_older(constraint, OLDEST_PROVIDER) else ():
        for feature, path in features_of(settings_of(repository)):
            yield feature, (*repository.path_of(str(path[0])), *path[1:])
    for wanted in wanted_of(environment):
        for feature, path in features_of(wanted.value):
            yield feature, wanted.place_of(path)


def provider_version_of(environment: Environment) -> str:
    """Return the versions that an environment takes: what its file says, else the default from its floor on.

    The floor is the version that knows all that the environment wants.
    """
    newer = newer_features_of(environment)
    if PROVIDER_KEY in environment.settings.model_fields_set or not newer:
        return environment.settings.aws_provider_version
    return from_version(max(feature.since for feature in newer))
