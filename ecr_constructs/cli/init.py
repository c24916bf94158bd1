"""`ecr-constructs init [DIR]`: a project that deploys environment files, written into a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ecr_constructs.cli.process import raise_at_ctrl_c, stop_if_interrupted

__all__ = ["init"]


def init(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="[DIR]", help="Where it is written; made if it is not there.", show_default=".", readable=False
        ),
    ] = Path(),
    region: Annotated[
        str | None,
        typer.Option(help="AWS region of the repositories, such as us-east-1; required.", show_default=False),
    ] = None,
    env: Annotated[str, typer.Option(help="Name of the first environment.")] = "dev",
    account: Annotated[
        str | None,
        typer.Option(help="Its AWS account, 12 digits; Terraform then refuses every other one.", show_default=False),
    ] = None,
    project: Annotated[
        str | None,
        typer.Option(help="Name of the project, part of repository names. Default: the folder's.", show_default=False),
    ] = None,
    github: Annotated[
        str | None,
        typer.Option(
            metavar="OWNER/NAME",
            help="Repository on GitHub: a workflow that checks pull requests, and a role by which jobs push images.",
            show_default=False,
        ),
    ] = None,
    gitlab: Annotated[
        str | None,
        typer.Option(
            metavar="GROUP/NAME",
            help="Project on GitLab: a pipeline that checks merge requests, and such a role.",
            show_default=False,
        ),
    ] = None,
    state_bucket: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Keep Terraform's states in this S3 bucket, and have a stack, bootstrap, that makes it.",
            show_default=False,
        ),
    ] = None,
    keep_existing: Annotated[  # noqa: FBT002
        bool, typer.Option("--keep-existing", help="Leave files that are there as they are, and write the others.")
    ] = False,
) -> int:
    """Write a project that deploys environment files: app, first environment, schema, test, hooks and CI.

    Nothing is overwritten: where one of the files is there, none is written, and the exit status is 2. So it is with
    every mistake, all of which are reported at once. What to do next is printed.
    """
    from ecr_constructs.errors import raise_problems
    from ecr_constructs.start.files import files_of, paths_of
    from ecr_constructs.start.places import check_places, is_there, taken
    from ecr_constructs.start.surroundings import place_in_repository
    from ecr_constructs.start.told import told
    from ecr_constructs.start.wanted import NewProject
    from ecr_constructs.start.write import write_all

    wanted = NewProject(
        folder=folder,
        env=env,
        region=region,
        account_id=account,
        name=project,
        github=github,
        gitlab=gitlab,
        bucket=state_bucket,
    )
    problems = wanted.problems(os.environ)
    # A name that is none leads nowhere.
    paths = paths_of(wanted, with_environment=not any(each.path == ("--env",) for each in problems))
    there = taken(folder, paths)
    problems += check_places(folder, paths)
    if not keep_existing:
        problems += [is_there(folder / path) for path in there]
    raise_problems(problems)
    below = place_in_repository(folder)
    files = {path: text for path, text in files_of(wanted, below=below).items() if path not in there}
    raise_at_ctrl_c()
    write_all(folder, files)
    stop_if_interrupted()
    for line in told(wanted, files, there, below=below):
        sys.stdout.write(f"{line}\n")
    return 0
