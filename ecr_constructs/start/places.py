"""Where the files of a new project go, and what keeps them from there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ecr_constructs.errors import Problem, file_name

__all__ = ["check_places", "is_there", "taken"]


def check_places(folder: Path, paths: Iterable[str]) -> list[Problem]:
    """Return why files cannot be written, without what is there already.

    Args:
        folder: The project's folder.
        paths: The files' paths in it.
    """
    if (problem := _check_folder(folder)) is not None:
        return [problem]
    # Of what a path leads through, only what is no folder is in the way.
    inner = dict.fromkeys(parent for path in sorted(paths) for parent in reversed((folder / path).parents))
    within = [each for each in inner if folder in each.parents]
    found = (_check_folder(each) or _check_within(each, folder) for each in within)
    return [problem for problem in found if problem is not None]


def taken(folder: Path, paths: Iterable[str]) -> list[str]:
    """Return which of the files are there already, sorted; a link that leads nowhere is there as well."""
    return [path for path in sorted(paths) if os.path.lexists(folder / path)]


def is_there(file: Path) -> Problem:
    """Return that a file is there already."""
    fix = "Move it away, or add --keep-existing to leave it as it is."
    return Problem((file_name(file),), "start-exists", "must not be there yet: nothing is overwritten", "", fix)


def _check_folder(folder: Path) -> Problem | None:
    there = folder if os.path.lexists(folder) else next(each for each in folder.absolute().parents if each.exists())
    path = (file_name(there),)
    if not there.is_dir():
        return Problem(path, "start-folder", "must be a folder", _kind(there), "Name another one.")
    if not os.access(there, os.W_OK | os.X_OK):
        return Problem(path, "start-folder", "must be a folder that can be written to", "", "Name another one.")
    return None


def _check_within(inner: Path, folder: Path) -> Problem | None:
    """Check that no link leads out of the project: what is written there would be somebody else's."""
    if not inner.is_symlink() or inner.resolve().is_relative_to(folder.resolve()):
        return None
    rule, got = "must be in the project's folder", "a link that leads out of it"
    return Problem((file_name(inner),), "start-folder", rule, got, "Remove the link.")


def _kind(path: Path) -> str:
    if path.is_symlink() and not path.exists():
        return "a link that leads nowhere"
    return "a file"
