"""Environment files in a directory of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.load import load_environments
from ecr_constructs.errors import InvalidInput

MINIMAL = "project: shop\nenv: dev\nregion: us-east-1\n"


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for the files of one test after the other."""
    return tmp_path_factory.mktemp("environments")


@pytest.fixture
def load(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Environment]]:
    """Load these files alone, `dev="..."` as dev.yaml, by the names that they have in their directory."""
    monkeypatch.chdir(directory)

    def write_and_load(**files: str | bytes) -> list[Environment]:
        for old in Path().iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        for name, text in files.items():
            if name.endswith("/"):
                Path(name).mkdir()
                continue
            file = Path(name if "." in name else f"{name}.yaml")
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_environments(Path())

    return write_and_load


@pytest.fixture
def messages(load: Callable[..., list[Environment]]) -> Callable[..., list[str]]:
    """Load these files and return what is reported, a line an entry; empty where nothing is wrong."""

    def load_and_report(**files: str | bytes) -> list[str]:
        try:
            load(**files)
        except InvalidInput as error:
            return str(error).split("\n")
        return []

    return load_and_report


@pytest.fixture
def notices(load: Callable[..., list[Environment]]) -> Callable[..., list[str]]:
    """Load these files and return what is only to be seen, a line an entry."""
    return lambda **files: [str(notice) for environment in load(**files) for notice in environment.notices]


@pytest.fixture
def declare(load: Callable[..., list[Environment]]) -> Callable[[str], Environment]:
    """Load an environment that says this beside the keys that are required."""

    def load_with(text: str) -> Environment:
        (environment,) = load(dev=MINIMAL + text)
        return environment

    return load_with
