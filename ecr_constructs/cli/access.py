"""`ecr-constructs access [ENV...]`: who may pull and push, without the engine."""

from __future__ import annotations

import enum
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.arguments import Environments
from ecr_constructs.cli.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecr_constructs.config.environment import Environment
    from ecr_constructs.config.load import Project

__all__ = ["AccessFormat", "access"]


class AccessFormat(enum.StrEnum):
    """What the result is written for: people, a page, or programs."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def access(
    envs: Environments = None,
    output: Annotated[
        AccessFormat, typer.Option("--format", help="For people, for a page, or for programs (one object).")
    ] = AccessFormat.TEXT,
    can: Annotated[
        tuple[str, str, str] | None,
        typer.Option(
            help="Answer one question of one environment: may this principal pull, push, read, delete or admin this "
            "repository? A principal is an account id, an ARN, a service, or the name of a role made here.",
            metavar="PRINCIPAL pull|push|read|delete|admin REPOSITORY",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Show who may pull from and push to each repository, read, delete and administer, and by which statements.

    Everything is told from the files: the policies of repositories and registries, and those of the roles that are
    made. `depends` names what they do not decide. The exit status is 0, or 2 with every problem; of a question 0 for
    yes, 1 for no and 3 for depends.
    """
    require_extra("cli", "rich")
    from ecr_constructs.access.formats import writer_of
    from ecr_constructs.access.matrix import Matrix
    from ecr_constructs.access.question import ask, lines_of_answer, parse_question
    from ecr_constructs.config.load import load_project
    from ecr_constructs.errors import raise_problems
    from ecr_constructs.terminal.screen import screen_of

    project = load_project()
    shown = _named(envs or (), project)
    matrix = Matrix(project.environments)
    if can is None:
        _write(writer_of(output.value)([matrix.of(each) for each in shown], screen_of(sys.stdout)))
        return 0
    question, problems = parse_question(can, shown if envs else (), matrix)
    raise_problems(problems)
    assert question is not None  # noqa: S101
    answer = ask(question, matrix)
    _write(lines_of_answer(answer, as_json=output is AccessFormat.JSON))
    return answer.status


def _named(envs: Sequence[str], project: Project) -> list[Environment]:
    """Return the environments that are named, or all of them."""
    from ecr_constructs.config.load import environments_directory
    from ecr_constructs.config.named import named_environment, unknown_environment
    from ecr_constructs.errors import raise_problems

    environments = {environment.name: environment for environment in project.environments}
    named = [named_environment(each, environments_directory()) for each in envs]
    raise_problems(
        problem
        for name, problems in named
        for problem in problems or ([] if name in environments else [unknown_environment(name, environments)])
    )
    return [environments[name] for name, _ in named] if named else list(environments.values())


def _write(lines: Iterable[str]) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        # Names of files may hold what cannot be written.
        sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
