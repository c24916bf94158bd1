"""The two sides of a change, read: revisions of git, directories, and what is in the working tree."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from ecr_constructs.changes.revisions import GitError, Revision, WorkTree
from ecr_constructs.config.directory import SUFFIX
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import environment_files, parse_document, project_of, related
from ecr_constructs.config.reading.content import file_content
from ecr_constructs.config.reading.reader import YamlDocument, parse_yaml
from ecr_constructs.errors import OperationError, Problem, file_name, raise_problems, show
from ecr_constructs.review.change import Change, Side
from ecr_constructs.terminal.findings import file_and_line

__all__ = ["Files", "base_files", "change_between", "files_of", "head_files"]

_CODE = "review-side"
# What CI says of the branch that a change goes to: GitHub of a pull request, GitLab of a merge request.
_TARGETS = ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")


@dataclasses.dataclass(frozen=True, slots=True)
class Files:
    """The environment files of one side, not yet read.

    Attributes:
        name: What the side is called.
        contents: What the files hold, by their names as messages have them.
        problems: What keeps files from being read.
    """

    name: str
    contents: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()


def base_files(named: str | None, directory: Path) -> Files:
    """Return the environment files that a change is compared with.

    Args:
        named: A directory, or a revision of git; None for where the working tree left the branch that it goes to.
        directory: Where the environment files are now.

    Raises:
        InvalidInput: What is named is neither.
        OperationError: Git cannot tell it.
    """
    if named is not None:
        return files_of(named, directory, argument="BASE")
    try:
        tree = WorkTree.around(directory)
        return _at(tree, _merge_base(tree), directory)
    except GitError as error:
        raise OperationError(
            f"What to compare with is not known: {error}. Name BASE, a revision or a directory."
        ) from None


def head_files(named: str | None, directory: Path) -> Files:
    """Return the environment files that a change ends with; those of the working tree unless something is named."""
    return (
        _in_directory(directory, "the working tree") if named is None else files_of(named, directory, argument="HEAD")
    )


def files_of(named: str, directory: Path, *, argument: str) -> Files:
    """Return the environment files of a directory or a revision.

    What is both is neither: a change that brings a directory of the base's name must not say itself what it is compared
    with. A path that begins or ends as one is a directory alone.

    Raises:
        InvalidInput: It is neither, or both.
    """
    is_directory = bool(named) and Path(named).is_dir()
    if is_directory and (named.startswith((".", "/")) or named.endswith("/") or Path(named).is_absolute()):
        return _in_directory(Path(named), file_name(Path(named)))
    try:
        tree = WorkTree.around(directory)
        revision = tree.revision(named)
        if is_directory:
            fix = f"Write ./{named} for the directory, or another name of the revision, such as refs/heads/{named}."
            raise_problems(
                [Problem((argument,), _CODE, "must be a directory or a revision, not both", show(named), fix)]
            )
        return _at(tree, revision, directory)
    except GitError as error:
        if is_directory:
            return _in_directory(Path(named), file_name(Path(named)))
        rule = "must be a directory, or a revision of git"
        fix = "Such as main, HEAD~1 or a tag; in a shallow clone, fetch it first."
        raise_problems([Problem((argument,), _CODE, rule, f"{show(named)} ({error})", fix)])
        raise


def change_between(base: Files, head: Files) -> tuple[Change, list[Problem]]:
    """Return a change, and why files of the base are not compared.

    Files that are the same on both sides are read once, and not judged again.

    Raises:
        InvalidInput: The files of the head break any rule.
    """
    before = {name: parse_yaml(content, name) for name, content in base.contents.items()}
    parsed = {name: parse_document(document, judged=False) for name, document in before.items()}
    right = {
        name: environment for name, (environment, wrong) in parsed.items() if environment is not None and not wrong
    }
    environments, shared = related(right, before)
    broken = [each for _, wrong in parsed.values() for each in wrong]
    broken += [before[file].locate(each) for file, each in shared if each.severity == "error"]

    same = {name: former for name in head.contents if (former := _former(name, head, base)) in right}
    documents: dict[str, YamlDocument] = {}
    for name, content in head.contents.items():
        former = same.get(name)
        documents[name] = (
            parse_yaml(content, name) if former is None else dataclasses.replace(before[former], file=name)
        )
    known = {name: dataclasses.replace(right[former], file=name) for name, former in same.items() if former}
    project = project_of(documents, head.problems, known=known)

    there = {each.name: each for each in environments.by_file.values()}
    to_be = {each.name: each for each in project.environments}
    change = Change(
        base=Side(base.name, there, {name: before[each.file] for name, each in there.items()}),
        head=Side(head.name, to_be, project.documents),
        same=_unchanged(there, to_be, set(same)),
        uncompared=_names([*base.problems, *broken]),
    )
    return change, [*base.problems, *broken]


def _names(problems: Iterable[Problem]) -> frozenset[str]:
    """Return the environments whose files have problems: a file has the name of its environment."""
    return frozenset(PurePosixPath(file_and_line(each)[0]).stem for each in problems)


def _former(name: str, head: Files, base: Files) -> str | None:
    """Return the file of the base that holds the same and is called the same; directories may differ."""
    content = head.contents[name]
    if base.contents.get(name) == content:
        return name
    file = PurePosixPath(name).name
    return next(
        (each for each, held in base.contents.items() if PurePosixPath(each).name == file and held == content), None
    )


def _unchanged(before: Mapping[str, Environment], after: Mapping[str, Environment], same: set[str]) -> frozenset[str]:
    """Return the environments that are the same on both sides, and so is all that they know of others."""
    found = {name for name, each in after.items() if each.file in same and name in before}
    while True:
        kept = {name for name in found if _knows_the_same(before[name], after[name], found)}
        if kept == found:
            return frozenset(found)
        found = kept


def _knows_the_same(before: Environment, after: Environment, unchanged: set[str]) -> bool:
    one, other = before.source, after.source
    if (one is None) is not (other is None):
        return False
    if one is not None and other is not None:
        names = {None if each.environment is None else each.environment.name for each in (one, other)}
        if (one.account_id, one.region) != (other.account_id, other.region) or len(names) > 1:
            return False
        if not names <= {None, *unchanged}:
            return False
    keys = ("replicated", "scanned_beside", "names_beside", "forwards")
    return all(getattr(before, key) == getattr(after, key) for key in keys)


def _in_directory(directory: Path, name: str) -> Files:
    files, problems = environment_files(directory)
    contents: dict[str, bytes] = {}
    for file in files:
        shown = file_name(file)
        contents[shown], wrong = file_content(file, shown)
        problems += wrong
        if wrong:
            del contents[shown]
    return Files(name, contents, tuple(problems))


def _at(tree: WorkTree, revision: Revision, directory: Path) -> Files:
    """Return the environment files of a revision; none where it has no such directory."""
    folder = tree.path_of(directory)
    names = sorted(each for each in tree.files(revision, folder) if each.endswith(SUFFIX) and not each.startswith("."))
    paths = {name: name if folder == "." else f"{folder}/{name}" for name in names}
    held = tree.contents(revision, list(paths.values()))
    shown = {name: file_name(directory / name) for name in names}
    missing = [
        Problem(
            (), "file", "must be a file that can be read", "a link that leads out of the repository", "", shown[name]
        )
        for name, path in paths.items()
        if path not in held
    ]
    contents = {shown[name]: held[path] for name, path in paths.items() if path in held}
    return Files(f"{revision.name} ({revision.commit[:7]})", contents, tuple(missing))


def _merge_base(tree: WorkTree) -> Revision:
    """Return where the working tree left the branch that it goes to."""
    target = next(_targets(), None)
    branch = None if target is None else f"origin/{target}"
    if branch is None:
        branch = tree.default_branch()
    if branch is None:
        raise GitError("there is no origin/HEAD, main or master")
    there = tree.revision(branch)
    found = tree.merge_base(there, tree.revision("HEAD"))
    if found is None:
        more = ", in a shallow clone: fetch with `git fetch --unshallow`" if tree.is_shallow() else ""
        raise GitError(f"HEAD and {branch} have no commit in common{more}")
    return found


def _targets() -> Iterator[str]:
    yield from filter(None, map(os.environ.get, _TARGETS))
