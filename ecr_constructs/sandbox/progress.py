"""What the user sees of a sandbox while it runs: steps, notes, and tables of what came to be."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.status import Status

from ecr_constructs.sandbox.buckets import BucketRow
from ecr_constructs.sandbox.events import EventRow
from ecr_constructs.sandbox.identities import IdentityRow
from ecr_constructs.sandbox.networks import EndpointRow
from ecr_constructs.sandbox.readback import RepositoryRow
from ecr_constructs.sandbox.session import Output
from ecr_constructs.terminal.records import Column, records
from ecr_constructs.terminal.screen import Screen

__all__ = ["Progress", "Step"]

# What fits into a terminal's memory; nobody reads a thousand rows.
_MOST_ROWS = 50

_COLUMNS = (
    Column("repository"),
    Column("URL"),
    Column("mutability"),
    Column("scanning"),
    Column("retention", is_text=True),
    Column("who may pull", is_text=True),
    Column("parameters", is_number=True),
)
_IDENTITY_COLUMNS = (
    Column("role or policy", is_text=True),
    Column("kind"),
    Column("trusts, or attached to", is_text=True),
    Column("may", is_text=True),
)
_EVENT_COLUMNS = (
    Column("rule", is_text=True),
    Column("matches", is_text=True),
    Column("target", is_text=True),
    Column("reached by", is_text=True),
)
_OUTPUT_COLUMNS = (Column("output", is_text=True), Column("value", is_text=True))
_BUCKET_COLUMNS = (
    Column("bucket"),
    Column("older versions"),
    Column("encryption"),
    Column("public access"),
    Column("requests"),
)
_ENDPOINT_COLUMNS = (
    Column("VPC endpoint"),
    Column("kind"),
    Column("VPC"),
    Column("subnets or route tables", is_text=True),
    Column("lets through", is_text=True),
)


class Step:
    """One step: a moving line while it runs, a lasting one when it is done, none when it failed."""

    def __init__(self, console: Console, text: str) -> None:
        self._console = console
        self._text = text
        self._result = ""
        self._status: Status | None = None
        self._started = 0.0

    def __enter__(self) -> Step:
        self._started = time.monotonic()
        self._status = self._console.status(f"{self._text} ...")
        self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()
        if error is None:
            seconds = f"{time.monotonic() - self._started:.1f} s"
            line = f"{self._text}: {self._result}" if self._result else self._text
            self._console.print(f"{line}  [dim]{seconds}[/dim]", highlight=False, soft_wrap=True)

    def count(self, number: int) -> None:
        """Show how far it is."""
        if self._status is not None:
            self._status.update(f"{self._text}: {number} ...")

    def result(self, text: str) -> None:
        """Say what came of it, for the lasting line."""
        self._result = text


class Progress:
    """Where the flow reports to.

    Args:
        console: Where it is shown.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    def step(self, text: str) -> Step:
        """Return a step, to be used in a `with` statement."""
        return Step(self._console, text)

    def note(self, text: str) -> None:
        """Print a line that belongs to the step before it."""
        self.text(f"  {text}")

    def text(self, text: str) -> None:
        """Print text as it is, never wrapped, so that it can be copied."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def repositories(self, rows: tuple[RepositoryRow, ...]) -> None:
        """Print the repositories: a table where there is room for it, else a block for each."""
        self.text(f"{len(rows)} repositories" if len(rows) != 1 else "1 repository")
        cells = [
            (row.name, row.url, row.mutability, row.scanning, row.retention, row.pullers, str(row.parameters))
            for row in rows[:_MOST_ROWS]
        ]
        if cells:
            self._table(_COLUMNS, cells)
        if len(rows) > _MOST_ROWS:
            self.text(f"and {len(rows) - _MOST_ROWS} more")

    def identities(self, rows: tuple[IdentityRow, ...]) -> None:
        """Print the roles and policies, if there are any."""
        if rows:
            self.text(f"{len(rows)} roles and policies" if len(rows) != 1 else "1 role or policy")
            cells = [(row.name, row.kind, row.who, row.may) for row in rows]
            self._table(_IDENTITY_COLUMNS, cells)

    def endpoints(self, rows: tuple[EndpointRow, ...]) -> None:
        """Print the VPC endpoints, if there are any."""
        if rows:
            self.text(f"{len(rows)} VPC endpoints" if len(rows) != 1 else "1 VPC endpoint")
            cells = [(row.service, row.kind, row.vpc, row.where, row.lets_through) for row in rows]
            self._table(_ENDPOINT_COLUMNS, cells)

    def buckets(self, rows: tuple[BucketRow, ...]) -> None:
        """Print the buckets, if there are any."""
        if rows:
            self.text(f"{len(rows)} buckets" if len(rows) != 1 else "1 bucket")
            cells = [(row.name, row.versions, row.encryption, row.public_access, row.transport) for row in rows]
            self._table(_BUCKET_COLUMNS, cells)

    def events(self, rows: tuple[EventRow, ...]) -> None:
        """Print the rules of events, if there are any."""
        if rows:
            self.text(f"{len(rows)} rules of events" if len(rows) != 1 else "1 rule of events")
            cells = [(row.name, row.matches, row.target, row.reached_by) for row in rows[:_MOST_ROWS]]
            self._table(_EVENT_COLUMNS, cells)
            if len(rows) > _MOST_ROWS:
                self.text(f"and {len(rows) - _MOST_ROWS} more")

    def outputs(self, stack: str, outputs: Mapping[str, Output]) -> None:
        """Print the outputs of a stack, if it has any, each entry of a map by itself; no value of a sensitive one.

        Args:
            stack: The stack's name, where there are several.
            outputs: Its outputs, by name.
        """
        cells = [cell for name, output in outputs.items() for cell in _cells(name, output)]
        if cells:
            self.text(f"Outputs of {stack}" if stack else "Outputs")
            self._table(_OUTPUT_COLUMNS, cells[:_MOST_ROWS], lines=False)
            if len(cells) > _MOST_ROWS:
                self.text(f"and {len(cells) - _MOST_ROWS} more")

    def _table(self, columns: Sequence[Column], cells: Sequence[tuple[str, ...]], *, lines: bool = True) -> None:
        console = self._console
        screen = Screen(console.width, is_bounded=console.is_terminal, colours=console.color_system is not None)
        console.out(records(columns, cells, screen, lines=lines), highlight=False)

    @contextlib.contextmanager
    def until_interrupted(self, text: str) -> Iterator[None]:
        """Print text and run the block until Ctrl-C, which is how it is meant to end."""
        self.text(text)
        with contextlib.suppress(KeyboardInterrupt):
            yield
        self.text("")


def _cells(name: str, output: Output) -> Iterator[tuple[str, str]]:
    """Return an output as it is written in Terraform's language, with what it is."""
    if output.is_sensitive:
        yield name, "(sensitive)"
    elif isinstance(output.value, dict) and output.value:
        for key, value in output.value.items():
            yield f"{name}[{json.dumps(key)}]", _written(value)
    else:
        yield name, _written(output.value)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
