"""Where a file declares repositories: one by one, as those of workloads, and by plain names."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping

from ecr_constructs.config.model.file import NAMES, REPOSITORIES
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.workloads import BACKEND, WORKLOADS, BackendOptions, WorkloadOptions
from ecr_constructs.config.reading.translate import example_of, written
from ecr_constructs.core.names import check_logical_name, check_repository_name
from ecr_constructs.errors import KeyPath, Problem, key_of

__all__ = ["Declaration", "declarations_of"]


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
    data: Mapping[str, object], *, unread: Collection[KeyPath]
) -> tuple[dict[str, Declaration], list[Problem]]:
    """Return what a file declares by logical name, and what is wrong with the names and with the forms.

    Args:
        data: The file's content.
        unread: Paths of values that could not be read and need no further problem.
    """
    found: dict[str, Declaration] = {}
    problems: list[Problem] = []
    for each in (
        *_entries(data, unread),
        *_backend(data),
        *(each for key in WORKLOADS for each in _workloads(data, key, unread)),
        *_plain_names(data, unread),
    ):
        if isinstance(each, Problem):
            problems.append(each)
            continue
        name, first = each.logical_name, found.setdefault(each.logical_name, each)
        if first is not each:
            rule = f"must have a logical name of its own; {key_of(first.path)} is {name} too"
            problems.append(Problem(each.path, "logical-name-taken", rule, "", "Rename one of the two."))
    return found, problems


_Found = Iterator[Declaration | Problem]


def _entries(data: Mapping[str, object], unread: Collection[KeyPath]) -> _Found:
    entries = data.get(REPOSITORIES, {})
    if not isinstance(entries, Mapping):
        fix = f"Write one key per repository, as in {{web: {example_of(RepositoryOptions)}}}; {{}} for none."
        yield Problem((REPOSITORIES,), "type", "must be a mapping", written(entries), fix)
        return
    for name, entry in sorted(entries.items()):
        path = (REPOSITORIES, name)
        yield from check_logical_name(name, *path)
        # An entry without options, `worker:`, is read as null.
        yield Declaration(path, name, {} if entry is None and path not in unread else entry)


def _backend(data: Mapping[str, object]) -> _Found:
    said = data.get(BACKEND, False)
    if said is False:
        return
    if said is True or isinstance(said, Mapping):
        yield Declaration((BACKEND,), BACKEND, {} if said is True else said, BackendOptions, suffix=BACKEND)
    else:
        fix = f"Write true for a repository with the defaults, or its options, as in {example_of(BackendOptions)}."
        yield Problem((BACKEND,), "type", "must be true, false or a mapping", written(said), fix)


def _workloads(data: Mapping[str, object], key: str, unread: Collection[KeyPath]) -> _Found:
    for each in _items(data, key):
        if isinstance(each, Problem):
            yield each
            continue
        path, item = each
        name, said = item, item
        if isinstance(item, Mapping):
            name = item.get("name")
        elif isinstance(item, str):
            wrong = check_logical_name(item, *path)
            yield from wrong
            said = {"name": "unnamed" if wrong else item}
        if isinstance(name, str):
            suffix = f"{WORKLOADS[key]}_{name}"
            yield Declaration(path, suffix, said, WorkloadOptions, suffix=suffix)
        elif path not in unread:
            yield _without_name(path, said)


def _without_name(path: KeyPath, said: object) -> Declaration | Problem:
    if not isinstance(said, Mapping):
        fix = f"Write the name of the workload, or that and its options, as in {example_of(WorkloadOptions)}."
        return Problem(path, "type", "must be a name or a mapping", written(said), fix)
    # Its other options are checked all the same; the path stands for the name that nobody knows.
    return Declaration(path, f"{path[0]}-{path[1]}", said, WorkloadOptions, suffix="unnamed")


def _plain_names(data: Mapping[str, object], unread: Collection[KeyPath]) -> _Found:
    for each in _items(data, NAMES):
        if isinstance(each, Problem):
            yield each
            continue
        path, name = each
        if isinstance(name, str):
            yield from check_repository_name(name, *path)
            yield Declaration(path, name, {}, plain_name=name)
        elif path not in unread:
            fix = "Write the repository's name in ECR."
            yield Problem(path, "type", "must be text", written(name), fix)


def _items(data: Mapping[str, object], key: str) -> Iterator[tuple[KeyPath, object] | Problem]:
    items = data.get(key, [])
    if isinstance(items, list):
        yield from (((key, index), item) for index, item in enumerate(items))
    else:
        fix = "Write each entry on a line of its own, after '- '."
        yield Problem((key,), "type", "must be a list", written(items), fix)
