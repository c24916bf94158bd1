"""The formats in which a validation is shown: data in, lines out."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

from ecr_constructs.report.findings import Report
from ecr_constructs.terminal.screen import Screen

__all__ = ["FORMATS", "Writer", "writer_of"]

Writer = Callable[[Report, Screen], Iterator[str]]
"""Returns the lines of a report, for where they are read."""

FORMATS = {
    "text": "as_text",
    "json": "as_json",
    "markdown": "as_markdown",
    "github": "as_github",
    "sarif": "as_sarif",
    "gitlab": "as_gitlab",
}
"""The module of each format, which has a writer of the same name."""


def writer_of(name: str) -> Writer:
    """Return the writer of a format; what it needs is loaded now."""
    module = importlib.import_module(f"ecr_constructs.report.{FORMATS[name]}")
    writer: Writer = getattr(module, FORMATS[name])
    return writer
