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

__all__ = ["END_OF_LIFE", "GIVEN_UP_BY_JSII", "flaw_of", "say_once"]

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

# Releases that have ended and that synthesis is tested with all the same, with the day on which jsii gave them up.
# https://github.com/aws/jsii/blob/main/packages/%40jsii/check-node/src/constants.ts
GIVEN_UP_BY_JSII = {20: date(2026, 10, 30)}


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
    ended, given_up = END_OF_LIFE[major], GIVEN_UP_BY_JSII.get(major)
    if ended >= today:
        return None
    flaw = f"reached its end of life on {ended}"
    if given_up is None:
        return flaw
    if given_up <= today:
        flaw += f", and jsii no longer supports it since {given_up}"
    return f"{flaw}. Synthesis is tested with it all the same; the cdktn command needs 22.19"


def _identity(program: str) -> str:
    found = Path(program).resolve()
    facts = found.stat()
    return hashlib.sha256(f"{found}|{facts.st_size}|{facts.st_mtime_ns}".encode()).hexdigest()[:16]
