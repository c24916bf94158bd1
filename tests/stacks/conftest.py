"""Every shipped environment, synthesised once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.config.load import load_environments
from stacks.app import build_app

ROOT = Path(__file__).parents[2]

Document = dict[str, Any]


def synthesise(directory: Path, outdir: Path) -> dict[str, Document]:
    """Return what each environment of a directory becomes, by its name."""
    build_app(load_environments(directory), outdir=str(outdir)).synth()
    files = sorted(outdir.glob("stacks/*/cdk.tf.json"))
    return {file.parent.name: json.loads(file.read_text(encoding="utf-8")) for file in files}


@pytest.fixture(scope="session")
def outdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cdktf")


@pytest.fixture(scope="session")
def documents(outdir: Path) -> Mapping[str, Document]:
    return synthesise(ROOT / "environments", outdir)


@pytest.fixture
def synth(tmp_path: Path) -> Callable[[str], Document]:
    """Return what an environment file of the text given becomes."""

    def synth(text: str) -> Document:
        directory = tmp_path / "environments"
        directory.mkdir(exist_ok=True)
        (directory / "dev.yaml").write_text(text, encoding="utf-8")
        return synthesise(directory, tmp_path / "out")["dev"]

    return synth
