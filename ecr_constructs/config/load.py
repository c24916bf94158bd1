"""Reading environment files: all of them, and every problem at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.parse import parse_environment
from ecr_constructs.config.reader import YamlDocument, read_yaml
from ecr_constructs.config.together import check_environments_together
from ecr_constructs.errors import Problem, raise_problems

__all__ = ["DIRECTORY_VARIABLE", "environments_directory", "load_environments"]

DIRECTORY_VARIABLE = "ECR_ENVIRONMENTS_DIR"
"""Environment variable that names the directory of the files."""

_SUFFIX = ".yaml"


def environments_directory() -> Path:
    """Return the directory of the environment files: `ECR_ENVIRONMENTS_DIR`, default `environments`."""
    return Path(os.environ.get(DIRECTORY_VARIABLE) or "environments")


def load_environments(directory: Path | None = None) -> list[Environment]:
    """Read every `*.yaml` of a directory.

    Args:
        directory: Where they are; default `environments_directory()`.

    Returns:
        The environments, sorted by name.

    Raises:
        InvalidInput: Any file breaks any rule; it names them all, with file and line.
    """
    problems: list[Problem] = []
    documents: dict[str, YamlDocument] = {}
    environments: dict[str, Environment] = {}
    for file in _files(directory or environments_directory(), problems):
        document = documents[file.as_posix()] = read_yaml(file)
        environment, found = _parse(document, file_stem=file.stem)
        problems += found
        # What a wrong key has been replaced by must not collide with anything.
        if environment is not None and not found:
            environments[document.file] = environment
    shared = check_environments_together(environments)
    problems += [documents[file].locate(problem) for file, problem in shared]
    raise_problems(_unique(problems))
    return sorted(environments.values(), key=lambda environment: environment.name)


def _parse(document: YamlDocument, *, file_stem: str) -> tuple[Environment | None, list[Problem]]:
    """Return the environment that a file declares, and every problem in it in the order of the lines."""
    if document.data is None:
        return None, document.problems
    environment, found = parse_environment(document.data, file_stem=file_stem, unread=document.unread)
    found.sort(key=lambda problem: document.line(problem.path) or 0)
    return environment, [*document.problems, *map(document.locate, found)]


def _files(directory: Path, problems: list[Problem]) -> list[Path]:
    name = directory.as_posix()
    try:
        entries = sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    except OSError as error:
        fix = f"Make it, or set {DIRECTORY_VARIABLE} to the directory of the environment files."
        got = error.strerror or str(error)
        problems.append(Problem((), "directory", "must be a directory that can be read", got, fix, name))
        return []
    for path in entries:
        if path.suffix == ".yml":
            fix = f"Rename it to {path.stem}{_SUFFIX}."
            problems.append(Problem((), "file-suffix", f"must end in {_SUFFIX}", "'.yml'", fix, path.as_posix()))
    files = [path for path in entries if path.suffix == _SUFFIX]
    if not files and not problems:
        fix = "Add one file per environment, such as dev.yaml."
        problems.append(Problem((), "directory", f"must hold {_SUFFIX} files", "no such file", fix, name))
    return files


def _unique(problems: Iterable[Problem]) -> list[Problem]:
    """Return each problem once: one of the defaults shows in every repository."""
    return list(dict.fromkeys(problems))
