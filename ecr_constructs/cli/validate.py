"""`ecr-constructs validate [ENV...]`: every check of the environment files, without the engine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from ecr_constructs.cli.extras import require_extra
from ecr_constructs.core.rates import apply_minutes, plan_minutes

__all__ = ["validate"]

# From here on a first apply is long enough to be planned for.
_LONG_MINUTES = 10


def validate(
    envs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Environments to show; all are checked. Default: all.", metavar="[ENV]...", show_default=False
        ),
    ] = None,
) -> int:
    """Check every environment file, and show what they declare and how long Terraform will take at least.

    The times follow from the rates that Parameter Store allows by default; everything else is faster. The exit status
    is 0, or 2 with every problem, each with file and line.
    """
    require_extra("cli", "rich")
    from ecr_constructs.config.load import load_environments
    from ecr_constructs.errors import InvalidInput, Problem, nearest, show

    environments = {environment.name: environment for environment in load_environments()}
    unknown = [name for name in envs or () if name not in environments]
    if unknown:
        known = ", ".join(environments)
        raise InvalidInput(
            Problem(("ENV",), "environment-known", f"must be one of: {known}", show(name), nearest(name, environments))
            for name in unknown
        )
    shown = [environments[name] for name in envs] if envs else list(environments.values())
    rows = []
    remedies = []
    for environment in shown:
        settings, parameters = environment.settings, environment.parameter_count
        rows.append(
            (
                environment.name,
                settings.account_id or "any",
                settings.region,
                str(len(environment.repositories)),
                str(settings.ecr_shards),
                str(parameters),
                _minutes(apply_minutes(parameters)),
                _minutes(plan_minutes(parameters)),
            )
        )
        if apply_minutes(parameters) >= _LONG_MINUTES:
            remedies.append(_remedy(environment.name, settings.ecr_ssm_layout))
    _show(rows)
    for remedy in remedies:
        sys.stdout.write(f"{remedy}\n")
    return 0


def _minutes(minutes: float) -> str:
    return "under a minute" if minutes < 1 else f"{minutes:.0f} min"


def _remedy(name: str, layout: str) -> str:
    fewer = "" if layout == "config" else "set ecr_ssm_layout: config, which publishes a quarter of the parameters, or "
    return (
        f"{name}: Parameter Store takes 3 writes a second by default. To be faster, {fewer}raise the throughput of "
        "Parameter Store in the account's settings."
    )


def _show(rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for heading in ("environment", "account", "region"):
        table.add_column(heading)
    for heading in ("repositories", "stacks", "parameters", "first apply", "plan"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*row)
    # Without a terminal nothing says how wide it is, and a table squeezed into 80 columns cannot be read.
    Console(width=None if sys.stdout.isatty() else 200).print(table, markup=False)
