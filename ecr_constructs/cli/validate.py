"""`ecr-constructs validate [ENV...]`: every check of the environment files, without the engine."""

from __future__ import annotations

import enum
import shutil
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecr_constructs.config.environment import Environment
    from ecr_constructs.config.load import Project
    from ecr_constructs.config.notices import Notice
    from ecr_constructs.errors import Problem

__all__ = ["Format", "validate"]


class Format(enum.StrEnum):
    """What the result is written for: people, programs, or GitHub's annotations."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def validate(
    envs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Environments to show; all are checked. Default: all.", metavar="[ENV]...", show_default=False
        ),
    ] = None,
    output: Annotated[
        Format,
        typer.Option(
            "--format", help="For people, for programs (one object), or for GitHub Actions (workflow commands)."
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
    from ecr_constructs.config.load import load_project
    from ecr_constructs.config.notices import declared_notices
    from ecr_constructs.errors import InvalidInput, Problem, nearest, raise_problems, show

    try:
        project = load_project()
    except InvalidInput as error:
        return _refuse(output, error.problems)
    environments = {environment.name: environment for environment in project.environments}
    known = f"must be one of: {', '.join(environments)}"
    unknown = (name for name in envs or () if name not in environments)
    targets, problems = parse_against(against or (), project)
    raise_problems(
        [
            *(
                Problem(("ENV",), "environment-known", known, show(each), nearest(each, environments))
                for each in unknown
            ),
            *problems,
        ]
    )
    shown = [environments[name] for name in envs] if envs else list(environments.values())
    notices = [
        notice.at(each.name, project.where(each.name, notice.path))
        for each in shown
        for notice in declared_notices(each)
    ]
    problems, found = compare_all(targets, project)
    notices += found
    if problems:
        return _refuse(output, problems, notices)
    _show(output, shown, project, notices)
    return 0


def _refuse(output: Format, problems: Sequence[Problem], notices: Sequence[Notice] = ()) -> int:
    """Report problems where the format has them, and return the exit status."""
    from ecr_constructs.errors import InvalidInput

    if output is Format.TEXT:
        raise InvalidInput(problems)
    if output is Format.JSON:
        from ecr_constructs.report.as_json import as_json

        _write([as_json([], problems, notices)])
    else:
        from ecr_constructs.report.as_github import as_github

        _write(as_github(problems, notices))
    return 2


def _show(output: Format, shown: Sequence[Environment], project: Project, notices: Sequence[Notice]) -> None:
    from ecr_constructs.report.summary import summarise

    if output is Format.GITHUB:
        from ecr_constructs.report.as_github import as_github

        _write(as_github([], notices))
        return
    summaries = [summarise(each, file=project.file(each.name), among=project.environments) for each in shown]
    if output is Format.JSON:
        from ecr_constructs.report.as_json import as_json

        _write([as_json(summaries, [], notices)])
        return
    from ecr_constructs.report.as_text import DEFAULT_WIDTH, environments_table, remedies

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else DEFAULT_WIDTH
    below = [*remedies(shown), *map(str, notices)]
    _write([environments_table(summaries, width=width), *([""] if below else []), *below])


def _write(lines: Iterable[str]) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        # Names of files may hold what cannot be written.
        sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
