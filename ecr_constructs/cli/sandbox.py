"""`ecr-constructs sandbox ENV`: an environment tried for real against an embedded AWS."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ecr_constructs.cli.arguments import Stacks
from ecr_constructs.cli.extras import require_extra
from ecr_constructs.cli.process import raise_at_ctrl_c

__all__ = ["ProviderName", "sandbox"]

# Where nothing breaks lines, each repository has one.
_WIDTH_OF_FILES = 400


class ProviderName(StrEnum):
    """Where the AWS provider comes from."""

    AUTO = "auto"
    REGISTRY = "registry"
    BUNDLED = "bundled"


def sandbox(
    env: Stacks,
    keep: Annotated[  # noqa: FBT002
        bool, typer.Option("--keep", help="Leave it up until Ctrl-C, for cdktf or cdktn to work against it.")
    ] = False,
    provider: Annotated[
        ProviderName,
        typer.Option(help="The AWS provider: Terraform's registry where it answers, else the bundled one."),
    ] = ProviderName.AUTO,
) -> int:
    """Deploy an environment to an AWS on this machine, show what is there, and take it down again.

    Synthesises the environment with the app of cdktf.json, starts an embedded AWS, applies with Terraform and the real
    AWS provider, lists the repositories as they are and the outputs, plans again to see that nothing would change, and
    destroys. No account, no credentials and nothing that stays behind.
    """
    require_extra("sandbox", "boto3", "flask", "flask_cors", "moto", "rich")
    from rich.console import Console

    from ecr_constructs.config.load import environments_directory
    from ecr_constructs.config.named import named_environment
    from ecr_constructs.errors import raise_problems
    from ecr_constructs.sandbox.run import run_sandbox
    from ecr_constructs.sandbox.synth import AppFailed
    from ecr_constructs.terminal.screen import screen_of

    pattern, problems = named_environment(env, environments_directory())
    raise_problems(problems)
    screen = screen_of(sys.stdout, width=_WIDTH_OF_FILES)
    console = Console(
        width=screen.width,
        force_terminal=screen.is_bounded,
        color_system="standard" if screen.colours else None,
        no_color=False,
    )
    raise_at_ctrl_c()
    try:
        run_sandbox(pattern, folder=Path.cwd(), console=console, provider=provider.value, keep=keep)
    except AppFailed as error:
        sys.stderr.write(f"{error}\n")
        return 2 if error.code == 2 else 1
    return 0
