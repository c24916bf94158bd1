"""The output directory, which takes what was synthesised whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

__all__ = ["output_directory", "taking_its_place"]

_MANIFEST = Path("manifest.json")


def output_directory(variables: Mapping[str, str]) -> Path:
    """Return where synthesis writes: `CDKTF_OUTDIR`, which the `cdktf` command sets, else `cdktf.out`.

    Args:
        variables: The process's environment variables.
    """
    return Path(variables.get("CDKTF_OUTDIR") or "cdktf.out")


@contextlib.contextmanager
def taking_its_place(output: Path) -> Iterator[Path]:
    """Make a folder whose files take their places in the output directory when the block ends well.

    Everything else in there stays: Terraform's own files lie beside them, and `cdktf` itself removes the stacks that
    are no more. The manifest comes last, so that it never speaks of a file that is not there.

    Args:
        output: The output directory; made if it is not there.

    Raises:
        OSError: Something cannot be written; then nothing was.
    """
    made = not output.exists()
    if made:
        output.mkdir()
    # In it, so that taking a place is one step of the file system, which needs no room.
    folder = Path(tempfile.mkdtemp(prefix=".synthesis-", dir=output))
    try:
        yield folder
        _take_places(folder, output)
        made = False
    finally:
        _remove(folder)
        if made:
            with contextlib.suppress(OSError):
                output.rmdir()


def _take_places(folder: Path, output: Path) -> None:
    files = [file for file in folder.rglob("*") if file.is_symlink() or not file.is_dir()]
    places = {file: output / file.relative_to(folder) for file in files}
    for place in places.values():
        _check(place)
    for file in sorted(files, key=lambda file: (file.relative_to(folder) == _MANIFEST, file)):
        places[file].parent.mkdir(parents=True, exist_ok=True)
        file.replace(places[file])


def _check(place: Path) -> None:
    """Raise what taking a place would, before the first one is taken."""
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
    parent = next(each for each in place.parents if each.exists())
    if not parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(parent))
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(parent))


def _remove(folder: Path) -> None:
    # After an interrupt Node may still be writing.
    for _ in range(40):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)
