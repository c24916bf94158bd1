"""What is said when a new project is there: its files, and what to do with it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from ecr_constructs.errors import file_name
from ecr_constructs.start.wanted import BOOTSTRAP, NewProject

__all__ = ["next_commands", "told"]

_WHAT = {
    ".github/workflows/check.yml": "checks and reviews pull requests",
    ".gitignore": "what Git leaves out",
    ".gitlab-ci.yml": "checks and reviews merge requests",
    ".pre-commit-config.yaml": "checks before each commit",
    "README.md": "what the project is, and its commands",
    "app.py": "the stacks, one for each environment",
    "bootstrap.py": "the stack that makes the bucket of the states",
    "cdktf.json": "what the cdktf command runs",
    "environments/environment.schema.json": "what editors know of these files",
    "package.json": "the version of the cdktf command",
    "pyproject.toml": "where pytest finds the app",
    "requirements.txt": "the version of this package",
    "tests/test_stacks.py": "compares what Terraform is told with what was accepted",
}
_OF_AN_ENVIRONMENT = "what repositories there are, to be edited"

# As in the template.
_OUT_OF_GIT = ("*.tfstate", "*.tfstate.*", ".terraform/", "cdktf.log", "cdktf.out/")

# What is read in the root of a Git repository alone.
_OF_THE_ROOT = (".github/workflows/check.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml")


def told(
    wanted: NewProject, written: Iterable[str], kept: Iterable[str] = (), *, below: PurePosixPath | None = None
) -> Iterator[str]:
    """Yield the lines.

    Args:
        wanted: What was asked for.
        written: The files that were written, by their paths in the folder.
        kept: Those that were there, and left as they are.
        below: Where the folder is in its Git repository; None or `.` where it is the root, or in none.
    """
    paths, kept = sorted(written), sorted(kept)
    where = "this folder" if wanted.folder == Path() else file_name(wanted.folder)
    yield f"The project {wanted.project} is in {where}:"
    yield ""
    width = max((len(path) for path in (*paths, *kept)), default=0)
    yield from (f"  {path.ljust(width)}  {_WHAT.get(path, _OF_AN_ENVIRONMENT)}" for path in paths)
    yield from (f"  {path.ljust(width)}  left as it was" for path in kept)
    if ".gitignore" in kept:
        yield ""
        yield f"Have .gitignore leave out, as a state may hold what is secret: {', '.join(_OUT_OF_GIT)}"
    elsewhere = [path for path in paths if path in _OF_THE_ROOT]
    if below not in (None, PurePosixPath()) and elsewhere:
        yield ""
        yield f"Read in the root of the Git repository alone, so to be moved there: {', '.join(elsewhere)}"
    yield ""
    yield "Next, in a virtual environment:"
    yield ""
    yield from (f"  {command}" for command in next_commands(wanted))


def next_commands(wanted: NewProject) -> Iterator[str]:
    """Yield the commands that lead to a deployed environment, in their order."""
    if wanted.folder.absolute() != Path.cwd():
        yield f"cd {shlex.quote(str(wanted.folder))}"
    yield "pip install --no-compile --requirement requirements.txt"
    yield "npm install"
    yield "ecr-constructs validate"
    yield "pytest --snapshot-update"
    if wanted.bucket is not None:
        yield f"npx cdktf deploy {BOOTSTRAP}"
    yield f"npx cdktf deploy {wanted.env}"
