"""`ecr-constructs sandbox ENV`: an environment tried for real against an embedded AWS."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ecr_constructs.cli.extras import require_extra
from ecr_constructs.cli.process import raise_at_ctrl_c

__all__ = ["ProviderName", "sandbox"]


class ProviderName(StrEnum):
    """Where the AWS provider comes from."""

    AUTO = "auto"
    REGISTRY = "registry"
    BUNDLED = "bundled"


def sandbox(
    env: Annotated[
        str, typer.Argument(help="The environment: the name of its stack, or 'dev*' for all its shards.", metavar="ENV")
    ],
    keep: Annotated[bool, typer.Option("--keep", help="Leave it up until Ctrl-C.")] = False,  # noqa: FBT002
    provider: Annotated[
        ProviderName,
        typer.Option(help="The AWS provider: Terraform's registry where it answers, else the bundled one."),
    ] = ProviderName.AUTO,
) -> int:
    """Deploy an environment to an AWS on this machine, show what is there, and take it down again.

    Synthesises the environment with the app of cdktf.json, starts an embedded AWS, applies with Terraform and the real
    AWS provider, lists the repositories as they are, plans again to see that nothing would change, and destroys. No
    account, no credentials and nothing that stays behind.
    """
    require_extra("sandbox", "boto3", "flask", "flask_cors", "moto", "rich")
    from rich.console import Console

    from ecr_constructs.sandbox.run import run_sandbox
    from ecr_constructs.sandbox.synth import AppFailed

    # Without a terminal nothing says how wide it is, and a table squeezed into 80 columns cannot be read.
    console = Console(width=None if sys.stdout.isatty() else 400)
    raise_at_ctrl_c()
    try:
        run_sandbox(env, folder=Path.cwd(), console=console, provider=provider.value, keep=keep)
    except AppFailed as error:
        sys.stderr.write(f"{error}\n")
        return 2 if error.code == 2 else 1
    return 0
