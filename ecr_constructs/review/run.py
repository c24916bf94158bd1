"""A review from what a command line names to what was found."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ecr_constructs.changes.against import parse_against
from ecr_constructs.config.directory import environments_directory
from ecr_constructs.config.load import load_project
from ecr_constructs.errors import Problem, raise_problems, show
from ecr_constructs.review.change import Change
from ecr_constructs.review.judge import JUDGES, Judge, judged
from ecr_constructs.review.report import Report
from ecr_constructs.review.retention.judge import judge_retention
from ecr_constructs.review.sides import base_files, change_between, head_files
from ecr_constructs.review.stored import judged_against

if TYPE_CHECKING:
    from ecr_constructs.lifecycle.account import Progress

__all__ = ["Request", "run_review"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for.

    Attributes:
        base: A revision or a directory; None for where the working tree left its branch.
        head: The same of the other side; None for the working tree.
        against: `ENV=FILE`, states and synthesised stacks to compare with instead of a base.
        images: A folder with lists of the images that there are.
        from_aws: Whether the accounts are asked for the images.
        in_use: A file with references to the images that are deployed, or `-`.
        in_use_from_aws: Whether the accounts are asked for these.
    """

    base: str | None = None
    head: str | None = None
    against: Sequence[str] = ()
    images: Path | None = None
    from_aws: bool = False
    in_use: str | None = None
    in_use_from_aws: bool = False

    @property
    def is_about_images(self) -> bool:
        """Whether the images that there are count."""
        return self.images is not None or self.from_aws or self.in_use is not None or self.in_use_from_aws


def run_review(request: Request, progress: Progress) -> Report:
    """Return what a change comes to.

    Args:
        request: What is asked for.
        progress: Is told how far AWS has answered.

    Raises:
        InvalidInput: The head breaks any rule, or what is named is not there.
        OperationError: Git or AWS cannot be asked.
    """
    directory = environments_directory()
    raise_problems(_wrong_options(request))
    if request.against:
        return _against(request)
    head = head_files(request.head, directory)
    change, uncompared = change_between(base_files(request.base, directory, head), head)
    return Report(
        base=change.base.name,
        head=change.head.name,
        findings=judged(change, judges=_judges(request, change, progress)),
        environments=[each.name for each in change.environments],
        changed=[each.name for each in change.changed],
        uncompared=uncompared,
        revision=change.base.revision,
    )


def _judges(request: Request, change: Change, progress: Progress) -> tuple[Judge, ...]:
    """Return the judges; that of retention knows the images that there are, where it is to know them."""
    if not request.is_about_images:
        return JUDGES
    # Reading images takes what asks AWS with it.
    from ecr_constructs.review.retention.images import real_images

    images = real_images(
        change,
        images_dir=request.images,
        from_aws=request.from_aws,
        in_use=request.in_use,
        in_use_from_aws=request.in_use_from_aws,
        progress=progress,
    )
    informed = functools.partial(judge_retention, images=images)
    return tuple(informed if each is judge_retention else each for each in JUDGES)


def _wrong_options(request: Request) -> Iterator[Problem]:
    if not request.against:
        return
    fix = "Leave one of the two out."
    if request.base is not None:
        rule = "must not come with --against, which stands in its place"
        yield Problem(("BASE",), "review-options", rule, show(request.base), fix)
    if request.is_about_images:
        rule = "must not come with images: a state has no retention to compare with"
        yield Problem(("--against",), "review-options", rule, show(request.against[0]), fix)


def _against(request: Request) -> Report:
    project = load_project(None if request.head is None else Path(request.head))
    targets, problems = parse_against(request.against, project)
    raise_problems(problems)
    return judged_against(targets, project, request.head or "The working tree")
