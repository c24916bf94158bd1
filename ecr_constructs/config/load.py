"""Reading environment files: all of them, and every problem at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ecr_constructs.config.checks import REPOSITORIES
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.parse import parse_environment
from ecr_constructs.config.reader import YamlDocument, read_yaml
from ecr_constructs.core.ssm import MOST_STANDARD_PARAMETERS, PARAMETERS, PublishedPaths
from ecr_constructs.errors import Problem, raise_problems, show

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
    directory = directory or environments_directory()
    problems: list[Problem] = []
    environments: dict[Environment, YamlDocument] = {}
    for file in _files(directory, problems):
        try:
            document = read_yaml(file)
        except OSError as error:
            reason = error.strerror or str(error)
            problems.append(Problem((), "file", f"must be readable ({reason})", "", "Check it.", file.as_posix()))
            continue
        problems += document.problems
        if document.data is None:
            continue
        environment, found = parse_environment(document.data, file_stem=file.stem)
        problems += [document.locate(problem) for problem in found]
        if environment is not None:
            environments[environment] = document
    problems += _check_shared_registries(environments)
    raise_problems(_unique(problems))
    return sorted(environments, key=lambda environment: environment.name)


def _files(directory: Path, problems: list[Problem]) -> list[Path]:
    name = directory.as_posix()
    if not directory.is_dir():
        fix = f"Make it, or set {DIRECTORY_VARIABLE} to the directory of the environment files."
        problems.append(Problem((), "directory", "must be a directory", "none", fix, name))
        return []
    entries = sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    problems += [
        Problem(
            (),
            "file-suffix",
            f"must end in {_SUFFIX}",
            show(path.suffix),
            f"Rename it to {path.stem}{_SUFFIX}.",
            str(path),
        )
        for path in entries
        if path.suffix == ".yml"
    ]
    files = [path for path in entries if path.suffix == _SUFFIX]
    if not files and not problems:
        fix = "Add one file per environment, such as dev.yaml."
        problems.append(Problem((), "directory", f"must hold {_SUFFIX} files", "none", fix, name))
    return files


def _check_shared_registries(environments: Mapping[Environment, YamlDocument]) -> Iterator[Problem]:
    """Check what environments of one account and region share: the parameters of Parameter Store."""
    shared: dict[tuple[str, str], PublishedPaths] = {}
    for environment, document in environments.items():
        settings = environment.settings
        if settings.account_id is None:
            continue
        published = shared.setdefault((settings.account_id, settings.region), PublishedPaths())
        already = len(published)
        for name, repository in environment.repositories.items():
            path = repository.ssm_path
            taken = None if path is None else published.add(path, f"{document.file}: {name}")
            if taken is not None and not taken.startswith(f"{document.file}: "):
                rule = f"must not collide with the parameters of {taken}, in the same account and region"
                fix = "Give one environment another ecr_ssm_prefix, such as /ecr/{env}."
                problem = Problem((REPOSITORIES, name), "ssm-collision", rule, show(path), fix)
                yield document.locate(problem)
        if already and len(published) > MOST_STANDARD_PARAMETERS >= already:
            rule = (
                f"must come to at most {MOST_STANDARD_PARAMETERS:,} Standard parameters, "
                "with the other environments of the same account and region"
            )
            fix = f"Set publish_to_ssm: false where nobody reads them; each repository has {len(PARAMETERS)}."
            yield document.locate(Problem((REPOSITORIES,), "ssm-limit", rule, f"{len(published):,}", fix))


def _unique(problems: Iterable[Problem]) -> list[Problem]:
    """Return each problem once: one of the defaults shows in every repository."""
    return list(dict.fromkeys(problems))
