"""Reading the files to migrate, and writing them back: a backup first, all of them or none."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import difflib
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ecr_constructs.config.reading.content import file_content
from ecr_constructs.config.reading.reader import YamlDocument
from ecr_constructs.errors import OperationError, Problem, file_name
from ecr_constructs.migration.edit import split_lines
from ecr_constructs.migration.texts import BYTE_ORDER_MARK, read_content

__all__ = ["Replacement", "SourceFile", "difference", "read_source", "replace_all", "write_new"]

_STAMP = "%Y%m%dT%H%M%SZ"


@dataclasses.dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read.

    Attributes:
        file: Where it is.
        content: Its bytes.
        document: What they say.
    """

    file: Path
    content: bytes
    document: YamlDocument


@dataclasses.dataclass(frozen=True, slots=True)
class Replacement:
    """New content of a file.

    Attributes:
        file: Where it is.
        before: What it holds now.
        after: What it is to hold.
    """

    file: Path
    before: bytes
    after: bytes


def read_source(file: Path) -> tuple[SourceFile | None, list[Problem]]:
    """Read a file, and return what stands against changing it: that it is a link, or not to be read at all.

    What is wrong in single values of it is left to whoever needs them, in the document's problems.
    """
    name = file_name(file)
    try:
        content, problems = _content(file, name)
    except OSError as error:
        fix = "Check what it is, and who may read it."
        problem = Problem((), "file", "must be a file that can be read", error.strerror or f"{error}", fix, name)
        return None, [problem]
    if problems:
        return None, problems
    document = read_content(content, name)
    return (None, document.problems) if document.data is None else (SourceFile(file, content, document), [])


def _content(file: Path, name: str) -> tuple[bytes, list[Problem]]:
    mode = file.lstat().st_mode
    if stat.S_ISLNK(mode):
        fix = f"Name {file_name(file.readlink())}, where it leads, to have that changed."
        return b"", [Problem((), "file-link", "must not be a link", "", fix, name)]
    if not stat.S_ISREG(mode):
        return b"", [Problem((), "file", "must be a file", "something else", "Check the path.", name)]
    return file_content(file, name)


def difference(replacement: Replacement) -> str:
    """Return the difference that a replacement makes, as `diff -u` shows it."""
    name = file_name(replacement.file)
    before, after = (_lines(content) for content in (replacement.before, replacement.after))
    return "".join(f"{line}\n" for line in difflib.unified_diff(before, after, name, name, lineterm=""))


def _lines(content: bytes) -> list[str]:
    lines = split_lines(content.decode("utf-8").removeprefix(BYTE_ORDER_MARK))
    last = lines[-1] if lines else "\n"
    shown = [line.rstrip("\r\n") for line in lines]
    return shown if last.endswith(("\r", "\n")) else [*shown[:-1], f"{shown[-1]}\n\\ No newline at end of file"]


def replace_all(replacements: Sequence[Replacement], *, now: datetime.datetime) -> list[Path]:
    """Write files, each after a copy of what it held, `FILE.<time>.bak` next to it.

    The new contents are written next to the files first, and take their places last, so a file is either whole and old
    or whole and new. Modes stay.

    Args:
        replacements: The new contents.
        now: The time of the copies' names.

    Returns:
        The copies.

    Raises:
        OperationError: Something could not be written, or a file changed meanwhile. Unless the message says otherwise,
            nothing was changed.
    """
    stamp = now.astimezone(datetime.UTC).strftime(_STAMP)
    backups: list[Path] = []
    prepared: list[tuple[Path, Path]] = []
    done: list[str] = []
    try:
        for each in replacements:
            mode = stat.S_IMODE(each.file.stat().st_mode)
            backup = each.file.with_name(f"{each.file.name}.{stamp}.bak")
            _write(backup, each.before, mode)
            backups.append(backup)
            prepared.append((_beside(each.file, each.after, mode), each.file))
        for each, (new, file) in zip(replacements, prepared, strict=True):
            if file.read_bytes() != each.before:
                raise OSError(0, "it was changed while it was being migrated", file.as_posix())
            new.replace(file)
            done.append(file_name(file))
    except OSError as error:
        _remove([*(new for new, _ in prepared), *([] if done else backups)])
        changed = f"{', '.join(done)} had been migrated before that." if done else "Nothing was changed."
        where = file_name(Path(error.filename)) if error.filename else "A file"
        raise OperationError(f"{where}: {error.strerror}. {changed}") from error
    return backups


def write_new(file: Path, content: bytes) -> None:
    """Write a file that must not be there yet.

    Raises:
        OperationError: It is there, or cannot be written.
    """
    try:
        _write(file, content, 0o666 & ~_umask())
    except OSError as error:
        raise OperationError(f"{file_name(file)}: {error.strerror}. Nothing was changed.") from error


def _write(file: Path, content: bytes, mode: int) -> None:
    """Write a new file, and leave none if that fails; one that is there already is not touched."""
    with file.open("xb") as stream, _removed_on_error(file):
        _fill(stream.fileno(), content, file, mode)


def _beside(file: Path, content: bytes, mode: int) -> Path:
    """Write content to a new file in the same folder, from where it can take the place of the other at once."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with _removed_on_error(Path(name)):
            _fill(descriptor, content, Path(name), mode)
    finally:
        os.close(descriptor)
    return Path(name)


def _fill(descriptor: int, content: bytes, file: Path, mode: int) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)
    file.chmod(mode)


@contextlib.contextmanager
def _removed_on_error(file: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _remove([file])
        raise


def _remove(files: Sequence[Path]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
