"""What the tests of the release share: the wheel and the sdist, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import dist

EPOCH = "1700000000"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the sdist of this checkout, as it is."""
    return dist.build(dist.ROOT, tmp_path_factory.mktemp("dist"), epoch=EPOCH)


@pytest.fixture(scope="session")
def wheel(built: tuple[Path, Path]) -> Path:
    return built[0]
