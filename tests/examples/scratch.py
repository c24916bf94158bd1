"""Git repositories of a change, on this machine, as CI services check them out."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.deploy.surroundings import clean_environment

DEV = """\
project: shop
env: dev
region: eu-west-1
account_id: "111111111111"
ecr_repositories:
  web-app: {}
  worker: {}
"""
WITHOUT_WORKER = DEV.replace("  worker: {}\n", "")


@dataclasses.dataclass(frozen=True)
class Scratch:
    """A repository with a branch `main` and one that is to be merged, and what is checked out of it.

    Attributes:
        origin: The repository, as a service keeps it.
        checkout: What a job works in.
        environment: The variables of the process.
    """

    origin: Path
    checkout: Path
    environment: dict[str, str]

    def git(self, *arguments: str, at: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=at or self.origin,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str | None], *, branch: str = "main") -> str:
        """Commit files to a branch, which begins at `main`; None removes one. Return the commit."""
        known = self.git("branch", "--list", branch)
        if known or branch == "main":
            self.git("checkout", "--quiet", *([] if known else ["--orphan"]), branch)
        else:
            self.git("checkout", "--quiet", "-b", branch, "main")
        for name, text in files.items():
            path = self.origin / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x")
        return self.git("rev-parse", "HEAD")

    def merged(self, branch: str = "change") -> str:
        """Merge a branch into main without moving that, as a service does for its jobs. Return the commit."""
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "merge", branch)
        return self.git("rev-parse", "HEAD")

    def check_out(self, commit: str, *, depth: int = 1) -> None:
        """Check a commit out; a depth of 0 is the whole history with its branches."""
        self.git("init", "--quiet", str(self.checkout))
        self.git("remote", "add", "origin", self.origin.as_uri(), at=self.checkout)
        what = ["+refs/heads/*:refs/remotes/origin/*", commit] if depth == 0 else [f"--depth={depth}", commit]
        self.git("fetch", "--quiet", "--no-tags", "origin", *what, at=self.checkout)
        self.git("checkout", "--quiet", "--detach", commit, at=self.checkout)

    def is_shallow(self) -> bool:
        return self.git("rev-parse", "--is-shallow-repository", at=self.checkout) == "true"


def scratch_in(folder: Path) -> Scratch:
    """Return an empty one below a folder, which neither a configuration of git reaches nor a CI service around."""
    inherited = clean_environment()
    kept = {name: value for name, value in inherited.items() if not name.startswith(("CI", "GIT", "GH_", "RUNNER_"))}
    environment = dict(
        kept,
        GIT_AUTHOR_EMAIL="somebody@example.com",
        GIT_AUTHOR_NAME="Somebody",
        GIT_COMMITTER_EMAIL="somebody@example.com",
        GIT_COMMITTER_NAME="Somebody",
        GIT_CONFIG_GLOBAL="/dev/null",
        GIT_CONFIG_NOSYSTEM="1",
        HOME=str(folder),
    )
    for name in ("origin", "check out"):
        (folder / name).mkdir()
    made = Scratch(folder / "origin", folder / "check out", environment)
    made.git("init", "--quiet", "--initial-branch=main")
    # As GitHub and GitLab allow it.
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return made
