"""`ecr-constructs lifecycle preview ENV REPOSITORY`: what a lifecycle policy does to the images that there are."""

from __future__ import annotations

import enum
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.arguments import InUse, InUseFromAws
from ecr_constructs.cli.completion import environments
from ecr_constructs.cli.extras import require_extra
from ecr_constructs.cli.process import raise_at_ctrl_c

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_constructs.lifecycle.run import Result

__all__ = ["PreviewFormat", "Ties", "preview"]

_ASSUMED = "What AWS does not document"
_PLAIN = str.maketrans("─█", "-#")


class PreviewFormat(enum.StrEnum):
    """What the result is written for: people, or programs."""

    TABLE = "table"
    JSON = "json"


class Ties(enum.StrEnum):
    """Which of two images of the same time is the newer."""

    DIGEST = "digest"
    LISTED = "listed"


def preview(
    env: Annotated[
        str | None,
        typer.Argument(
            help="The environment, by its name or its file.",
            metavar="[ENV]",
            autocompletion=environments,
            show_default=False,
        ),
    ] = None,
    repository: Annotated[
        str | None,
        typer.Argument(
            help="The repository, by its name in the file or in ECR.", metavar="[REPOSITORY]", show_default=False
        ),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            help="Preview the policy of this file instead, in AWS's form; without an environment, or for the images of "
            "its repository.",
            metavar="FILE|-",
            show_default=False,
        ),
    ] = None,
    images: Annotated[
        str | None,
        typer.Option(
            help="The images, as `aws ecr describe-images` prints them, pages one after the other; what `aws ecr "
            "batch-get-image` prints of manifest lists may stand among them.",
            metavar="FILE|-",
            show_default=False,
        ),
    ] = None,
    from_aws: Annotated[  # noqa: FBT002
        bool, typer.Option("--from-aws", help="Read the images from the environment's account.")
    ] = False,
    at: Annotated[
        str | None,
        typer.Option(
            help="When the policy acts, such as 2026-01-31T12:00:00Z. Default: now.",
            metavar="TIME",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        PreviewFormat, typer.Option("--format", help="For people, or for programs: as GetLifecyclePolicyPreview.")
    ] = PreviewFormat.TABLE,
    every: Annotated[  # noqa: FBT002
        bool, typer.Option("--all", help="List the images as well that nothing happens to, and every day.")
    ] = False,
    days: Annotated[
        int | None,
        typer.Option(
            "--timeline",
            help="Show what remains after each of so many days, if pushes go on as they did.",
            metavar="DAYS",
            show_default=False,
        ),
    ] = None,
    window: Annotated[
        int,
        typer.Option("--pushes-of", help="Days before now of which the timeline repeats the pushes.", metavar="DAYS"),
    ] = 30,
    svg: Annotated[
        str | None,
        typer.Option(help="Write the timeline as a picture (extra plot).", metavar="FILE", show_default=False),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(
            help="Say what newly goes and newly stays, compared with an earlier policy: a file of a policy or of an "
            "environment, or a revision of git that has the environment's file.",
            metavar="REV|FILE",
            show_default=False,
        ),
    ] = None,
    in_use: InUse = None,
    in_use_from_aws: InUseFromAws = False,  # noqa: FBT002
    price: Annotated[
        float, typer.Option(help="What a GB in the storage class standard costs a month, in USD.", metavar="USD")
    ] = 0.1,
    ties: Annotated[
        Ties,
        typer.Option(
            help="Of images pushed at the same moment the newer one is the one with the smaller digest, or the one "
            "listed first.",
            rich_help_panel=_ASSUMED,
        ),
    ] = Ties.DIGEST,
    children_count: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            help="Whether images that a manifest list refers to take places where a rule counts images.",
            rich_help_panel=_ASSUMED,
        ),
    ] = False,
    children_with_index: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            help="Whether images that a manifest list refers to go in the same run as it, instead of the next one.",
            rich_help_panel=_ASSUMED,
        ),
    ] = False,
    referrers_count: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            help="Whether rules look at signatures and bills of materials, instead of letting them go and stay with "
            "what they are about.",
            rich_help_panel=_ASSUMED,
        ),
    ] = False,
) -> int:
    """Show what a lifecycle policy does to the images of a repository: what expires, is archived and stays, and why.

    The policy is that of the environment's file, deployed or not; nothing is changed anywhere. The exit status is 0, 3
    where something deployed would go, 2 with every problem, and 1 where AWS cannot be asked.

    With `--from-aws` and `--in-use-from-aws` it uses `aws_profile` and `assume_role_arn` of the file, else the
    credentials that boto3 finds, and only reads: `ecr:DescribeImages` and `ecr:BatchGetImage`; `ecs:ListClusters`,
    `ecs:ListServices`, `ecs:DescribeServices`, `ecs:ListTasks`, `ecs:DescribeTasks`, `ecs:DescribeTaskDefinition`,
    `lambda:ListFunctions`, `lambda:GetFunction`, and where it is allowed `inspector2:ListCoverage`.
    """
    require_extra("cli", "rich")
    if from_aws or in_use_from_aws:
        require_extra("aws", "boto3")
    if svg is not None:
        require_extra("plot", "matplotlib")
    from ecr_constructs.core.lifecycle.evaluate import Assumptions
    from ecr_constructs.lifecycle.progress import bar_on
    from ecr_constructs.lifecycle.request import Request
    from ecr_constructs.lifecycle.run import run_preview

    request = Request(
        env=env,
        repository=repository,
        policy=policy,
        images=images,
        from_aws=from_aws,
        at=at,
        days=days,
        window=window,
        svg=svg,
        compare=compare,
        in_use=in_use,
        in_use_from_aws=in_use_from_aws,
        price=price,
        assumptions=Assumptions(
            ties="listed" if ties is Ties.LISTED else "digest",
            children_count=children_count,
            children_with_index=children_with_index,
            referrers_count=referrers_count,
        ),
    )
    raise_at_ctrl_c()
    with bar_on(sys.stderr) as progress:
        result = run_preview(request, progress)
    _write_result(result, output, every=every)
    return result.status


def _write_result(result: Result, output: PreviewFormat, *, every: bool) -> None:
    from pathlib import Path

    from ecr_constructs.lifecycle.as_json import as_json
    from ecr_constructs.lifecycle.as_text import as_text
    from ecr_constructs.terminal.screen import screen_of

    if result.request.svg is not None and result.timeline is not None:
        from ecr_constructs.lifecycle.plot import write_svg

        write_svg(result.timeline, result.subject.title, Path(result.request.svg))
    if output is PreviewFormat.JSON:
        _write([as_json(result)])
    else:
        _write(as_text(result, screen_of(sys.stdout), every=every))


def _write(lines: Iterable[str]) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    plain = not _can_draw(encoding)
    for line in lines:
        text = line.translate(_PLAIN) if plain else line
        # Names and tags may hold what cannot be written.
        sys.stdout.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))


def _can_draw(encoding: str) -> bool:
    try:
        "─█".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
