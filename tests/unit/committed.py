"""A repository of git in a test's own directory, with environment files that are committed."""

from __future__ import annotations

import os
import subprocess
import textwrap
from pathlib import Path

__all__ = ["GitProject"]

_IDENTITY = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")


class GitProject:
    """A checkout, whose branch `main` is what changes go to.

    Attributes:
        directory: The checkout.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """Run git, which knows nothing of whoever runs the tests, and return what it prints."""
        variables = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        variables |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", *_IDENTITY, *arguments]
        done = subprocess.run(command, cwd=self.directory, env=variables, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, folder: str = "environments", **texts: str | None) -> None:
        """Write environments/<name>.yaml; None removes it."""
        for name, text in texts.items():
            file = self.directory / folder / f"{name}.yaml"
            if text is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text), encoding="utf-8")

    def commit(self, message: str = "a change") -> str:
        """Commit all that there is, and return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")
