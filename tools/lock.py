"""Lock what is installed: `requirements*.lock` and `package-lock.json`, hashes and versions without addresses."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
ADDRESSES = ("resolved", "funding")


def lock_python(extra: str, file: str, *, build: bool) -> None:
    """Write a lock file of the package with an extra, for every platform.

    Args:
        extra: The extra.
        file: The lock file.
        build: Whether the package itself is built there, and needs its build backend.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["build-system"]["requires"] if build else project["project"]["optional-dependencies"][extra]
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "-", "--universal", "--python-version", "3.11"]
    command += ["pyproject.toml", "--extra", extra] if build else []
    command += ["--generate-hashes", "--upgrade", "--no-header", "--no-annotate", "--no-emit-index-url"]
    command += ["--output-file", file]
    subprocess.run(command, cwd=ROOT, input="\n".join(wanted), text=True, check=True)


def lock_node(folder: Path) -> None:
    """Write a folder's package-lock.json, and take the addresses out of it.

    Args:
        folder: Where package.json is.
    """
    command = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True)
    file = folder / "package-lock.json"
    lock = json.loads(file.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        for key in ADDRESSES:
            package.pop(key, None)
    file.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    lock_python("dev", "requirements.lock", build=True)
    lock_python("checkov", "requirements-checkov.lock", build=False)
    lock_python("awscli", "requirements-awscli.lock", build=False)
    lock_node(ROOT)
    lock_node(ROOT / "tests" / "node")
