"""What is right in an environment file and has to be seen all the same: renames, adoptions, replacements allowed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.declared import DEFAULTS, DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.errors import KeyPath, key_of

__all__ = ["Notice", "declared_notices", "place_of"]


@dataclasses.dataclass(frozen=True, slots=True)
class Notice:
    """One thing that is to be seen.

    Attributes:
        path: Keys from the top of the file inward.
        code: Stable identifier: `renamed`, `adopted`, `replacement-allowed`, `repository-replaced` or
            `repository-destroyed`.
        text: What Terraform will do, or may, as a sentence.
        is_warning: Whether images may be deleted by it.
        env: Name of the environment.
        source: `file:line` of the path.
    """

    path: KeyPath
    code: str
    text: str
    is_warning: bool = False
    env: str = ""
    source: str = ""

    def at(self, env: str, source: str) -> Notice:
        """Return the same notice with the environment, and the place where its path starts."""
        return dataclasses.replace(self, env=env, source=source)

    @property
    def key(self) -> str:
        """The path as it is written in messages."""
        return key_of(self.path)

    def __str__(self) -> str:
        where = "".join(f"{part}: " for part in (self.source, self.key) if part)
        return f"{where}{self.text} [{self.code}]"


def declared_notices(environment: Environment) -> Iterator[Notice]:
    """Return what a file says that is to be seen, with paths from its top; what the defaults say is one notice."""
    for name, repository in environment.made.items():
        if (former := repository.options.renamed_from) is not None:
            text = f"{name} was {former}: Terraform moves what its state has of it."
            yield Notice(place_of(repository, "renamed_from"), "renamed", text)
    for path, repositories in _by_place(environment, "allow_replacement").items():
        text = f"{_names(repositories)} may be replaced, which deletes the images."
        yield Notice(path, "replacement-allowed", text, is_warning=True)
    for path, repositories in _by_place(environment, "adopt").items():
        parts = ", ".join(repositories[0].options.adopt)
        yield Notice(path, "adopted", f"{_names(repositories)}: what exists in AWS is imported ({parts}).")


def place_of(repository: DeclaredRepository, key: str) -> KeyPath:
    """Return where an option of a repository is said: by itself, or by the defaults; else the repository's place."""
    if key in repository.own_keys:
        return (*repository.path, key)
    return (DEFAULTS, key) if key in repository.options.model_fields_set else repository.path


def _by_place(environment: Environment, key: str) -> dict[KeyPath, list[DeclaredRepository]]:
    """Return the repositories for which an option is switched on, by the place that does it."""
    found: dict[KeyPath, list[DeclaredRepository]] = {}
    for repository in environment.made.values():
        if getattr(repository.options, key):
            found.setdefault(place_of(repository, key), []).append(repository)
    return found


def _names(repositories: list[DeclaredRepository]) -> str:
    return repositories[0].logical_name if len(repositories) == 1 else f"{len(repositories)} repositories"
