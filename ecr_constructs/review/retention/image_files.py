"""`--images DIR`: which file of a directory has the images of which repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ecr_constructs.errors import Problem, file_name, nearest, show
from ecr_constructs.lifecycle.listing import Listing, read_listing
from ecr_constructs.lifecycle.texts import text_of
from ecr_constructs.review.change import Change, EnvironmentPair

__all__ = ["Repository", "image_files", "read_image_file"]

OPTION = "--images"
_SUFFIX = ".json"
_FORM = "Name it ENV/REPOSITORY.json, by the name in the file or in ECR, with folders in the place of '/'."


class Repository(NamedTuple):
    """A repository of an environment, by its logical name as it is to be."""

    environment: str
    logical_name: str


_Known: TypeAlias = Mapping[str, Mapping[str, str]]


def image_files(change: Change, directory: Path) -> tuple[dict[Repository, Path], list[Problem]]:
    """Return the file of each repository, and a problem for each file that is nobody's.

    Files whose name begins with a dot are left alone.

    Args:
        change: Has the repositories, those that it removes as well.
        directory: The directory.
    """
    if not directory.is_dir():
        rule, fix = "must be a directory with a file for each repository", _FORM
        return {}, [Problem((OPTION,), "images-directory", rule, show(str(directory)), fix)]
    known = {pair.name: _names(pair) for pair in change.environments}
    found: dict[Repository, Path] = {}
    problems: list[Problem] = []
    for file in sorted(each for each in directory.rglob("*") if each.is_file() and not each.name.startswith(".")):
        written = file.relative_to(directory).as_posix()
        owner = _owner(written, known) if written.endswith(_SUFFIX) else _unknown(written, "must be a .json file")
        if isinstance(owner, Problem):
            problems.append(owner)
        elif owner in found:
            rule = f"must have one file for {owner.logical_name} of {owner.environment}"
            other = found[owner].relative_to(directory).as_posix()
            got = f"{show(other)} and {show(written)}"
            problems.append(Problem((OPTION,), "images-directory", rule, got, "Remove one of the two."))
        else:
            found[owner] = file
    return found, problems


def read_image_file(file: Path) -> tuple[Listing, list[Problem]]:
    """Return the images that a file lists, and every problem of it."""
    text, problems = text_of(file, OPTION)
    if problems:
        return Listing(), problems
    listing, problems = read_listing(text)
    return listing, [each.at(file_name(file)) for each in problems]


def _names(pair: EnvironmentPair) -> dict[str, str]:
    """Return the logical name as it is to be of each repository, by all of its names; those to be go first."""
    names: dict[str, str] = {}
    for is_former in (False, True):
        for each in pair.made:
            repository = each.before if is_former else each.after
            if repository is not None:
                names.setdefault(repository.logical_name, each.logical_name)
                names.setdefault(repository.repository_name, each.logical_name)
    return names


def _owner(written: str, known: _Known) -> Repository | Problem:
    name = written.removesuffix(_SUFFIX)
    environment, _, within = name.partition("/")
    if within in known.get(environment, {}):
        return Repository(environment, known[environment][within])
    owners = [Repository(env, names[name]) for env, names in known.items() if name in names]
    if len(owners) == 1:
        return owners[0]
    if owners:
        rule = f"must be of one environment: {' and '.join(each.environment for each in owners)} have it"
        return Problem((OPTION,), "images-directory", rule, show(written), "Put it into the folder of one of them.")
    return _unknown(written, "must have the name of a repository", _meant(environment, within, name, known))


def _unknown(written: str, rule: str, fix: str = "") -> Problem:
    return Problem((OPTION,), "images-directory", rule, show(written), fix or _FORM)


def _meant(environment: str, within: str, name: str, known: _Known) -> str:
    """Return `Did you mean 'x'?` for what a name was probably meant to be, or nothing."""
    if environment in known:
        return nearest(within, known[environment])
    return nearest(name, {each for names in known.values() for each in names})
