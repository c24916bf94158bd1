"""The app of the compute layer."""

from __future__ import annotations

from collections.abc import Iterable

from ecr_constructs._engine.door import App
from ecr_constructs.config.environment import Environment
from stacks.compute import ComputeStack

__all__ = ["build_app"]


def build_app(environments: Iterable[Environment], *, outdir: str | None = None) -> App:
    """Return an app with the stacks of each environment: one, or one for each shard.

    Args:
        environments: The environments.
        outdir: Where synthesis writes; default `CDKTF_OUTDIR`, else `cdktf.out`.
    """
    app = App(outdir=outdir)
    for environment in environments:
        for shard in range(1, environment.settings.ecr_shards + 1):
            ComputeStack(app, environment, shard=shard)
    return app
