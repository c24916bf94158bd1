"""`ecr-constructs validate [ENV...]`: every check of the environment files, without the engine."""

from __future__ import annotations

import enum
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.arguments import Environments
from ecr_constructs.cli.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecr_constructs.config.environment import Environment
    from ecr_constructs.config.load import Project
    from ecr_constructs.errors import Problem
    from ecr_constructs.report.findings import Report

__all__ = ["Format", "validate"]


class Format(enum.StrEnum):
    """What the result is written for: people, programs, a page, or what shows findings beside the code."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"
    GITLAB = "gitlab"


def validate(
    envs: Environments = None,
    output: Annotated[
        Format,
        typer.Option(
            "--format",
            help="For people, for programs (one object), for a job's page, for GitHub Actions (workflow commands), for "
            "code scanning, or for GitLab's Code Quality.",
        ),
    ] = Format.TEXT,
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="Compare an environment, or one of its stacks, with its Terraform state or a synthesised cdk.tf.json, "
            "and refuse what would replace a repository. May be repeated.",
            metavar="ENV=FILE",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Check every environment file, and show what they declare, who pulls from whom, and how long Terraform will take.

    The times follow from the rates that Parameter Store allows by default; everything else is faster. The exit status
    is 0, or 2 with every problem, each with file and line.
    """
    require_extra("cli", "rich")
    from ecr_constructs.changes.against import compare_all, parse_against
    from ecr_constructs.config.load import environments_directory, load_project
    from ecr_constructs.config.named import named_environment, unknown_environment
    from ecr_constructs.errors import InvalidInput, raise_problems
    from ecr_constructs.report.findings import Report

    try:
        project = load_project()
    except InvalidInput as error:
        return _write(output, Report(problems=error.problems))
    environments = {environment.name: environment for environment in project.environments}
    named = [named_environment(each, environments_directory()) for each in envs or ()]
    unknown = [
        problem
        for name, problems in named
        for problem in problems or ([] if name in environments else [unknown_environment(name, environments)])
    ]
    targets, problems = parse_against(against or (), project)
    raise_problems([*unknown, *problems])
    shown = [environments[name] for name, _ in named] if named else list(environments.values())
    problems, compared = compare_all(targets, project)
    noticed = {each.name: [*each.notices, *compared.pop(each.name, ())] for each in shown} | compared
    if problems:
        return _write(output, Report(problems=problems, noticed=noticed))
    return _write(output, _report(shown, project, noticed))


def _report(shown: Sequence[Environment], project: Project, noticed: Mapping[str, Sequence[Problem]]) -> Report:
    from ecr_constructs.report.findings import Report
    from ecr_constructs.report.remedies import remedies
    from ecr_constructs.report.summary import summarise

    summaries = [summarise(each, file=project.file(each.name), among=project.environments) for each in shown]
    return Report(environments=summaries, noticed=noticed, remedies=list(remedies(shown)))


def _write(output: Format, report: Report) -> int:
    """Write a report where its format has it, and return the exit status."""
    from ecr_constructs.report.formats import writer_of
    from ecr_constructs.terminal.screen import screen_of

    # Text for people: what is wrong goes where errors go.
    stream = sys.stderr if report.problems and output is Format.TEXT else sys.stdout
    encoding = stream.encoding or "utf-8"
    for line in writer_of(output.value)(report, screen_of(stream)):
        # Names of files may hold what cannot be written.
        stream.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
    return 2 if report.problems else 0
