"""Waiting, once, for jsii's index of the provider's assembly.

jsii reads the whole assembly (130 MB) unless there is an index in its cache, which it writes in the background of the
first run. When a program ends sooner than that, there is never an index, and every run reads the whole again.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import os
import time
from pathlib import Path

from ecr_constructs._engine.lazy.once import first_time
from ecr_constructs._engine.lazy.package_cache import package_cache
from ecr_constructs._engine.lazy.switches import NO_INDEX_WAIT, is_on

__all__ = ["LIMIT", "cache_entry", "has_index", "wait", "wait_at_exit"]

LIMIT = 20.0  # seconds; jsii needs some 4 on two cores
_AGAIN_AFTER = 3600.0
_PAUSE = 0.02


def wait_at_exit(name: str, version: str) -> None:
    """Wait for the index when the program ends, if there is none yet and jsii is writing one.

    At most `LIMIT` seconds, at most once an hour, and not at all where `NO_INDEX_WAIT` is set.
    """
    if is_on(NO_INDEX_WAIT) or not _writes_indexes():
        return
    entry = cache_entry(name, version)
    if entry is not None and not has_index(entry) and os.access(entry, os.W_OK):
        # jsii's kernel has started and registered its own end before, so this runs first.
        atexit.register(wait, entry)


def cache_entry(name: str, version: str) -> Path | None:
    """Return the folder in jsii's package cache from which the assembly was loaded just now, if there is one."""
    try:
        entries = [
            (marker.lstat().st_mtime, marker.parent)
            for marker in package_cache().glob(f"{name}/{version}/*/.jsii-runtime-package-cache")
        ]
    except (OSError, RuntimeError):
        return None
    # jsii touches the marker each time that it uses the entry.
    return max(entries)[1] if entries else None


def has_index(entry: Path) -> bool:
    """Whether the index is complete: its manifest is what jsii writes last."""
    return any(entry.glob(".jsii.runtime.v*.json"))


def wait(entry: Path, *, limit: float = LIMIT) -> None:
    """Wait until the index is complete, unless the user's processes have done so within the last hour."""
    mark = hashlib.sha256(str(entry).encode()).hexdigest()[:16]
    if not first_time(f"index-{mark}", again_after=_AGAIN_AFTER):
        return
    end = time.monotonic() + limit
    try:
        while not has_index(entry) and time.monotonic() < end:
            time.sleep(_PAUSE)
    except (KeyboardInterrupt, OSError):
        return


def _writes_indexes() -> bool:
    embedded = importlib.import_module("jsii._embedded.jsii")
    return any("index-worker" in name for name in embedded.EMBEDDED_FILES)
