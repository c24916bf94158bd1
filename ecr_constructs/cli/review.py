"""`ecr-constructs review [BASE] [HEAD]`: what a change deletes, opens, breaks and costs, before anybody approves it."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated

import typer

from ecr_constructs.cli.arguments import InUse, InUseFromAws
from ecr_constructs.cli.extras import require_extra
from ecr_constructs.cli.process import raise_at_ctrl_c

__all__ = ["FailOn", "ReviewFormat", "review"]


class ReviewFormat(enum.StrEnum):
    """What the result is written for: people, comments, programs, and what shows findings beside the lines of files."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    GITLAB = "gitlab"


class FailOn(enum.StrEnum):
    """From which severity on the exit status is 3."""

    DANGER = "danger"
    ATTENTION = "attention"


def review(
    base: Annotated[
        str | None,
        typer.Argument(
            help="What to compare with: a revision of git, or a directory of environment files. Default: where the "
            "working tree left the branch that changes go to.",
            metavar="[BASE]",
            show_default=False,
        ),
    ] = None,
    head: Annotated[
        str | None,
        typer.Argument(
            help="What to compare: the same. Default: the environment files as they are in the working tree.",
            metavar="[HEAD]",
            show_default=False,
        ),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="Compare an environment, or one of its stacks, with its Terraform state or a synthesised cdk.tf.json "
            "instead of BASE; that tells which repositories would be lost. May be repeated.",
            metavar="ENV=FILE",
            show_default=False,
        ),
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(
            help="A folder with the images that there are, ENV/REPOSITORY.json as `aws ecr describe-images` prints "
            "them: how many of them newly expire.",
            metavar="DIR",
            show_default=False,
            readable=False,
        ),
    ] = None,
    from_aws: Annotated[  # noqa: FBT002
        bool, typer.Option("--from-aws", help="Read the images from the environments' accounts.")
    ] = False,
    in_use: InUse = None,
    in_use_from_aws: InUseFromAws = False,  # noqa: FBT002
    output: Annotated[
        ReviewFormat,
        typer.Option(
            "--format",
            help="For people, for a comment or a page, for programs (one object), or for what shows findings beside "
            "lines: GitHub Actions (workflow commands), code scanning (SARIF), GitLab (Code Quality).",
        ),
    ] = ReviewFormat.TEXT,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            help="End with the status 3 where anything as grave as that is found, and not acknowledged.",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Show what a change of environment files comes to: which images it deletes, whom it lets in, what it breaks.

    It compares what the files declare on both sides; nothing is deployed, and nothing is checked out. The exit status
    is 0, 3 with `--fail-on`, 2 with every problem of the files, and 1 where git or AWS cannot be asked.
    """
    require_extra("cli", "rich")
    if from_aws or in_use_from_aws:
        require_extra("aws", "boto3")
    from ecr_constructs.lifecycle.progress import bar_on
    from ecr_constructs.review.formats.writers import writer_of
    from ecr_constructs.review.run import Request, run_review
    from ecr_constructs.terminal.screen import screen_of

    request = Request(
        base=base,
        head=head,
        against=tuple(against or ()),
        images=images,
        from_aws=from_aws,
        in_use=in_use,
        in_use_from_aws=in_use_from_aws,
    )
    raise_at_ctrl_c()
    with bar_on(sys.stderr) as progress:
        report = run_review(request, progress)
    encoding = sys.stdout.encoding or "utf-8"
    for line in writer_of(output.value)(report, screen_of(sys.stdout)):
        # Names of files may hold what cannot be written.
        sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
    return 3 if fail_on is not None and report.reaches(fail_on.value) else 0
