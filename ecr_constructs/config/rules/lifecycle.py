"""What expires: what ECR refuses of it, what never acts, and what a default alone decides."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Set

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.defaults import RETENTION_OPTIONS
from ecr_constructs.config.desired import retention_of, retention_said, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.core.lifecycle import (
    Origin,
    Retention,
    Shortcuts,
    compose_retention,
    policy_notices,
    shortcut_rules,
)
from ecr_constructs.core.lifecycle.field_checks import field_problems
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.errors import Problem

__all__ = [
    "check_policy_alone",
    "check_policy_alone_in_defaults",
    "check_retention",
    "check_retention_of_defaults",
    "point_out_retention_of_templates",
]

_OPTIONS = frozenset({"lifecycle_policy", *RETENTION_OPTIONS})


def check_retention(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    """Check the lifecycle policy of one repository.

    Point out rules that never act, and tag lists that mean something else than they seem to.
    """
    if repository.is_made:
        yield from _judged(retention_of(repository), repository.options.model_fields_set & _OPTIONS)


def check_retention_of_defaults(environment: Environment) -> Iterator[Problem]:
    """Check what each value of the defaults says by itself, also where no repository takes it from there."""
    defaults = environment.defaults
    if environment.settings.ecr_strategy != "local":
        return
    retention = retention_said(defaults)
    problems = shortcut_rules(Shortcuts(protected_tags=retention.protected_tags))[1]
    for index, rule in enumerate(retention.lifecycle_rules):
        problems += field_problems(rule, Origin(("lifecycle_rules", index)))
    if defaults.lifecycle_policy is not None:
        problems += compose_retention(Retention(lifecycle_policy=defaults.lifecycle_policy))[1]
    yield from (problem.under(DEFAULTS) for problem in problems)


def point_out_retention_of_templates(environment: Environment) -> Iterator[Problem]:
    """Point out the same of the templates of repositories that ECR makes."""
    for wanted in templates_of(environment):
        if isinstance(wanted.value, CreationTemplate):
            yield from map(wanted.said, policy_notices(compose_retention(wanted.value.retention)[0]))


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


def _judged(retention: Retention, said: Set[str]) -> list[Problem]:
    # Most repositories of an organisation have the same few rules; a parsed document cannot be looked up.
    hashable = retention.lifecycle_policy is None or isinstance(retention.lifecycle_policy, str)
    return (_judged_before if hashable else _judge)(retention, frozenset(said))


def _judge(retention: Retention, said: frozenset[str]) -> list[Problem]:
    written, problems = compose_retention(retention)
    return problems + policy_notices(written, said=lambda path: bool(path) and path[0] in said)


_judged_before = functools.lru_cache(maxsize=1024)(_judge)
