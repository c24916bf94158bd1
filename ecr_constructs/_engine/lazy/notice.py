"""One line, once, about a Node that is not supported, in place of jsii's banner in every process."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from ecr_constructs._engine.lazy.once import first_time
from ecr_constructs._engine.lazy.switches import SILENCED

__all__ = ["END_OF_LIFE", "flaw_of", "say_once"]

# https://nodejs.org/en/about/previous-releases
END_OF_LIFE = {
    18: date(2025, 4, 30),
    19: date(2023, 6, 1),
    20: date(2026, 4, 30),
    21: date(2024, 6, 1),
    22: date(2027, 4, 30),
    23: date(2025, 6, 1),
    24: date(2028, 4, 30),
}


def say_once() -> None:
    """Say it on stderr, once for each Node program on this machine, unless the user silenced jsii's banner."""
    node = shutil.which(os.environ.get("JSII_NODE", "node"))
    by_user = any(os.environ.get(name) != value for name, value in SILENCED.items())
    if node is None or by_user or not first_time(f"node-{_identity(node)}"):
        return
    asked = subprocess.run([node, "--version"], capture_output=True, check=True, text=True, timeout=10)  # noqa: S603
    version = asked.stdout.strip()
    flaw = flaw_of(version, date.today())
    if flaw is not None:
        sys.stderr.write(
            f"ecr-constructs: Node {version} {flaw}. "
            "Install a supported release, or name one in JSII_NODE. (This is said once.)\n"
        )


def flaw_of(version: str, today: date) -> str | None:
    """Return what is wrong with a Node version (``v20.20.2``) on a day, or None when it is supported."""
    major = int(version.removeprefix("v").split(".")[0])
    if major > max(END_OF_LIFE):
        return "is newer than the releases that were tested"
    if major < min(END_OF_LIFE):
        return "reached its end of life long ago"
    ended = END_OF_LIFE[major]
    return f"reached its end of life on {ended}" if ended < today else None


def _identity(program: str) -> str:
    found = Path(program).resolve()
    facts = found.stat()
    return hashlib.sha256(f"{found}|{facts.st_size}|{facts.st_mtime_ns}".encode()).hexdigest()[:16]
