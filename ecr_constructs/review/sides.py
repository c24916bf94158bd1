"""The two sides of a change, read: revisions of git, directories, and what is in the working tree."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from ecr_constructs.changes.revisions import GitError, Revision, WorkTree
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import (
    environment_files,
    environment_files_among,
    parse_document,
    project_of,
    related,
)
from ecr_constructs.config.reading.content import file_content, size_problems
from ecr_constructs.config.reading.reader import YamlDocument, parse_yaml
from ecr_constructs.errors import OperationError, Problem, file_name, one_line, raise_problems, show
from ecr_constructs.review.change import Change, Side
from ecr_constructs.terminal.findings import file_and_line

__all__ = ["Files", "base_files", "change_between", "files_of", "head_files"]

_CODE = "review-side"
_MOVED = "review-moved"
# What CI says of the branch that a change goes to: GitHub of a pull request, GitLab of a merge request.
_TARGETS = ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")


@dataclasses.dataclass(frozen=True, slots=True)
class Files:
    """The environment files of one side, not yet read.

    Attributes:
        name: What the side is called.
        contents: What the files hold, by their names as messages have them.
        problems: What keeps files from being read.
        revision: The revision that they are of, as git has it before the name of a file; empty for a directory.
    """

    name: str
    contents: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()
    revision: str = ""


def base_files(named: str | None, directory: Path, head: Files) -> Files:
    """Return the environment files that a change is compared with.

    Args:
        named: A directory, or a revision of git; None for where the working tree left the branch that it goes to.
        directory: Where the environment files are now.
        head: What is compared with them.

    Raises:
        InvalidInput: What is named is neither.
        OperationError: Git cannot tell it.
    """
    if named is not None:
        return _as_a_base(files_of(named, directory, argument="BASE"), directory, head)
    try:
        tree = WorkTree.around(directory)
        return _as_a_base(_at(tree, _merge_base(tree), directory), directory, head)
    except GitError as error:
        raise OperationError(
            f"What to compare with is not known: {error}. Name BASE, a revision or a directory."
        ) from None


def head_files(named: str | None, directory: Path) -> Files:
    """Return the environment files that a change ends with; those of the working tree unless something is named."""
    return (
        _in_directory(directory, "The working tree") if named is None else files_of(named, directory, argument="HEAD")
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
        base=Side(base.name, there, {name: before[each.file] for name, each in there.items()}, base.revision),
        head=Side(head.name, to_be, project.documents, head.revision),
        same=_unchanged(there, to_be, set(same)),
        uncompared=_uncompared([*base.problems, *broken], project.environments),
    )
    return change, [*base.problems, *broken]


def _uncompared(problems: Sequence[Problem], environments: Sequence[Environment]) -> frozenset[str]:
    """Return the environments of which nothing can be told: those whose files have problems, and their consumers.

    A file has the name of its environment. Of files that were elsewhere nothing is known.
    """
    if any(each.code == _MOVED for each in problems):
        return frozenset(each.name for each in environments)
    return _with_consumers(frozenset(PurePosixPath(file_and_line(each)[0]).stem for each in problems), environments)


def _with_consumers(names: frozenset[str], environments: Iterable[Environment]) -> frozenset[str]:
    """Return environments, and those that take their repositories from them: nothing can be told of these either."""
    sources = {each.name: each.source.environment for each in environments if each.source is not None}
    return names | {name for name, source in sources.items() if source is not None and source.name in names}


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
    """Return the environment files of a revision."""
    folder = tree.path_of(directory)
    shown = revision.name if revision.commit.startswith(revision.name) else f"{revision.name} ({revision.commit[:7]})"
    entries = sorted(each for each in tree.files(revision, folder) if not each.startswith("."))
    files, problems = environment_files_among([directory / each for each in entries], file_name(directory))
    paths = {file: file.name if folder == "." else f"{folder}/{file.name}" for file in files}
    held = tree.contents(revision, list(paths.values()))
    contents: dict[str, bytes] = {}
    for file, path in paths.items():
        name = file_name(file)
        if path not in held:
            rule, got = "must be a file that can be read", "a link that leads out of the repository"
            problems.append(Problem((), "file", rule, got, "Keep the file itself in the repository.", name))
        elif wrong := size_problems(held[path], name):
            problems += wrong
        else:
            contents[name] = held[path]
    return Files(shown, contents, tuple(problems), revision.name)


def _as_a_base(files: Files, directory: Path, head: Files) -> Files:
    """Return a base; one without environment files is a beginning, unless these were elsewhere.

    Files that are moved to another directory must not look like environments that are all new.
    """
    if not files.revision or [each.code for each in files.problems] != ["directory"]:
        return files
    tree = WorkTree.around(directory)
    names = {PurePosixPath(each).name for each in head.contents}
    paths = tree.paths(tree.revision(files.revision))
    elsewhere = sorted(each for each in paths if PurePosixPath(each).name in names)
    if not elsewhere:
        return dataclasses.replace(files, problems=())
    rule = f"must be where {files.name} has the environment files"
    fix = f"It has {one_line(elsewhere[0])}: compare two directories, that of a worktree of the base and this one."
    return dataclasses.replace(files, problems=(Problem((), _MOVED, rule, "none there", fix, file_name(directory)),))


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
