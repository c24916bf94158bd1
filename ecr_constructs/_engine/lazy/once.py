"""What was done once for this user and need not be done again: small files in the user's cache folder."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

__all__ = ["cache_folder", "first_time"]


def cache_folder() -> Path:
    """Return this package's folder among the user's caches, which need not exist.

    Raises:
        RuntimeError: the user has no home.
    """
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "ecr-constructs")


def first_time(name: str, *, again_after: float | None = None) -> bool:
    """Whether this is the first time that any of the user's processes asks this about `name`.

    Args:
        name: Anything that can be a file's name.
        again_after: Seconds after which it counts as the first time again. Default: never.

    Returns:
        False also when it cannot be written down: what happens once must not happen in every run instead.
    """
    try:
        mark = cache_folder() / f"{name}.once"
        mark.parent.mkdir(parents=True, exist_ok=True)
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            if again_after is None or time.time() - mark.stat().st_mtime < again_after:
                return False
            mark.touch()
    except (OSError, RuntimeError):
        return False
    return True
