"""The bindings to import, and what runs the programs that import them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine import mini_bindings
from tests.engine.engine_programs import Programs


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    return Programs(tmp_path_factory.mktemp("programs"))


@pytest.fixture(scope="session")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini bindings as they are generated."""
    return mini_bindings.write(tmp_path_factory.mktemp("mini"))


@pytest.fixture
def mini_with(tmp_path: Path) -> Callable[..., Path]:
    """Mini bindings of another form, or with another `init` or `index_js`."""
    return lambda *form, **changes: mini_bindings.write(tmp_path, *form, **changes)


@pytest.fixture(params=mini_bindings.FORMS, ids=lambda form: form.package)
def form(request: pytest.FixtureRequest) -> mini_bindings.Form:
    """The form of the bindings of each engine."""
    form: mini_bindings.Form = request.param
    return form
