"""`ecr-constructs lifecycle check [ENV...]`: what lifecycle policies do that hardly anyone means."""

from __future__ import annotations

import enum
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.arguments import Environments
from ecr_constructs.cli.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_constructs.config.environment import Environment
    from ecr_constructs.config.load import Project

__all__ = ["CheckFormat", "check"]


class CheckFormat(enum.StrEnum):
    """What the result is written for: people, programs, or what shows findings beside the files."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    GITLAB = "gitlab"


def check(
    envs: Environments = None,
    output: Annotated[
        CheckFormat,
        typer.Option(
            "--format",
            help="For people, for programs (one object), for GitHub Actions (workflow commands), for code scanning, or "
            "for GitLab's Code Quality.",
        ),
    ] = CheckFormat.TEXT,
) -> int:
    """Show what lifecycle policies do that hardly anyone means, each with the smallest set of images that shows it.

    Rules that can never act, lists of tags that mean AND, tagged images that go by their age alone, images that no rule
    ever reaches, protected tags that a rule reaches, descriptions with another number than their rule, and replicas
    that may go with their source. `validate` says the same without the images. The exit status is 0 where nothing is
    found, 1 where something is that the file does not acknowledge, and 2 with every problem where the files are wrong.
    """
    require_extra("cli", "rich")
    from ecr_constructs.config.load import load_project
    from ecr_constructs.lifecycle.check import check as check_environment
    from ecr_constructs.lifecycle.check_formats import writer_of
    from ecr_constructs.terminal.screen import screen_of

    project = load_project()
    checked = [check_environment(each, project) for each in _named(envs or (), project)]
    encoding = sys.stdout.encoding or "utf-8"
    for line in writer_of(output.value)(checked, screen_of(sys.stdout)):
        # Names and tags may hold what cannot be written.
        sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
    return 1 if any(each.findings for each in checked) else 0


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
