"""examples/consumer-app, copied out of the project and run there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.deploy.surroundings import clean_environment

__all__ = ["EXAMPLE", "OUTPUT", "Document", "copy_to", "run", "synthesised_by"]

EXAMPLE = Path(__file__).parents[2] / "examples" / "consumer-app"
OUTPUT = Path("cdktf.out/stacks")
PATIENCE = 300  # seconds; its plans take about 30
Document = dict[str, Any]


def copy_to(folder: Path) -> Path:
    """Put the example into a folder of its own, as another team has it."""
    left_out = shutil.ignore_patterns("__pycache__", ".*_cache", "cdktf.out", "node_modules", ".venv")
    return Path(shutil.copytree(EXAMPLE, folder / "app", ignore=left_out))


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with nothing of this run's own set-up."""
    foreign = ("CDKTF_", "ECR_", "PYTEST", "PYTHONPATH")
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={name: value for name, value in clean_environment().items() if not name.startswith(foreign)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def synthesised_by(folder: Path) -> dict[str, Document]:
    """Return what the app's own command synthesises, by stack."""
    program, *arguments = json.loads((folder / "cdktf.json").read_text(encoding="utf-8"))["app"].split()
    assert program == "python"
    made = run(folder, *arguments)
    assert made.returncode == 0, made.stderr
    files = sorted((folder / OUTPUT).glob("*/cdk.tf.json"))
    return {file.parent.name: json.loads(file.read_text(encoding="utf-8")) for file in files}
