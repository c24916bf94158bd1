"""jsii's kernel: how it is started, and the thread in which it comes up where it is started in the background."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from contextlib import suppress

from ecr_constructs._engine.lazy.best_effort import best_effort
from ecr_constructs._engine.lazy.overrides import look_up_once

__all__ = ["quicken", "start", "wait", "wait_for_modules"]

_starting: threading.Thread | None = None
_runs = threading.Event()


def quicken() -> None:
    """Have jsii start its kernel as one process, where it has not started it yet, and ask less of itself."""
    look_up_once()
    with best_effort("starting jsii's kernel as one process"):
        from jsii._kernel.providers import process as of_jsii

        from ecr_constructs._engine.lazy.kernel_process import DirectProcess

        of_jsii._NodeProcess = DirectProcess  # type: ignore[misc]


def start(modules: Sequence[str] = ()) -> None:
    """Start it, unless that was done before.

    Args:
        modules: What to import then in the same thread, one after the other.
    """
    global _starting
    if _starting is None:
        with suppress(Exception):
            # Here and not in the thread, where it would share Python with what the program does next.
            import jsii  # noqa: F401

            _starting = threading.Thread(target=_come_up, args=(modules,), name="jsii-kernel")
            _starting.start()


def wait() -> None:
    """Wait until it runs, where it was started: there must not be two of it."""
    if _starting is not None:
        _runs.wait()


def wait_for_modules() -> None:
    """Wait until all is imported that `start` was told of, or has failed to be."""
    if _starting is not None:
        _starting.join()


def _come_up(modules: Sequence[str]) -> None:
    import jsii

    try:
        with suppress(Exception):
            # Private: jsii starts the process when this is first read.
            _ = jsii.kernel.provider._process  # type: ignore[attr-defined]
    finally:
        _runs.set()
    for name in modules:
        # A program that ends already, as on a mistake in a file, does not wait for the rest.
        if not threading.main_thread().is_alive():
            return
        try:
            importlib.import_module(name)
        except Exception:  # noqa: BLE001 - it fails again, and is told, where the program imports it
            return
