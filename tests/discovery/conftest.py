"""A directory on a Parameter Store that is in the test's own hands, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.discovery import RepositoryDirectory
from tests.discovery.parameters import FakeStore


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials of nobody, and nothing of the user's own set-up."""
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def directory(store: FakeStore, clock: Clock) -> RepositoryDirectory:
    return RepositoryDirectory(client=store, clock=clock)


@pytest.fixture
def directory_with(store: FakeStore, clock: Clock) -> Callable[..., RepositoryDirectory]:
    """Make a directory of the store with further arguments."""

    def make(**arguments: Any) -> RepositoryDirectory:
        return RepositoryDirectory(**{"client": store, "clock": clock, **arguments})

    return make
