"""Where a file declares repositories: one by one, as those of workloads, and by plain names."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping

from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.workloads import BACKEND, WORKLOADS, BackendOptions, WorkloadOptions
from ecr_constructs.config.reading.translate import written
from ecr_constructs.core.names import check_logical_name, check_repository_name
from ecr_constructs.errors import KeyPath, Problem, key_of

__all__ = ["DECLARING", "REPOSITORIES", "Declaration", "declarations_of"]

REPOSITORIES, NAMES = "ecr_repositories", "repository_names"
DECLARING = (REPOSITORIES, BACKEND, *WORKLOADS, NAMES)
"""The keys of a file that declare repositories."""


@dataclasses.dataclass(frozen=True, slots=True)
class Declaration:
    """One repository as a file declares it, unchecked.

    Attributes:
        path: Where in the file.
        logical_name: Its name in addresses, outputs and parameters.
        said: Its options.
        model: What the options are to be read by.
        suffix: What follows the project in its name in ECR; None where the template makes the name.
        plain_name: Its name in ECR, where that is all that is said.
    """

    path: KeyPath
    logical_name: str
    said: object
    model: type[RepositoryOptions] = RepositoryOptions
    suffix: str | None = None
    plain_name: str | None = None


def declarations_of(
    data: Mapping[str, object], *, unread: Collection[KeyPath], problems: list[Problem]
) -> dict[str, Declaration]:
    """Return what a file declares, by logical name.

    Args:
        data: The file's content.
        unread: Paths of values that could not be read and need no further problem.
        problems: Gets what is wrong with the names and with the forms.
    """
    found: dict[str, Declaration] = {}
    for declaration in (
        *_entries(data, unread, problems),
        *_backend(data, problems),
        *(each for key in WORKLOADS for each in _workloads(data, key, unread, problems)),
        *_plain_names(data, unread, problems),
    ):
        name, first = declaration.logical_name, found.setdefault(declaration.logical_name, declaration)
        if first is not declaration:
            where = key_of(first.path)
            rule = f"must have a logical name of its own; {where} is {name} too"
            problems.append(Problem(declaration.path, "logical-name-taken", rule, "", "Rename one of the two."))
    return found


def _entries(data: Mapping[str, object], unread: Collection[KeyPath], problems: list[Problem]) -> Iterator[Declaration]:
    entries = data.get(REPOSITORIES, {})
    if not isinstance(entries, Mapping):
        fix = "Write one key per repository, with its options below it; {} for none."
        problems.append(Problem((REPOSITORIES,), "type", "must be a mapping", written(entries), fix))
        return
    for name, entry in sorted(entries.items()):
        path = (REPOSITORIES, name)
        problems += check_logical_name(name, *path)
        # An entry without options, `worker:`, is read as null.
        yield Declaration(path, name, {} if entry is None and path not in unread else entry)


def _backend(data: Mapping[str, object], problems: list[Problem]) -> Iterator[Declaration]:
    said = data.get(BACKEND, False)
    if said is False:
        return
    if said is True or isinstance(said, Mapping):
        yield Declaration((BACKEND,), BACKEND, {} if said is True else said, BackendOptions, suffix=BACKEND)
    else:
        fix = "Write true for a repository with the defaults, or its options below the key."
        problems.append(Problem((BACKEND,), "type", "must be true, false or a mapping", written(said), fix))


def _workloads(
    data: Mapping[str, object], key: str, unread: Collection[KeyPath], problems: list[Problem]
) -> Iterator[Declaration]:
    for path, item in _items(data, key, problems):
        name, said = item, item
        if isinstance(item, Mapping):
            name = item.get("name")
        elif isinstance(item, str):
            problems += (wrong := check_logical_name(item, *path))
            said = {"name": "unnamed" if wrong else item}
        if isinstance(name, str):
            suffix = f"{WORKLOADS[key]}_{name}"
            yield Declaration(path, suffix, said, WorkloadOptions, suffix=suffix)
        elif path not in unread:
            yield from _without_name(path, said, problems)


def _without_name(path: KeyPath, said: object, problems: list[Problem]) -> Iterator[Declaration]:
    fix = "Write the name of the workload, or name: and its options."
    if not isinstance(said, Mapping):
        problems.append(Problem(path, "type", "must be a name or a mapping", written(said), fix))
        return
    # Its other options are checked all the same; the path stands for the name that nobody knows.
    yield Declaration(path, f"{path[0]}-{path[1]}", said, WorkloadOptions, suffix="unnamed")


def _plain_names(
    data: Mapping[str, object], unread: Collection[KeyPath], problems: list[Problem]
) -> Iterator[Declaration]:
    for path, name in _items(data, NAMES, problems):
        if isinstance(name, str):
            problems += check_repository_name(name, *path)
            yield Declaration(path, name, {}, plain_name=name)
        elif path not in unread:
            fix = "Write the repository's name in ECR."
            problems.append(Problem(path, "type", "must be text", written(name), fix))


def _items(data: Mapping[str, object], key: str, problems: list[Problem]) -> Iterator[tuple[KeyPath, object]]:
    items = data.get(key, [])
    if isinstance(items, list):
        yield from (((key, index), item) for index, item in enumerate(items))
    else:
        fix = "Write each entry on a line of its own, after '- '."
        problems.append(Problem((key,), "type", "must be a list", written(items), fix))
