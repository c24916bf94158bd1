"""Which writer a format has."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

from ecr_constructs.review.report import Report
from ecr_constructs.terminal.screen import Screen

__all__ = ["FORMATS", "Writer", "writer_of"]

Writer = Callable[[Report, Screen], Iterator[str]]
"""Returns the lines of a report, for where they are read."""

FORMATS = {
    "text": "as_text",
    "markdown": "as_markdown",
    "json": "as_json",
    "github": "for_machines",
    "sarif": "for_machines",
    "gitlab": "for_machines",
}
"""The module of each format, which has a writer called `as_` and its name."""


def writer_of(name: str) -> Writer:
    """Return the writer of a format; what it needs is loaded now."""
    module = importlib.import_module(f"ecr_constructs.review.formats.{FORMATS[name]}")
    writer: Writer = getattr(module, f"as_{name}")
    return writer
