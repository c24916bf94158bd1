"""Peers and tools of the benchmarks, each in an environment of its own below `.bench`.

None of them changes what we are measured with.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

__all__ = ["aws_cdk_python", "matplotlib_python"]

_FOLDER = Path(__file__).parent.parent / ".bench"


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
