"""Where jsii keeps the packages that it unpacked, and that it does without where nothing can be written there.

Without a place to write to it ends with an error, or never: Node tries for ever to make a folder below `/proc`, where
the home of a service without one may be.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["SWITCH", "package_cache", "see_to_it"]

SWITCH = "JSII_RUNTIME_PACKAGE_CACHE"
"""jsii's own: `disabled` has it unpack into a temporary folder in every run."""

_ROOT = "JSII_RUNTIME_PACKAGE_CACHE_ROOT"


def package_cache() -> Path:
    """Return the root of jsii's package cache, by jsii's own rules.

    Raises:
        RuntimeError: the user has no home.
    """
    given = os.environ.get(_ROOT)
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "AWS", "jsii", "package-cache")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "com.amazonaws.jsii" / "package-cache"
    return Path.home() / ".cache" / "aws" / "jsii" / "package-cache"


def see_to_it() -> None:
    """Have jsii do without its cache where the folder cannot be made, unless the user said where or whether it is."""
    if SWITCH in os.environ or os.environ.get(_ROOT):
        return
    with suppress(RuntimeError):  # then jsii takes the folder for temporary files
        root = package_cache()
        if root.is_absolute() and not _is_made(root):
            os.environ[SWITCH] = "disabled"


def _is_made(folder: Path) -> bool:
    """Make a folder for the user alone, with those above it, as jsii does; tell whether it can be written to."""
    try:
        if not folder.is_dir():
            for each in (*reversed(folder.parents), folder):
                if not each.exists():
                    each.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)
