"""The formats in which a check of lifecycle policies is shown: data in, lines out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ecr_constructs.errors import Problem
from ecr_constructs.lifecycle.check import Checked
from ecr_constructs.lifecycle.check_as_json import check_as_json
from ecr_constructs.lifecycle.check_as_text import check_as_text
from ecr_constructs.report.as_github import github_lines
from ecr_constructs.report.as_gitlab import code_quality_of
from ecr_constructs.report.as_sarif import sarif_of
from ecr_constructs.terminal.screen import Screen

__all__ = ["FORMATS", "Writer", "writer_of"]

Writer = Callable[[Sequence[Checked], Screen], Iterator[str]]
"""Returns the lines of what was found, for where they are read."""


def _as_github(checked: Sequence[Checked], _screen: Screen) -> Iterator[str]:
    return github_lines(_notices(checked))


def _as_sarif(checked: Sequence[Checked], _screen: Screen) -> Iterator[str]:
    yield sarif_of(_notices(checked))


def _as_gitlab(checked: Sequence[Checked], _screen: Screen) -> Iterator[str]:
    yield code_quality_of(_notices(checked))


FORMATS: dict[str, Writer] = {
    "text": check_as_text,
    "json": check_as_json,
    "github": _as_github,
    "sarif": _as_sarif,
    "gitlab": _as_gitlab,
}
"""The writer of each format."""


def writer_of(name: str) -> Writer:
    """Return the writer of a format."""
    return FORMATS[name]


def _notices(checked: Sequence[Checked]) -> Iterator[Problem]:
    """Yield what was found as `validate` says it, so that it is the same finding to whoever keeps both reports."""
    return (finding.notice for each in checked for finding in each.findings)
