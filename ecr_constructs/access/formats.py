"""The formats in which access is shown: data in, lines out."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence

from ecr_constructs.access.matrix import EnvironmentAccess
from ecr_constructs.terminal.screen import Screen

__all__ = ["FORMATS", "Writer", "writer_of"]

Writer = Callable[[Sequence[EnvironmentAccess], Screen], Iterator[str]]
"""Returns the lines of what was found, for where they are read."""

FORMATS = {"text": "as_text", "markdown": "as_markdown", "json": "as_json"}
"""The module of each format, which has a writer of the same name."""


def writer_of(name: str) -> Writer:
    """Return the writer of a format; what it needs is loaded now."""
    module = importlib.import_module(f"ecr_constructs.access.{FORMATS[name]}")
    writer: Writer = getattr(module, FORMATS[name])
    return writer
