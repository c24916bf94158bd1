"""The settings that a repository is created with."""

from __future__ import annotations

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import settings_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.repository import check_settings
from ecr_constructs.errors import Problem

__all__ = ["check_repository_settings"]


def check_repository_settings(repository: DeclaredRepository, environment: Environment) -> list[Problem]:
    """Check the settings of one repository; those of its key are the subject of `keys`."""
    if not repository.is_made:
        return []
    problems = check_settings(settings_of(repository), environment.place)
    # What the environment says for all of them is one problem, of `keys`.
    own = repository.options.encryption_type is not None
    return [each for each in problems if own or each.code != "encryption-type"]
