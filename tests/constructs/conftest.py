"""Stacks to put constructs into. The engine starts once for all tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ecr_constructs._engine.aws import AwsProvider
from ecr_constructs._engine.door import App, TerraformStack

OWN = "111111111111"


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(outdir=str(tmp_path / "out"))


@pytest.fixture
def make_stack(app: App) -> Callable[..., TerraformStack]:
    """Return a function that makes a stack with the provider of a region, or with none."""

    def make(
        name: str = "dev", *, region: str | None = "us-east-1", account_ids: Sequence[str] | None = (OWN,)
    ) -> TerraformStack:
        stack = TerraformStack(app, name)
        if region is not None:
            AwsProvider(
                stack, "Aws", region=region, allowed_account_ids=None if account_ids is None else list(account_ids)
            )
        return stack

    return make


@pytest.fixture
def stack(make_stack: Callable[..., TerraformStack]) -> TerraformStack:
    """A stack in us-east-1 whose account is known."""
    return make_stack()
