"""Every shipped environment, synthesised once."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.config.load import load_environments
from stacks.app import build_app
from tests.stacks.provider_shape import differences

ROOT = Path(__file__).parents[2]

Document = dict[str, Any]


def synthesise(directory: Path, outdir: Path) -> dict[str, Document]:
    """Return what each environment of a directory becomes, by its name, which has the shape of a later provider too."""
    build_app(load_environments(directory), outdir=str(outdir)).synth()
    files = sorted(outdir.glob("stacks/*/cdk.tf.json"))
    documents = {file.parent.name: json.loads(file.read_text(encoding="utf-8")) for file in files}
    assert [each for document in documents.values() for each in differences(document)] == []
    return documents


@pytest.fixture(scope="session")
def outdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cdktf")


@pytest.fixture(scope="session")
def documents(outdir: Path) -> Mapping[str, Document]:
    return synthesise(ROOT / "environments", outdir)


@pytest.fixture
def synthesise_all(tmp_path: Path) -> Callable[..., dict[str, Document]]:
    """Return what environment files become, by stack; each call starts anew."""

    def synthesise_all(**texts: str) -> dict[str, Document]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        (folder / "environments").mkdir()
        for name, text in texts.items():
            (folder / "environments" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return synthesise(folder / "environments", folder / "out")

    return synthesise_all


@pytest.fixture
def synth(synthesise_all: Callable[..., dict[str, Document]]) -> Callable[[str], Document]:
    """Return what an environment file of the text given becomes."""
    return lambda text: synthesise_all(dev=text)["dev"]
