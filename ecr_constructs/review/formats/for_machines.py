"""What a change comes to, in the formats that show findings beside the lines of files, as those of a validation.

There a danger is an error, what has attention a warning, and a note a notice; what is acknowledged is a notice as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.errors import Problem
from ecr_constructs.report.as_github import github_lines
from ecr_constructs.report.as_gitlab import code_quality_of
from ecr_constructs.report.as_sarif import sarif_of
from ecr_constructs.review.report import Report
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_github", "as_gitlab", "as_sarif"]


def as_github(report: Report, _screen: Screen) -> Iterator[str]:
    """Return the workflow commands of GitHub."""
    yield from github_lines(_all(report))


def as_sarif(report: Report, _screen: Screen) -> Iterator[str]:
    """Return a log of SARIF, where what is acknowledged is suppressed."""
    found = [*report.uncompared, *(each.problem for each in report.findings if not each.acknowledged)]
    yield sarif_of(found, acknowledged=[each.problem for each in report.findings if each.acknowledged])


def as_gitlab(report: Report, _screen: Screen) -> Iterator[str]:
    """Return a report of GitLab's Code Quality."""
    yield code_quality_of(_all(report))


def _all(report: Report) -> list[Problem]:
    return [*report.uncompared, *(each.problem for each in report.findings)]
