"""Python programs that import the bindings, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ecr_constructs

REPOSITORY = Path(ecr_constructs.__file__).parents[1]


@dataclass
class Programs:
    """Runs Python programs, which share jsii's cache and compiled modules, and no state otherwise."""

    folder: Path

    def run(self, source: str, *, bindings: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program, with these bindings instead of the installed ones, and return how it ended."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ECR_", "JSII_SILENCE"))}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        if bindings is not None:
            kept["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] = str(self.folder / "jsii")
        given = {
            "PYTHONPATH": os.pathsep.join(map(str, filter(None, (bindings, REPOSITORY)))),
            "PYTHONPYCACHEPREFIX": str(self.folder / "compiled"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        return subprocess.run(
            [sys.executable, "-c", textwrap.dedent(source)],
            capture_output=True,
            check=False,
            cwd=self.folder,
            env={**kept, **given, **environment},
            text=True,
            timeout=900,
        )

    def answer(self, source: str, *, bindings: Path | None = None, **environment: str) -> Any:
        """Run a program and return the JSON that it prints last."""
        done = self.run(source, bindings=bindings, **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])
