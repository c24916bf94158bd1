"""From what one file says to the environment that it declares, with every problem on the way.

What is wrong is left out and the rest is checked all the same, so that one mistake hides no other. A problem that would
be reported only because something was left out is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ecr_constructs.config.checks import DEFAULTS, REPOSITORIES, check_environment, check_said, check_settings_keys
from ecr_constructs.config.environment import DeclaredRepository, Environment
from ecr_constructs.config.models import EnvironmentSettings, RepositoryOptions
from ecr_constructs.config.options import RETENTION_OPTIONS, merge_options
from ecr_constructs.config.translate import validate_model
from ecr_constructs.core.names import check_logical_name
from ecr_constructs.errors import Problem, show

__all__ = ["parse_environment"]

# Codes of what may be reported only because a key was left out, by their beginnings.
_FOLLOW_FROM = {
    "allowed_account_ids": ("access-",),
    "bucket": ("state-",),
    "ecr_encryption_type": ("kms-",),
    "ecr_kms_key": ("kms-without-key",),
    "ecr_repository_name": ("repository-name",),
    "ecr_ssm_prefix": ("ssm-",),
    "enable_cross_account_access": ("access-",),
    "enable_replication": ("replication-",),
    "encryption_type": ("kms-",),
    "env": ("environment-name", "repository-name"),
    "image_tag_mutability": ("tag-exclusion-",),
    "image_tag_mutability_exclusion_filters": ("tag-exclusion-",),
    "kms_key": ("kms-",),
    "project": ("repository-name",),
    "publish_to_ssm": ("ssm-",),
    "region": ("kms-key-region", "replication-"),
    "replication_destinations": ("replication-",),
    "repository_name": ("repository-name",),
    **dict.fromkeys((*RETENTION_OPTIONS, "lifecycle_policy"), ("lifecycle-",)),
}


def parse_environment(data: object, *, file_stem: str) -> tuple[Environment | None, list[Problem]]:
    """Check what a file says.

    Args:
        data: The file's content.
        file_stem: Name of the file without its suffix, which the environment's name must equal.

    Returns:
        The environment, and the problems with paths from the top of the file. Where there are problems, the environment
        is what is left of it, good for further checks alone; None if the file is no mapping.
    """
    if not isinstance(data, Mapping):
        fix = "Write `key: value` lines, at least project, env and region."
        return None, [Problem((), "type", "must be a mapping", show(data), fix)]
    settings, wrong, problems = _settings(data)
    defaults, wrong_defaults, found = _options(data.get(DEFAULTS, {}), DEFAULTS)
    problems += found
    repositories: dict[str, DeclaredRepository] = {}
    wrong_options: dict[str, set[str]] = {}
    for name, entry in sorted(_entries(data, problems).items()):
        # An entry without options, `worker:`, is read as null.
        options, wrong_options[name], found = _options({} if entry is None else entry, REPOSITORIES, name)
        misnamed = check_logical_name(name, REPOSITORIES, name)
        problems += [*misnamed, *found]
        if not misnamed:
            merged = merge_options(defaults, options)
            repositories[name] = DeclaredRepository(name, merged, settings, frozenset(options.model_fields_set))
    environment = Environment(settings, repositories)

    def follows(problem: Problem) -> bool:
        left_out = wrong | wrong_defaults
        if len(problem.path) > 1 and problem.path[0] == REPOSITORIES:
            left_out |= wrong_options[str(problem.path[1])]
        return any(problem.code.startswith(_FOLLOW_FROM.get(key, ())) for key in left_out)

    checks = [*check_settings_keys(settings, file_stem=file_stem), *check_environment(environment)]
    return environment, problems + [problem for problem in checks if not follows(problem)]


def _settings(data: Mapping[str, object]) -> tuple[EnvironmentSettings, set[str], list[Problem]]:
    """Return the settings without what is wrong, which keys those are, and the problems.

    What is required and missing or wrong is replaced.
    """
    given = {key: value for key, value in data.items() if key not in (DEFAULTS, REPOSITORIES)}
    settings, problems = validate_model(EnvironmentSettings, given, also_known=(DEFAULTS, REPOSITORIES))
    if settings is not None:
        return settings, set(), problems
    wrong = _first_keys(problems)
    stand_ins = {"project": "project", "env": "env", "region": "us-east-1"}
    rest = {**stand_ins, **{key: value for key, value in given.items() if key not in wrong}}
    return EnvironmentSettings.model_validate(rest), wrong, problems


def _options(data: object, *path: str) -> tuple[RepositoryOptions, set[str], list[Problem]]:
    """Return options without what is wrong, which keys those are, and the problems."""
    options, found = validate_model(RepositoryOptions, data)
    wrong: set[str] = set()
    if options is None:
        wrong = _first_keys(found)
        given: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        options = RepositoryOptions.model_validate({key: given[key] for key in given if key not in wrong})
    problems = [problem.under(*path) for problem in found]
    return options, wrong, [*problems, *check_said(options, *path)]


def _entries(data: Mapping[str, object], problems: list[Problem]) -> Mapping[str, object]:
    entries = data.get(REPOSITORIES, {})
    if isinstance(entries, Mapping):
        return entries
    fix = "Write one key per repository, with its options below it; {} for none."
    problems.append(Problem((REPOSITORIES,), "type", "must be a mapping", show(entries), fix))
    return {}


def _first_keys(problems: Iterable[Problem]) -> set[str]:
    return {str(problem.path[0]) for problem in problems if problem.path}
