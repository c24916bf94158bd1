"""Reading environment files: all of them, and every problem at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from types import MappingProxyType

from ecr_constructs.config.directory import DIRECTORY_VARIABLE, SUFFIX, environments_directory
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.reading.parse import parse_environment
from ecr_constructs.config.reading.reader import YamlDocument, read_yaml
from ecr_constructs.config.relations import Environments, Located, relate
from ecr_constructs.config.rules import BETWEEN_ENVIRONMENTS
from ecr_constructs.config.rules.acknowledgements import divide_acknowledged
from ecr_constructs.errors import KeyPath, Problem, file_name, raise_problems, show

__all__ = [
    "DIRECTORY_VARIABLE",
    "SUFFIX",
    "Project",
    "environment_files",
    "environment_files_among",
    "environments_directory",
    "load_environments",
    "load_file",
    "load_project",
    "parse_document",
    "project_of",
    "related",
]

_SUFFIXES_OF_YAML = (".yaml", ".yml")


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
        document = self.documents[env]
        line = document.line(path)
        return document.file if line is None else f"{document.file}:{line}"


def load_environments(directory: Path | str | None = None) -> list[Environment]:
    """Read every `*.yaml` of a directory.

    Args:
        directory: Where they are; default `environments_directory()`.

    Returns:
        The environments, sorted by name.

    Raises:
        InvalidInput: Any file breaks any rule; it names them all, with file and line.
    """
    return list(load_project(directory).environments)


def load_project(directory: Path | str | None = None) -> Project:
    """Read every `*.yaml` of a directory, as `load_environments` does, and keep where everything is said."""
    files, problems = environment_files(Path(directory or environments_directory()))
    documents = {file_name(file): read_yaml(file) for file in files}
    return project_of(documents, problems)


def load_file(file: Path | str) -> Environment:
    """Read one file by itself, as if there were no other environments.

    Args:
        file: The file.

    Raises:
        InvalidInput: It breaks any rule.
    """
    path = Path(file)
    (environment,) = project_of({file_name(path): read_yaml(path)}).environments
    return environment


def project_of(
    documents: Mapping[str, YamlDocument],
    of_directory: Iterable[Problem] = (),
    *,
    known: Mapping[str, Environment] = MappingProxyType({}),
) -> Project:
    """Return the environments that files declare, after every check.

    Args:
        documents: The files as they were read, by their names.
        of_directory: What is wrong with their directory.
        known: The environments of files that were found right before, by their names: these are not judged again one by
            one, only together with the others.

    Raises:
        InvalidInput: Any file breaks any rule.
    """
    problems = list(of_directory)
    by_file: dict[str, Environment] = {}
    for file, document in documents.items():
        environment, errors = (known[file], []) if file in known else parse_document(document)
        problems += errors
        # What a wrong key has been replaced by must not collide with anything.
        if environment is not None and not errors:
            by_file[file] = environment
    environments, shared = related(by_file, documents)
    for rule in BETWEEN_ENVIRONMENTS:
        shared += rule(environments)
    problems += [documents[file].locate(each) for file, each in shared if each.severity == "error"]
    raise_problems(_unique(problems))
    noted = [
        _with_notices(environment, documents[file], [notice for of, notice in shared if of == file])
        for file, environment in environments.by_file.items()
    ]
    return Project(
        environments=tuple(sorted(noted, key=lambda environment: environment.name)),
        documents={environment.name: documents[environment.file] for environment in noted},
    )


def related(
    by_file: Mapping[str, Environment], documents: Mapping[str, YamlDocument]
) -> tuple[Environments, list[Located]]:
    """Return environments with what they know of each other, and what is wrong with that.

    Args:
        by_file: The environments by file; those of files with problems may be left out.
        documents: All files.
    """

    def where(file: str, path: KeyPath) -> str:
        line = documents[file].line(path)
        return file if line is None else f"{file}:{line}"

    return relate(Environments(by_file, where, all_known=len(by_file) == len(documents)))


def parse_document(document: YamlDocument, *, judged: bool = True) -> tuple[Environment | None, list[Problem]]:
    """Return the environment that a file declares, and every problem in it in the order of the lines.

    Args:
        document: The file.
        judged: Whether the rules are applied as well, or only the types of values.
    """
    if document.data is None:
        return None, document.problems
    environment, found = parse_environment(document.data, file=document.file, unread=document.unread, judged=judged)
    found.sort(key=lambda problem: document.line(problem.path) or 0)
    return environment, [*document.problems, *map(document.locate, found)]


def _with_notices(environment: Environment, document: YamlDocument, shared: Iterable[Problem]) -> Environment:
    """Return an environment with what is to be seen of it, each once, with file and line."""
    found = (*environment.notices, *shared)
    shown, acknowledged = (_unique(map(document.locate, each)) for each in divide_acknowledged(environment, found))
    return dataclasses.replace(environment, notices=tuple(shown), acknowledged=tuple(acknowledged))


def environment_files(directory: Path) -> tuple[list[Path], list[Problem]]:
    """Return the environment files of a directory, sorted by name, and what keeps others from being that."""
    name = file_name(directory)
    try:
        entries = sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    except OSError as error:
        fix = f"Make it, or set {DIRECTORY_VARIABLE} to the directory of the environment files."
        got = error.strerror or str(error)
        return [], [Problem((), "directory", "must be a directory that can be read", got, fix, name)]
    return environment_files_among(entries, name)


def environment_files_among(paths: Iterable[Path], directory: str) -> tuple[list[Path], list[Problem]]:
    """Return which of the files of a directory are environment files, and what keeps others from being that.

    Args:
        paths: The files, sorted by name.
        directory: What messages call the directory.
    """
    entries = list(paths)
    problems = [
        Problem((), "file-suffix", f"must end in {SUFFIX}", show(path.suffix), _renamed(path), file_name(path))
        for path in entries
        if path.suffix != SUFFIX and path.suffix.lower() in _SUFFIXES_OF_YAML
    ]
    files = [path for path in entries if path.suffix == SUFFIX]
    if not files and not problems:
        fix = "Add one file per environment, such as dev.yaml."
        problems.append(Problem((), "directory", f"must hold {SUFFIX} files", "no such file", fix, directory))
    return files, problems


def _renamed(path: Path) -> str:
    return f"Rename it to {file_name(PurePath(path.stem))}{SUFFIX}."


def _unique(problems: Iterable[Problem]) -> list[Problem]:
    """Return each problem once: one of the defaults shows in every repository."""
    return list(dict.fromkeys(problems))
