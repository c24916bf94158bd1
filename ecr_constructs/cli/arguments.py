"""The arguments that several commands have: which environments, and which stacks."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from ecr_constructs.cli.completion import environments

__all__ = ["Environments", "Stacks"]

Environments: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        help="Environments to look at, by name or file; all are read and checked. Default: all.",
        metavar="[ENV]...",
        autocompletion=environments,
        show_default=False,
    ),
]
Stacks: TypeAlias = Annotated[
    str,
    typer.Argument(
        help="The environment: its name or file, the name of one of its stacks, or 'dev*' for all its shards.",
        metavar="ENV",
        autocompletion=environments,
    ),
]
