"""Peers and tools of the benchmarks, each in an environment of its own: below `.bench`, or as the tests have it.

None of them changes what we are measured with.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

__all__ = ["CDKTN_PYTHON", "aws_cdk_python", "matplotlib_python"]

_ROOT = Path(__file__).parent.parent
_FOLDER = _ROOT / ".bench"

CDKTN_PYTHON = _ROOT / ".venv" / "cdktn" / "bin" / "python"
"""The Python that the tests on cdktn run with, from requirements-cdktn.lock."""


def aws_cdk_python() -> str:
    """Return a Python that has aws-cdk; compiled, as pip does it by default and its users have it."""
    return _environment("aws-cdk", "aws-cdk-lib==2.275.0", "constructs==10.8.1", "jsii==1.142.0")


def matplotlib_python() -> str:
    """Return a Python that has matplotlib."""
    return _environment("matplotlib", "matplotlib>=3.9,<4")


def _environment(name: str, *packages: str) -> str:
    """Return the Python of an environment with these packages, and make it first if it is not there."""
    folder = _FOLDER / name
    python = folder / "bin" / "python"
    ready = folder / ".ready"
    if not ready.exists() or ready.read_text(encoding="utf-8") != "\n".join(packages):
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True, stdout=sys.stderr)  # noqa: S603
        ready.write_text("\n".join(packages), encoding="utf-8")
    return str(python)
