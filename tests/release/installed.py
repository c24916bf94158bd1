"""The wheel installed with some extras and what these need, without an index: the rest is linked from this Python."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["Installed", "install", "needed"]

PATIENCE = 120  # seconds for any one command; the slowest takes some


class Installed:
    """An environment of its own, and a project's folder in which its programs run."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "venv/bin"
        self.project = folder / "project"
        self.project.mkdir()

    def run(self, program: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment in the project's folder."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ECR_", "PYTEST", "PYTHON"))}
        return subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.project,
            env={**kept, "COLUMNS": "120", **variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def install(wheel: Path, folder: Path, *extras: str) -> Installed:
    """Install the wheel with extras into a new environment.

    Args:
        wheel: The wheel.
        folder: Where the environment and the project's folder are made.
        extras: The extras.
    """
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv/bin/python"
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "--python", python, "--no-deps", "--no-index", wheel],
        env={**os.environ, "UV_OFFLINE": "1", "UV_CACHE_DIR": str(folder / "uv")},
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    (own,) = packages.glob("ecr_constructs-*.dist-info")
    for name in needed(importlib.metadata.Distribution.at(own), extras):
        other = importlib.metadata.distribution(name)
        # Programs lie above; a folder of this Python's own, such as of compiled files, is nobody's.
        for top in {file.parts[0] for file in other.files or ()} - {"..", "__pycache__"}:
            if not (packages / top).exists():
                (packages / top).symlink_to(Path(str(other.locate_file(top))))
    return Installed(folder)


def needed(distribution: importlib.metadata.Distribution, extras: Iterable[str]) -> set[str]:
    """Return the names of all that a distribution with extras needs, without itself.

    Args:
        distribution: The distribution.
        extras: The extras.
    """
    own = canonicalize_name(distribution.metadata["Name"])
    found: set[tuple[str, str]] = set()
    ahead = [(distribution, extra) for extra in ("", *extras)]
    while ahead:
        each, extra = ahead.pop()
        for text in each.requires or ():
            requirement = Requirement(text)
            if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
                continue
            name = canonicalize_name(requirement.name)
            for further in ("", *requirement.extras):
                if (name, further) not in found:
                    found.add((name, further))
                    ahead.append((distribution if name == own else importlib.metadata.distribution(name), further))
    return {name for name, _ in found} - {own}
