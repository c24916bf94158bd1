"""Reading environment files: all of them, and every problem at once."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ecr_constructs.config.between import check_environments, with_relations
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.reading.parse import parse_environment
from ecr_constructs.config.reading.reader import YamlDocument, read_yaml
from ecr_constructs.config.sources import Located
from ecr_constructs.errors import KeyPath, Problem, raise_problems

__all__ = ["DIRECTORY_VARIABLE", "Project", "environments_directory", "load_environments", "load_project"]

DIRECTORY_VARIABLE = "ECR_ENVIRONMENTS_DIR"
"""Environment variable that names the directory of the files."""

_SUFFIX = ".yaml"


@dataclasses.dataclass(frozen=True)
class Project:
    """Every environment of a directory, and where its file says what.

    Attributes:
        environments: The environments, sorted by name.
        documents: The file of each environment as it was read, by the environment's name.
    """

    environments: tuple[Environment, ...]
    documents: Mapping[str, YamlDocument]

    def file(self, env: str) -> str:
        """Return the file of an environment."""
        return self.documents[env].file

    def where(self, env: str, path: KeyPath) -> str:
        """Return `file:line` of a path in the file of an environment, or of the innermost part of it that is there."""
        return self.documents[env].locate(Problem(path, "", "")).source


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
    return list(load_project(directory).environments)


def load_project(directory: Path | None = None) -> Project:
    """Read every `*.yaml` of a directory, as `load_environments` does, and keep where everything is said."""
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

    def where(file: str, path: KeyPath) -> str:
        line = documents[file].line(path)
        return file if line is None else f"{file}:{line}"

    shared: list[Located] = []
    all_known = len(environments) == len(documents)
    environments = with_relations(environments, where=where, all_known=all_known, problems=shared)
    shared += check_environments(environments, where=where, all_known=all_known)
    problems += [documents[file].locate(problem) for file, problem in shared]
    raise_problems(_unique(problems))
    return Project(
        environments=tuple(sorted(environments.values(), key=lambda environment: environment.name)),
        documents={environment.name: documents[file] for file, environment in environments.items()},
    )


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
