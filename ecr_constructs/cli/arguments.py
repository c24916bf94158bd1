"""The arguments that several commands have: which environments, which stacks, and what is deployed."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from ecr_constructs.cli.completion import environments

__all__ = ["Environments", "InUse", "InUseFromAws", "Stacks"]

Environments: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        help="Environments to look at, by name or file; all are read and checked. Default: all.",
        metavar="[ENV]...",
        autocompletion=environments,
        show_default=False,
    ),
]
InUse: TypeAlias = Annotated[
    str | None,
    typer.Option(
        help="What is deployed: references to images, as kubectl, `aws ecs` and `docker ps` print them.",
        metavar="FILE|-",
        show_default=False,
    ),
]
InUseFromAws: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--in-use-from-aws",
        help="Ask the account of an environment what is deployed: Amazon ECS, AWS Lambda, Amazon Inspector's counts.",
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
