"""Files written all or none, where nothing is yet."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ecr_constructs.errors import OperationError, file_name

__all__ = ["write_all"]


def write_all(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder: whole, in one go, and over nothing.

    They are written beside their places first, and take them when all are there. Where anything fails, or an interrupt
    comes, what was made is removed again.

    Args:
        folder: The folder; made if it is not there.
        files: The text of each, by its path in the folder.

    Raises:
        OperationError: One cannot be written, or came to be in the meantime; then nothing was.
    """
    with contextlib.ExitStack() as undo:
        try:
            _make(folder, undo)
            with _beside(folder) as aside:
                for path, text in files.items():
                    (aside / path).parent.mkdir(parents=True, exist_ok=True)
                    (aside / path).write_bytes(text.encode())
                for path in files:
                    _make((folder / path).parent, undo)
                    _place(aside / path, folder / path, undo)
        except FileExistsError as error:
            raise OperationError(f"{error.filename2 or error.filename} is there now; nothing was written.") from None
        except OSError as error:
            where = file_name(Path(error.filename)) if error.filename else file_name(folder)
            raise OperationError(f"{where} cannot be written ({error.strerror}); nothing was.") from None
        undo.pop_all()


def _make(folder: Path, undo: contextlib.ExitStack) -> None:
    """Make a folder with those above it, each of which is removed again where it holds nothing."""
    for each in (*reversed(folder.absolute().parents), folder.absolute()):
        with contextlib.suppress(FileExistsError):
            each.mkdir()
            undo.callback(_without_complaint, each.rmdir)


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    # In the folder, so that a place is taken in one step of the file system.
    aside = Path(tempfile.mkdtemp(prefix=".ecr-constructs-", dir=folder))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _place(file: Path, place: Path, undo: contextlib.ExitStack) -> None:
    """Give a file its place, unless something is there: a link refuses that, a rename would not."""
    try:
        os.link(file, place)
    except FileExistsError:
        raise
    except OSError:
        # A file system without such links, or another one.
        with place.open("xb") as output:
            undo.callback(_without_complaint, place.unlink)
            output.write(file.read_bytes())
        return
    undo.callback(_without_complaint, place.unlink)


def _without_complaint(remove: object) -> None:
    with contextlib.suppress(OSError):
        remove()  # type: ignore[operator]
