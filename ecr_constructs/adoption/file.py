"""A changed environment file: checked together with all others, and written in one step."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import tempfile
from pathlib import Path

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput, OperationError, Problem, file_name

__all__ = ["load_with", "write_in_one_step"]


def load_with(directory: Path, name: str, text: str) -> list[Environment]:
    """Load every environment as if one of the files held another text; nothing is written there.

    Args:
        directory: Where the files are.
        name: The file's name in it.
        text: The text.

    Raises:
        InvalidInput: Any file breaks any rule, as of `load_environments`.
    """
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(folder)
        for file in directory.iterdir():
            if file.suffix.lower() in (".yaml", ".yml") and file.is_file():
                (tried / file.name).write_bytes(text.encode() if file.name == name else file.read_bytes())
        try:
            return load_environments(tried)
        except InvalidInput as error:
            places = (tried / name).as_posix(), (directory / name).as_posix()
            before, after = (place.removesuffix(name) for place in places)
            raise InvalidInput(_moved(problem, before, after) for problem in error.problems) from None


def write_in_one_step(file: Path, text: str) -> None:
    """Replace what a file holds, so that at every moment it holds the old text or the new one, whole.

    Raises:
        OperationError: It cannot be written; it holds the old text.
    """
    target = file.resolve()  # a link stays one
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as output:
            output.write(text.encode())
            output.flush()
            os.fsync(output.fileno())
        Path(temporary).chmod(target.stat().st_mode)
        Path(temporary).replace(target)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise OperationError(f"{file_name(file)} cannot be written ({error.strerror}); nothing was changed.") from None


def _moved(problem: Problem, before: str, after: str) -> Problem:
    """Return a problem that names files in their own place."""
    texts = {name: getattr(problem, name) for name in ("source", "rule", "got", "fix")}
    return dataclasses.replace(problem, **{name: text.replace(before, after) for name, text in texts.items()})
