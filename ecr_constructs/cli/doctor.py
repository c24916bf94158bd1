"""`ecr-constructs doctor ENV`: what is published of an environment, compared with what there is."""

from __future__ import annotations

import enum
import sys
from typing import Annotated

import typer

from ecr_constructs.cli.completion import environments
from ecr_constructs.cli.extras import require_extra

__all__ = ["DoctorFormat", "doctor"]


class DoctorFormat(enum.StrEnum):
    """What the result is written for: people, or programs."""

    TEXT = "text"
    JSON = "json"


def doctor(
    env: Annotated[
        str,
        typer.Argument(help="The environment, by its name or its file.", metavar="ENV", autocompletion=environments),
    ],
    output: Annotated[
        DoctorFormat, typer.Option("--format", help="For people, or for programs (one object).")
    ] = DoctorFormat.TEXT,
) -> int:
    """Compare what is published of an environment in Parameter Store with its file and with ECR.

    What is missing, what ECR has otherwise (stale), what is about something else (foreign), and what the file describes
    no more. The exit status is 0 where nothing differs, 1 where something does or AWS cannot be asked, and 2 where the
    files are wrong.

    It uses `aws_profile` and `assume_role_arn` of the file, else the credentials that boto3 finds, and only reads:
    `ecr:DescribeRepositories`, and `ssm:GetParametersByPath` on the prefix.
    """
    require_extra("aws", "boto3", "rich")
    from ecr_constructs.config.load import environments_directory
    from ecr_constructs.config.named import named_environment
    from ecr_constructs.doctor.as_json import as_json
    from ecr_constructs.doctor.as_text import as_text
    from ecr_constructs.doctor.examine import examine
    from ecr_constructs.errors import raise_problems
    from ecr_constructs.terminal.screen import screen_of

    name, problems = named_environment(env, environments_directory())
    raise_problems(problems)
    found = examine(name, environments_directory())
    write = as_json if output is DoctorFormat.JSON else as_text
    for line in write(found, screen_of(sys.stdout)):
        sys.stdout.write(f"{line}\n")
    return 1 if found.findings else 0
