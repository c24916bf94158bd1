"""What the argument of a command names: an environment, however it is written.

`dev`, `dev.yaml` and `environments/dev.yaml` are the same one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ecr_constructs.config.load import DIRECTORY_VARIABLE, SUFFIX
from ecr_constructs.errors import Problem, file_name, nearest, show

__all__ = ["named_environment", "named_file", "unknown_environment"]

_CODE = "environment-known"


def named_environment(text: str, directory: Path) -> tuple[str, list[Problem]]:
    """Return the environment that an argument names, and why it names none; whether there is one, the files say.

    Args:
        text: Its name, its file's, or the path of its file.
        directory: Where the environment files are.
    """
    path = Path(text)
    if path.suffix != SUFFIX:
        return text, []
    if text == path.name or path.parent.resolve() == directory.resolve():
        return path.stem, []
    rule, fix = f"must be a file of {file_name(directory)}", f"Set {DIRECTORY_VARIABLE} to the directory of that file."
    return path.stem, [Problem(("ENV",), _CODE, rule, show(text), fix)]


def named_file(text: str, directory: Path) -> tuple[Path, list[Problem]]:
    """Return the file that an argument names, and why it names none.

    Args:
        text: The path of a file, or what names an environment. A name that is both is the environment's: the file of
            that name in the current folder is `./dev`.
        directory: Where the environment files are.
    """
    path = Path(text)
    if text != path.name:
        return path, []
    if path.suffix:
        # Where neither is there, it is the one that was written.
        return (directory / path if (directory / path).is_file() and not path.exists() else path), []
    of_environment = directory / f"{text}{SUFFIX}"
    if of_environment.is_file() or path.exists():
        return (of_environment if of_environment.is_file() else path), []
    known = [each.stem for each in sorted(directory.glob(f"*{SUFFIX}"))]
    fix = nearest(text, known) or f"The environments of {file_name(directory)} are: {', '.join(known) or 'none'}."
    return path, [Problem(("FILE",), _CODE, "must be an environment or a file", show(text), fix)]


def unknown_environment(
    text: str, known: Iterable[str], *, argument: str = "ENV", rule: str = "must be one of"
) -> Problem:
    """Return that an argument names none of the environments, with the nearest one.

    Args:
        text: What was written.
        known: Those that there are.
        argument: What the argument is called.
        rule: What it must be, before the list of them.
    """
    names = list(known)
    return Problem((argument,), _CODE, f"{rule}: {', '.join(names)}", show(text), nearest(text, names))
