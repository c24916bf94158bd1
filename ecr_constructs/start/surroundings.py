"""The Git repository that a folder is in."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

__all__ = ["place_in_repository"]


def place_in_repository(folder: Path) -> PurePosixPath | None:
    """Return where a folder is in its Git repository: `.` for the root; None where it is in none.

    Args:
        folder: The folder, which need not be there yet.
    """
    resolved = folder.absolute().resolve()
    for parent in (resolved, *resolved.parents):
        # A file in a work tree, a folder else: https://git-scm.com/docs/gitrepository-layout
        if (parent / ".git").exists():
            return PurePosixPath(resolved.relative_to(parent).as_posix())
    return None
