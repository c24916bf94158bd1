"""What is to be pointed out of the lifecycle policies of environments, each with the images that show it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import retention_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import Project
from ecr_constructs.config.rules.lifecycle import traps_of
from ecr_constructs.core.lifecycle import (
    LifecycleRule,
    Retention,
    Trap,
    compose_retention,
    policy_traps,
    template_traps,
)
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.errors import Problem
from ecr_constructs.lifecycle.shown_by import Shown, shown_by

__all__ = ["Checked", "Finding", "check"]


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something of a policy that AWS takes and hardly anyone means.

    Attributes:
        notice: What `validate` says of it, with file and line.
        repositories: Logical names of the repositories with such a policy; none where it is that of a template.
        shown: The smallest set of images that shows it; None where there is none to show.
    """

    notice: Problem
    repositories: tuple[str, ...]
    shown: Shown | None


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """What was found in an environment.

    Attributes:
        name: The environment.
        file: Its file.
        policies: How many policies were looked at: those of repositories that it makes, and of templates.
        findings: What is to be seen.
        acknowledged: How many more its file acknowledges.
    """

    name: str
    file: str
    policies: int
    findings: tuple[Finding, ...]
    acknowledged: int


@dataclasses.dataclass(slots=True)
class _Group:
    """A notice, whom it is about, and what shows it."""

    notice: Problem
    trap: Trap
    rules: Callable[[], Sequence[LifecycleRule]]
    repositories: list[str] = dataclasses.field(default_factory=list)


def check(environment: Environment, project: Project) -> Checked:
    """Return what is to be pointed out of the policies of an environment, in the order of its file.

    Args:
        environment: The environment.
        project: What it is part of, for the places in its file.
    """
    document = project.documents[environment.name]
    groups: dict[tuple[Problem, Trap], _Group] = {}
    for name, repository in environment.made.items():
        for trap in traps_of(repository):
            notice = document.locate(repository.place(trap.notice))
            group = groups.setdefault((notice, trap), _Group(notice, trap, _rules_of(repository)))
            group.repositories.append(name)
    templates = [each for each in templates_of(environment) if isinstance(each.value, CreationTemplate)]
    for wanted in templates:
        assert isinstance(wanted.value, CreationTemplate)  # noqa: S101
        retention = wanted.value.retention
        written = compose_retention(retention)[0]
        for trap in (*policy_traps(written), *template_traps(written)):
            notice = document.locate(wanted.said(trap.notice))
            groups.setdefault((notice, trap), _Group(notice, trap, _rules(retention)))
    acknowledged = set(environment.acknowledged)
    shown = [group for group in groups.values() if group.notice not in acknowledged]
    shown.sort(key=lambda group: document.line(group.notice.path) or 0)
    return Checked(
        name=environment.name,
        file=document.file,
        policies=len(environment.made) + len(templates),
        findings=tuple(
            Finding(group.notice, tuple(group.repositories), shown_by(group.trap, group.rules())) for group in shown
        ),
        acknowledged=len(groups) - len(shown),
    )


def _rules_of(repository: DeclaredRepository) -> Callable[[], Sequence[LifecycleRule]]:
    return lambda: [rule for rule, _ in compose_retention(retention_of(repository))[0]]


def _rules(retention: Retention) -> Callable[[], Sequence[LifecycleRule]]:
    return lambda: [rule for rule, _ in compose_retention(retention)[0]]
