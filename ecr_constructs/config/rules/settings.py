"""The settings that a repository is created with."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import settings_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.core.repository import RepositorySettings, check_settings
from ecr_constructs.errors import Problem

__all__ = ["check_filters_of_defaults", "check_repository_settings"]

_FILTERS = "image_tag_mutability_exclusion_filters"


def check_filters_of_defaults(environment: Environment) -> Iterator[Problem]:
    """Check the filters of the defaults where no repository takes them, which would say the same."""
    filters, made = environment.defaults.image_tag_mutability_exclusion_filters, environment.made.values()
    taken = any(_FILTERS in each.options.model_fields_set - each.own_keys for each in made)
    if filters and not taken and environment.settings.ecr_strategy == "local":
        excluding = RepositorySettings(
            image_tag_mutability="MUTABLE_WITH_EXCLUSION", image_tag_mutability_exclusion_filters=filters
        )
        yield from (problem.under(DEFAULTS) for problem in check_settings(excluding))


def check_repository_settings(repository: DeclaredRepository, environment: Environment) -> list[Problem]:
    """Check the settings of one repository; those of its key are the subject of `keys`."""
    if not repository.is_made:
        return []
    problems = check_settings(settings_of(repository), environment.place)
    # What the environment says for all of them is one problem, of `keys`.
    own = repository.options.encryption_type is not None
    return [each for each in problems if own or each.code != "encryption-type"]
