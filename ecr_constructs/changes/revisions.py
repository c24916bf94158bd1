"""What files held at a revision, read through git without a checkout."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ecr_constructs.errors import OperationError, one_line

__all__ = ["GitError", "Revision", "WorkTree"]

_SECONDS = 60
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
# A part of the answer for each file: what it is, how long it is, and then so many bytes.
_HEADER_PARTS = 3


class GitError(OperationError):
    """Git is not there, does not answer, or says no; the message is what it says."""


class _NoneThereError(GitError):
    """Git says without a word that there is no such thing."""


@dataclasses.dataclass(frozen=True, slots=True)
class Revision:
    """A commit.

    Attributes:
        name: As it was asked for: a branch, a tag, `HEAD~1`.
        commit: Its hash.
    """

    name: str
    commit: str


@dataclasses.dataclass(frozen=True, slots=True)
class WorkTree:
    """A checkout of a repository.

    Attributes:
        root: Its top folder.
    """

    root: Path

    @classmethod
    def around(cls, folder: Path) -> WorkTree:
        """Return the checkout that a folder is in, or would be in.

        Raises:
            GitError: It is in none.
        """
        there = folder.absolute()
        while not there.is_dir() and there != there.parent:
            there = there.parent
        return cls(Path(os.fsdecode(_git(there, "rev-parse", "--show-toplevel").rstrip(b"\n"))))

    def revision(self, name: str) -> Revision:
        """Return the commit that a name stands for.

        Raises:
            GitError: There is no such commit.
        """
        if not name:  # to git, what is staged
            raise GitError("no revision is named")
        found = _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", said=name)
        commit = found.decode("ascii").strip()
        if not _COMMIT.fullmatch(commit):  # such as one that is left out, ^main
            raise GitError(f"{one_line(name)} is no commit")
        return Revision(name, commit)

    def merge_base(self, one: Revision, other: Revision) -> Revision | None:
        """Return the newest commit that two have in common; None where they have none."""
        try:
            found = _git(self.root, "merge-base", one.commit, other.commit)
        except _NoneThereError:
            return None
        return Revision(one.name, found.decode("ascii").strip())

    def is_shallow(self) -> bool:
        """Tell whether older commits are missing, as in a checkout of CI."""
        return _git(self.root, "rev-parse", "--is-shallow-repository").strip() == b"true"

    def default_branch(self) -> str | None:
        """Return the branch that changes go to: that of the remote `origin`, else `main` or `master`."""
        try:
            head = _git(self.root, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
            return os.fsdecode(head).strip()
        except _NoneThereError:
            pass  # a clone of which nobody said it, or none
        for name in ("origin/main", "origin/master", "main", "master"):
            try:
                return self.revision(name).name
            except _NoneThereError:
                continue
        return None

    def path_of(self, file: Path) -> str:
        """Return the path of a file or folder within the repository, with `/`.

        Raises:
            GitError: It is outside of it.
        """
        whole = Path(os.path.normpath(file.absolute()))
        for root, path in ((self.root, whole), (self.root.resolve(), whole.resolve())):
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        raise GitError(f"{one_line(file.as_posix())} is outside of the repository")

    def files(self, revision: Revision, folder: str) -> list[str]:
        """Return the names of what is directly in a folder at a revision; nothing where there is no such folder.

        A folder that is a link is followed within the repository.
        """
        path = "" if folder == "." else folder
        if "\n" in path:
            return []
        request = os.fsencode(f"{revision.commit}:{path}\n")
        header = _git(self.root, "cat-file", "--batch-check", "--follow-symlinks", request=request).split()
        if len(header) != _HEADER_PARTS or header[1] != b"tree":
            return []
        listed = _git(self.root, "ls-tree", "-z", "--full-tree", header[0].decode("ascii"))
        entries = (entry.partition(b"\t") for entry in listed.split(b"\0"))
        return [os.fsdecode(name) for about, tab, name in entries if tab and about.split()[1] == b"blob"]

    def paths(self, revision: Revision) -> list[str]:
        """Return the paths of all files of a revision, from the top of the repository."""
        listed = _git(self.root, "ls-tree", "-r", "-z", "--full-tree", "--name-only", revision.commit)
        return [os.fsdecode(path) for path in listed.split(b"\0") if path]

    def contents(self, revision: Revision, paths: Sequence[str]) -> dict[str, bytes]:
        """Return what files held at a revision; a link is followed within the repository.

        What was no file then, or has a name of several lines, is left out.
        """
        asked = [each for each in paths if "\n" not in each]
        if not asked:
            return {}
        request = b"".join(os.fsencode(f"{revision.commit}:{each}\n") for each in asked)
        answer = _git(self.root, "cat-file", "--batch", "--follow-symlinks", request=request)
        found: dict[str, bytes] = {}
        at = 0
        for path in asked:
            end = answer.index(b"\n", at)
            header = answer[at:end].split(b" ")
            at = end + 1
            if len(header) == _HEADER_PARTS and header[1] in (b"blob", b"tree", b"commit", b"tag"):
                size = int(header[2])
                if header[1] == b"blob":
                    found[path] = answer[at : at + size]
                at += size + 1
            elif header[0] in (b"symlink", b"dangling", b"loop", b"notdir"):
                at += int(header[1]) + 1  # the path that it leads to
        return found


def _git(folder: Path, *arguments: str, request: bytes | None = None, said: str = "") -> bytes:
    git = shutil.which("git")
    if git is None:
        raise GitError("there is no git on the PATH: install it")
    # A hook, or whoever calls this from one, has another repository in the environment.
    variables = {
        key: value for key, value in os.environ.items() if key not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
    }
    command = [git, "-C", os.fspath(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            command, input=request, capture_output=True, check=False, timeout=_SECONDS, env=variables
        )
    except subprocess.TimeoutExpired:
        raise GitError("git does not answer") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        if not lines:
            raise _NoneThereError(f"there is no {said or arguments[0]}")
        raise GitError(one_line(lines[0].removeprefix("fatal: ")))
    return done.stdout
