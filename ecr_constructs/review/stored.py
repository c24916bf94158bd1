"""A review against Terraform states and synthesised stacks: what there is, in place of what a base declares."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from ecr_constructs.changes.against import Target
from ecr_constructs.changes.compare import check_account
from ecr_constructs.changes.losses import Loss, logical_name_of, losses_of
from ecr_constructs.changes.states import read_stored
from ecr_constructs.config.load import Project
from ecr_constructs.errors import Problem, raise_problems
from ecr_constructs.review.deletes import destroyed, replaced
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.judge import in_order
from ecr_constructs.review.report import Report
from ecr_constructs.review.said import at

__all__ = ["judged_against"]


def judged_against(targets: Sequence[Target], project: Project, head: str) -> Report:
    """Return what the environments would do to the repositories of states.

    Args:
        targets: The states, each with its environment.
        project: The environments.
        head: What they are called.

    Raises:
        InvalidInput: A file cannot be read, or is the state of another account.
    """
    findings: list[Finding] = []
    problems: list[Problem] = []
    for target in targets:
        stored, unreadable = read_stored(target.file)
        foreign = list(check_account(target.environment, stored, target.file.as_posix()))
        problems += unreadable
        problems += (each.at(project.where(target.environment.name, each.path)) for each in foreign)
        if not unreadable and not foreign:
            losses = losses_of(target.environment, stored, shard=target.shard)
            findings += (_finding(each, target, project) for each in losses)
    raise_problems(problems)
    names = sorted({target.environment.name for target in targets})
    return Report(
        base=", ".join(sorted({target.file.as_posix() for target in targets})),
        head=head,
        findings=in_order(_acknowledged(findings, project)),
        environments=names,
        changed=sorted({each.environment for each in findings}),
    )


def _finding(loss: Loss, target: Target, project: Project) -> Finding:
    name = target.environment.name
    if loss.repository is None:
        found = destroyed(
            loss,
            environment=name,
            path=(),
            name=logical_name_of(loss.stored.address) or loss.stored.address,
            how="is declared no more",
        )
    else:
        allowed = loss.repository.options.allow_replacement
        found = replaced(loss, environment=name, said=at(*loss.path), is_meant=allowed)
    place = project.where(name, found.path)
    return dataclasses.replace(found, source=place, shown_at=place)


def _acknowledged(findings: Sequence[Finding], project: Project) -> Iterator[Finding]:
    """Yield the findings; a state has no earlier acknowledgements, so all that the files have count."""
    codes = {each.name: set(each.settings.acknowledge) for each in project.environments}
    for each in findings:
        yield dataclasses.replace(each, acknowledged=each.acknowledged or each.code in codes[each.environment])
