"""Nothing that fails here reaches the program: what fails costs it time only."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["best_effort"]

_log = logging.getLogger(__name__)


@contextmanager
def best_effort(what: str) -> Iterator[None]:
    """Let nothing that fails inside reach the program. It is logged (debug)."""
    try:
        yield
    except Exception:  # noqa: BLE001 - the slow way needs none of this, whatever the reason
        _log.debug("%s failed: the slow way is taken", what, exc_info=True)
