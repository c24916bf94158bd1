"""Stacks that are tested."""

from __future__ import annotations

import ecr_constructs.fast  # noqa: F401 - before the bindings, so that what is used of them is loaded alone

# isort: split
from collections.abc import Callable
from pathlib import Path

import pytest
from cdktf import App

from shop.settings import ENVIRONMENTS
from shop.stack import ShopStack


@pytest.fixture
def stack_of(tmp_path: Path) -> Callable[[str], ShopStack]:
    """Return a function that makes the stack of an environment anew."""
    return lambda name: ShopStack(App(outdir=str(tmp_path)), name, settings=ENVIRONMENTS[name])
