"""The command's parts put together, one file for each command, and how an error ends any of them."""

from __future__ import annotations

import functools
import importlib.metadata
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, ParamSpec

import typer

from ecr_constructs.cli.extras import MissingExtra
from ecr_constructs.cli.process import INTERRUPTED
from ecr_constructs.errors import InvalidInput, OperationError
from ecr_constructs.terminal.findings import lines_of
from ecr_constructs.terminal.screen import screen_of

__all__ = ["app", "run"]

P = ParamSpec("P")

_NAME = "ecr-constructs"

# Each is the function of its name in the file of its name, and returns the exit status; a command has hyphens.
_COMMANDS = (
    "access",
    "adopt",
    "deploy_policy",
    "doctor",
    "get",
    "init",
    "list",
    "migrate",
    "review",
    "sandbox",
    "schema",
    "validate",
)

# A command with commands of its own, each the function of its name: `preview` of `lifecycle` in `lifecycle_preview`.
_GROUPS = {"lifecycle": ("See what lifecycle policies do, before they do it.", ("check", "preview"))}

app: typer.Typer = typer.Typer(
    name=_NAME,
    help="Work with the environments of an ecr-constructs project.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def run(arguments: Sequence[str]) -> int:
    """Run the command, and return its exit status.

    Args:
        arguments: As after `ecr-constructs` on a command line.
    """
    try:
        # By whatever it was started, completion is that of the command.
        app(list(arguments), prog_name=_NAME)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def _version(wanted: bool) -> None:  # noqa: FBT001  # how typer calls it
    if wanted:
        typer.echo(f"{_NAME} {importlib.metadata.version(_NAME)}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[  # noqa: FBT002  # handled by its callback
        bool, typer.Option("--version", "-V", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def _ending(command: Callable[P, int]) -> Callable[P, None]:
    """Return a command that ends with the exit status returned, or with the one of the error raised."""

    @functools.wraps(command)
    def ended(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            status = command(*args, **kwargs)
        except KeyboardInterrupt:
            # Not on the line of what the terminal shows of it.
            status, message = INTERRUPTED, "\nStopped." if sys.stderr.isatty() else "Stopped."
        except InvalidInput as error:
            status, message = 2, "\n".join(lines_of(error.problems, screen_of(sys.stderr)))
        except MissingExtra as error:
            status, message = 2, f"{error}"
        except OperationError as error:
            status, message = 1, f"{error}"
        else:
            message = ""
        if message:
            sys.stderr.write(f"{message}\n")
        raise typer.Exit(status)

    return ended


for _name in _COMMANDS:
    app.command(_name.replace("_", "-"))(
        _ending(getattr(importlib.import_module(f"ecr_constructs.cli.{_name}"), _name))
    )

for _group, (_help, _names) in _GROUPS.items():
    _within = typer.Typer(
        help=_help,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
    )
    for _name in _names:
        _module = importlib.import_module(f"ecr_constructs.cli.{_group}_{_name}")
        _within.command(_name)(_ending(getattr(_module, _name)))
    app.add_typer(_within, name=_group)
