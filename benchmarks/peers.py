"""Peers, each in an environment of its own below `.bench`, so that none changes what we are measured with."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

__all__ = ["aws_cdk_python"]

_ROOT = Path(__file__).parent.parent
_AWS_CDK = ("aws-cdk-lib==2.275.0", "constructs==10.8.1", "jsii==1.142.0")


def aws_cdk_python() -> str:
    """Return a Python that has aws-cdk, and make it first if it is not there.

    Compiled, as pip does it by default: that is how its users have it.
    """
    folder = _ROOT / ".bench" / "aws-cdk"
    python = folder / "bin" / "python"
    ready = folder / ".ready"
    if not ready.exists() or ready.read_text(encoding="utf-8") != "\n".join(_AWS_CDK):
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *_AWS_CDK], check=True, stdout=sys.stderr)  # noqa: S603
        ready.write_text("\n".join(_AWS_CDK), encoding="utf-8")
    return str(python)
