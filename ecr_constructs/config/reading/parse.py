"""From what one file says to the environment that it declares, with every problem on the way.

What is wrong is left out and the rest is checked all the same, so that one mistake hides no other. A problem that would
be reported only because something was left out is not reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from ecr_constructs.config.checks import check_repository, check_said, check_settings_keys
from ecr_constructs.config.declared import DEFAULTS, DeclaredRepository
from ecr_constructs.config.defaults import RETENTION_OPTIONS, merge_options
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.key_checks import check_created_key, check_protected
from ecr_constructs.config.model.fields import Model
from ecr_constructs.config.model.file import EnvironmentSettings
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.workloads import BackendOptions, EcrConfig
from ecr_constructs.config.reading.declarations import DECLARING, declarations_of
from ecr_constructs.config.reading.translate import validate_model
from ecr_constructs.config.registry_checks import check_registry
from ecr_constructs.config.scanning_checks import check_findings, check_scanning
from ecr_constructs.config.together import check_repositories_together
from ecr_constructs.core.names import check_logical_name
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["parse_environment"]

_M = TypeVar("_M", bound=Model)
_MADE_OF_NAMES = {"repository_name", "publish_to_ssm"}
_STAND_INS = {"project": "project", "env": "env", "region": "us-east-1"}
_BELONGS_ABOVE = dict.fromkeys(EnvironmentSettings.model_fields, "It belongs at the top of the file.")
_BELONGS_BELOW = dict.fromkeys(BackendOptions.model_fields, "It belongs in ecr_defaults, or below a repository.")

# Codes of what may be reported only because a key was left out, by their beginnings.
_FOLLOW_FROM = {
    "adopt": ("rename-adopted",),
    "allow_replacement": ("rename-replaces",),
    "allowed_account_ids": ("access-",),
    "bucket": ("state-",),
    "ecr_account_id": ("strategy-",),
    "ecr_account_region": ("strategy-",),
    "ecr_config": ("ecr-config", "reference-"),
    "ecr_encryption_type": ("kms-",),
    "ecr_kms_key": ("kms-without-key",),
    "ecr_repository_name": ("repository-name", "rename-replaces"),
    "ecr_enable_scan_findings_logging": ("findings-not-logged",),
    "ecr_scan_alert_severity": ("alert-topic",),
    "ecr_shards": ("rename-stack",),
    "ecr_source_env": ("strategy-",),
    "ecr_ssm_prefix": ("ssm-",),
    "ecr_strategy": ("access-", "kms-", "organization-", "reference-", "strategy-"),
    "enable_cross_account_access": ("access-",),
    "enable_enhanced_scanning": ("scan-frequency-unused",),
    "enable_replication": ("replication-",),
    "encryption_type": ("kms-",),
    "env": ("environment-name", "repository-name"),
    "image_tag_mutability": ("tag-exclusion-",),
    "image_tag_mutability_exclusion_filters": ("tag-exclusion-",),
    "kms_key": ("kms-",),
    "project": ("repository-name", "rename-replaces"),
    "publish_to_ssm": ("ssm-",),
    "region": ("alert-topic", "kms-key-region", "pull-through-", "replication-"),
    "replication_destinations": ("replication-",),
    "repository_name": ("repository-name", "rename-replaces"),
    **dict.fromkeys(DECLARING, ("ecr-config-source", "kms-key-unused")),
    **dict.fromkeys((*RETENTION_OPTIONS, "lifecycle_policy"), ("lifecycle-",)),
}


def parse_environment(
    data: object, *, file_stem: str, unread: Collection[KeyPath] = ()
) -> tuple[Environment | None, list[Problem]]:
    """Check what a file says.

    Args:
        data: The file's content.
        file_stem: Name of the file without its suffix, which the environment's name must equal.
        unread: Paths of values that could not be read, which are None in the data and need no further problem.

    Returns:
        The environment, and the problems with paths from the top of the file. Where there are problems, the environment
        is what is left of it; None if the file is no mapping.
    """
    if not isinstance(data, Mapping):
        fix = "Write `key: value` lines, at least project, env and region."
        return None, [Problem((), "type", "must be a mapping", show(data), fix)]
    given = {key: value for key, value in data.items() if key not in (DEFAULTS, *DECLARING)}
    settings, wrong, problems = _model(
        EnvironmentSettings, given, unread, stand_ins=_STAND_INS, elsewhere=_BELONGS_BELOW
    )
    defaults, wrong_defaults, found = _options(RepositoryOptions, data.get(DEFAULTS, {}), unread, DEFAULTS)
    problems += found
    wrong |= set(RepositoryOptions.model_fields) if DEFAULTS in wrong else wrong_defaults
    repositories: dict[str, DeclaredRepository] = {}
    wrong_options: dict[str, set[str]] = {}
    declared_here = declarations_of(data, unread=unread, problems=problems)
    wrong |= {str(problem.path[0]) for problem in problems if len(problem.path) == 1}
    for name, declared in sorted(declared_here.items()):
        options, wrong_options[name], found = _options(declared.model, declared.said, unread, *declared.path)
        problems += found
        repositories[name] = DeclaredRepository(
            logical_name=name,
            options=merge_options(defaults, options),
            environment=settings,
            path=declared.path,
            own_keys=frozenset(options.model_fields_set & RepositoryOptions.model_fields.keys()),
            suffix=declared.suffix,
            plain_name=declared.plain_name,
            ecr_config=options.ecr_config if isinstance(options, BackendOptions) else EcrConfig(),
        )
    environment = Environment(settings, repositories, defaults)
    problems += _without_follow_ups(check_settings_keys(environment, file_stem=file_stem), wrong)
    for name, repository in repositories.items():
        left_out = wrong | wrong_options[name] | (_MADE_OF_NAMES if check_logical_name(name) else set())
        problems += _without_follow_ups(check_repository(repository, environment), left_out)
    everything = wrong.union(*wrong_options.values())
    for check in (check_registry, check_findings, check_scanning, check_created_key, check_protected):
        problems += _without_follow_ups(check(environment), everything)
    problems += _without_follow_ups(check_repositories_together(environment), everything)
    return environment, [problem for problem in problems if problem.path not in unread]


def _without_follow_ups(problems: Iterable[Problem], wrong: Iterable[str]) -> list[Problem]:
    """Return the problems that would be there as well if the wrong keys were right."""
    left_out = tuple(code for key in wrong for code in _FOLLOW_FROM.get(key, ()))
    return [problem for problem in problems if not problem.code.startswith(left_out)]


def _model(
    model: type[_M],
    data: object,
    unread: Collection[KeyPath],
    *path: str | int,
    stand_ins: Mapping[str, object] | None = None,
    elsewhere: Mapping[str, str],
) -> tuple[_M, set[str], list[Problem]]:
    """Return a model without what is wrong, which keys those are, and the problems.

    What is required and missing or wrong is replaced by the stand-ins.
    """
    also_known = () if path else (DEFAULTS, *DECLARING)
    found, (problems, wrong) = validate_model(model, data, also_known=also_known, elsewhere=elsewhere)
    if found is None:
        given: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        kept = {key: value for key, value in given.items() if key not in wrong}
        found = model.model_validate({**(stand_ins or {}), **kept})
    depth = len(path)
    wrong |= {str(each[depth]) for each in unread if each[:depth] == path and len(each) > depth}
    if not isinstance(data, Mapping):
        wrong = set(model.model_fields)
    return found, wrong, [problem.under(*path) for problem in problems]


def _options(
    model: type[RepositoryOptions], data: object, unread: Collection[KeyPath], *path: str | int
) -> tuple[RepositoryOptions, set[str], list[Problem]]:
    stand_ins = {"name": "unnamed"} if "name" in model.model_fields else {}
    options, wrong, problems = _model(model, data, unread, *path, stand_ins=stand_ins, elsewhere=_BELONGS_ABOVE)
    return options, wrong, [*problems, *check_said(options, *path)]
