"""`ecr-constructs adopt ENV`: repositories that exist, written into an environment's file."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.completion import environments
from ecr_constructs.cli.extras import require_extra
from ecr_constructs.cli.process import raise_at_ctrl_c, stop_if_interrupted
from ecr_constructs.errors import file_name, one_line, raise_problems

if TYPE_CHECKING:
    from ecr_constructs.adoption.run import Adoption

__all__ = ["adopt"]


def adopt(
    env: Annotated[
        str,
        typer.Argument(help="The environment, by its name or its file.", metavar="ENV", autocompletion=environments),
    ],
    from_aws: Annotated[  # noqa: ARG001, FBT002 - there is nothing else yet that could be read
        bool, typer.Option("--from-aws", help="Read what is in the environment's account and region; the default.")
    ] = True,
    prefix: Annotated[str, typer.Option(help="Only repositories whose names begin so.", show_default=False)] = "",
    repository: Annotated[
        list[str] | None,
        typer.Option(help="Only repositories of this name, which may hold * and ?; may be repeated.", metavar="NAME"),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(help="No repositories of this name, which may hold * and ?; may be repeated.", metavar="NAME"),
    ] = None,
    dry_run: Annotated[  # noqa: FBT002
        bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")
    ] = False,
) -> int:
    """Write the repositories that exist in AWS into an environment's file, to be adopted.

    Every repository of the account and region that the file does not declare yet becomes an entry of
    `ecr_repositories` that says what it is now, with `adopt`, so that Terraform imports it: no repository is made
    again, replaced or destroyed. Parameters that Parameter Store has under their names are imported with it. The rest
    of the file stays as it is. Then it says what a first plan would change, and what else exists already of all that
    the environment makes under fixed names: at which an apply would stop, and what it would overwrite.

    It uses `aws_profile` and `assume_role_arn` of the file, else the credentials that boto3 finds, and only reads:
    `ecr:DescribeRepositories`, `ecr:ListTagsForResource`, `ecr:GetLifecyclePolicy`, `ecr:GetRepositoryPolicy`, and for
    aliases and the organisation `kms:DescribeKey` and `organizations:DescribeOrganization`. Whatever else it may not
    read, such as parameters without `ssm:GetParameters`, it names instead.
    """
    require_extra("aws", "boto3")
    from ecr_constructs.adoption.existing import report_existing
    from ecr_constructs.adoption.file import write_in_one_step
    from ecr_constructs.adoption.report import report
    from ecr_constructs.adoption.run import prepare_adoption
    from ecr_constructs.config.load import environments_directory
    from ecr_constructs.config.named import named_environment

    name, problems = named_environment(env, environments_directory())
    raise_problems(problems)
    raise_at_ctrl_c()
    adoption = prepare_adoption(
        name, environments_directory(), prefix=prefix, patterns=repository or (), excluded=exclude or ()
    )
    if adoption.entries and not dry_run:
        stop_if_interrupted()
        write_in_one_step(adoption.file, adoption.after)
    if dry_run:
        sys.stdout.write(_difference(adoption))
    for line in (
        _summary(adoption, dry_run=dry_run),
        *adoption.notes,
        "",
        *report(adoption.effects, adoption.warnings, beside=report_existing(adoption.existing)),
    ):
        sys.stdout.write(f"{one_line(line)}\n")
    return 0


def _summary(adoption: Adoption, *, dry_run: bool) -> str:
    place = f"account {adoption.account_id}, {adoption.region}"
    number = len(adoption.entries)
    if not number:
        return f"{file_name(adoption.file)}: nothing to add, every repository asked for is declared ({place})."
    entries = "1 repository" if number == 1 else f"{number} repositories"
    return f"{file_name(adoption.file)}: {entries} {'would be ' if dry_run else ''}added ({place})."


def _difference(adoption: Adoption) -> str:
    name = file_name(adoption.file)
    before, after = (text.splitlines(keepends=True) for text in (adoption.before, adoption.after))
    lines = difflib.unified_diff(before, after, name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
