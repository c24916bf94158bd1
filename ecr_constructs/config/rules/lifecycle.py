"""What expires: what ECR refuses of it, what never acts, and what a default alone decides."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.defaults import RETENTION_OPTIONS
from ecr_constructs.config.desired import (
    replication_destinations_of,
    retention_of,
    retention_said,
    settings_of,
    templates_of,
)
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.templates import TemplateOptions
from ecr_constructs.core.lifecycle import (
    Origin,
    Retention,
    Shortcuts,
    Trap,
    compose_retention,
    mutability_notices,
    policy_notices,
    policy_traps,
    repository_traps,
    shortcut_rules,
    template_traps,
)
from ecr_constructs.core.lifecycle.field_checks import field_problems
from ecr_constructs.core.lifecycle.presets import PRESETS
from ecr_constructs.core.lifecycle.shortcut_checks import beside_preset
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.errors import Problem

__all__ = [
    "check_policy_alone",
    "check_policy_alone_in_defaults",
    "check_presets_of_templates",
    "check_retention",
    "check_retention_of_defaults",
    "point_out_retention_of_templates",
    "traps_of",
]

_TO, _ENABLED = "replication_destinations", "enable_replication"
_OPTIONS = frozenset({"lifecycle_policy", *RETENTION_OPTIONS})


def check_retention(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    """Check the lifecycle policy of one repository, and point out what it does that hardly anyone means."""
    if repository.is_made:
        options = repository.options
        problems, traps = _judged(repository)
        yield from problems
        yield from (trap.notice for trap in traps)
        yield from _nulls_beside_preset(options)
        yield from mutability_notices(options.retention, settings_of(repository))


def traps_of(repository: DeclaredRepository) -> tuple[Trap, ...]:
    """Return what is pointed out of the lifecycle policy of a repository that is made here, with what shows it."""
    return _judged(repository)[1]


def check_retention_of_defaults(environment: Environment) -> Iterator[Problem]:
    """Check what each value of the defaults says by itself, also where no repository takes it from there."""
    defaults = environment.defaults
    if environment.settings.ecr_strategy != "local":
        return
    retention = retention_said(defaults)
    alone = ("protected_tags", "keep_tagged_per_pattern", "delete_archived_after_days")
    problems = shortcut_rules(Shortcuts(**{name: getattr(retention, name) for name in alone}))[1]
    for index, rule in enumerate(retention.lifecycle_rules):
        problems += field_problems(rule, Origin(("lifecycle_rules", index)))
    if defaults.lifecycle_policy is not None:
        problems += compose_retention(Retention(lifecycle_policy=defaults.lifecycle_policy))[1]
    yield from (problem.under(DEFAULTS) for problem in problems)


def check_presets_of_templates(environment: Environment) -> Iterator[Problem]:
    """Check that no template seems to leave out a rule of its preset."""
    for prefix, options in environment.settings.ecr_creation_templates.items():
        yield from (each.under("ecr_creation_templates", prefix) for each in _nulls_beside_preset(options))
    for prefix, cache in environment.settings.ecr_pull_through_caches.items():
        if cache.creation_template is not None:
            path = ("ecr_pull_through_caches", prefix, "creation_template")
            yield from (each.under(*path) for each in _nulls_beside_preset(cache.creation_template))


def point_out_retention_of_templates(environment: Environment) -> Iterator[Problem]:
    """Point out the same of the templates of repositories that ECR makes."""
    for wanted in templates_of(environment):
        if isinstance(wanted.value, CreationTemplate):
            retention = wanted.value.retention
            written, problems = compose_retention(retention)
            notices = [] if problems else [*policy_notices(written), *(each.notice for each in template_traps(written))]
            yield from map(wanted.said, notices)
            yield from map(wanted.said, mutability_notices(retention.retention, wanted.value.settings))


def check_policy_alone(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    """Check that a repository says its whole policy in one of the two ways."""
    yield from _alone(repository.options, set(repository.own_keys))


def check_policy_alone_in_defaults(environment: Environment) -> Iterator[Problem]:
    """Check that the defaults say their whole policy in one of the two ways."""
    defaults = environment.defaults
    yield from (problem.under(DEFAULTS) for problem in _alone(defaults, defaults.model_fields_set))


def _alone(options: RepositoryOptions, said: set[str]) -> Iterator[Problem]:
    beside = [name for name in RETENTION_OPTIONS if name in said and getattr(options, name)]
    if "lifecycle_policy" in said and options.lifecycle_policy is not None and beside:
        rule = f"must stand alone, without {', '.join(beside)}"
        fix = "Write the whole policy in one of the two ways."
        yield Problem(("lifecycle_policy",), "lifecycle-policy-alone", rule, "both", fix)


def _nulls_beside_preset(options: RepositoryOptions | TemplateOptions) -> Iterator[Problem]:
    """Refuse what seems to leave out a rule of a preset."""
    for name in PRESETS.get(options.retention or "", ()):
        if name in options.model_fields_set and getattr(options, name) is None:
            yield beside_preset(name, None, options.retention or "")


def _judged(repository: DeclaredRepository) -> tuple[list[Problem], tuple[Trap, ...]]:
    retention = retention_of(repository)
    said = repository.options.model_fields_set & _OPTIONS
    destinations = replication_destinations_of(repository)
    staying, going = (
        tuple(dict.fromkeys(each.region for each in destinations if each.deletions_replicated is is_replicated))
        for is_replicated in (False, True)
    )
    # Most repositories of an organisation have the same few rules; a parsed document cannot be looked up.
    hashable = retention.lifecycle_policy is None or isinstance(retention.lifecycle_policy, str)
    problems, traps = (_judged_before if hashable else _judge)(retention, frozenset(said), staying, going)
    if {_TO, _ENABLED} & repository.own_keys == {_TO}:
        # What becomes of its replicas is not what the defaults have of those of others.
        traps = tuple(_moved(each) if each.notice.path == (_ENABLED,) else each for each in traps)
    return problems, traps


def _moved(trap: Trap) -> Trap:
    return dataclasses.replace(trap, notice=trap.notice.moved(_TO))


def _judge(
    retention: Retention, said: frozenset[str], staying: tuple[str, ...], going: tuple[str, ...]
) -> tuple[list[Problem], tuple[Trap, ...]]:
    written, problems = compose_retention(retention)
    if problems:
        return problems, ()
    of_policy = policy_traps(written, said=lambda path: bool(path) and path[0] in said)
    return [], (*of_policy, *repository_traps(written, staying, deleted_at=going))


_judged_before = functools.lru_cache(maxsize=1024)(_judge)
