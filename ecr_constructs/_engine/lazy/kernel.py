"""jsii's kernel, started in the background for a program that has something else to do first."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

__all__ = ["start", "wait"]

_starting: threading.Thread | None = None


def start() -> None:
    """Start it, unless that was done before."""
    global _starting
    if _starting is None:
        with suppress(Exception):
            # Here and not in the thread, where it would share Python with what the program does next.
            import jsii

            _starting = threading.Thread(target=_ask_for_process, args=(jsii.kernel.provider,), name="jsii-kernel")
            _starting.start()


def wait() -> None:
    """Wait until it runs, where it was started: there must not be two of it."""
    if _starting is not None:
        _starting.join()


def _ask_for_process(provider: Any) -> None:
    with suppress(Exception):
        # Private: jsii starts the process when this is first read.
        _ = provider._process
