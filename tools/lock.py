"""Lock what is installed: `requirements.lock` and `package-lock.json`, hashes and versions without addresses."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
ADDRESSES = ("resolved", "funding")


def lock_python() -> None:
    """Write requirements.lock: everything of the extra `dev`, and the build backend, for every platform."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "pyproject.toml", "-", "--extra", "dev"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--output-file", "requirements.lock"]
    backend = "\n".join(project["build-system"]["requires"])
    subprocess.run(command, cwd=ROOT, input=backend, text=True, check=True)


def lock_node() -> None:
    """Write package-lock.json, and take the addresses out of it."""
    command = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=ROOT, check=True)
    file = ROOT / "package-lock.json"
    lock = json.loads(file.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        for key in ADDRESSES:
            package.pop(key, None)
    file.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    lock_python()
    lock_node()
