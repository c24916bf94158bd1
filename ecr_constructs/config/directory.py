"""Where the environment files are; without what reads them, for what must be fast."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["DIRECTORY_VARIABLE", "SUFFIX", "environments_directory"]

DIRECTORY_VARIABLE = "ECR_ENVIRONMENTS_DIR"
"""Environment variable that names the directory of the files."""

SUFFIX = ".yaml"
"""What the names of environment files end in."""


def environments_directory() -> Path:
    """Return the directory of the environment files: `ECR_ENVIRONMENTS_DIR`, default `environments`."""
    return Path(os.environ.get(DIRECTORY_VARIABLE) or "environments")
