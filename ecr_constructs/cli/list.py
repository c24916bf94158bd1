"""`ecr-constructs list`: every repository that is published, for people and scripts."""

from __future__ import annotations

import dataclasses
import enum
import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.extras import require_extra
from ecr_constructs.cli.published import DEFAULT_PREFIX, Prefix, Profile, Region, asking

if TYPE_CHECKING:
    from ecr_constructs.discovery import PublishedRepository

__all__ = ["ListFormat", "list"]


_YES = {True: "yes", False: "no"}


class ListFormat(enum.StrEnum):
    """What the result is written for: people, programs, or a shell."""

    TABLE = "table"
    JSON = "json"
    ENV = "env"


def list(  # noqa: A001 - the name of the command
    output: Annotated[
        ListFormat,
        typer.Option("--format", help="For people, for programs (one object), or as variables for eval and source."),
    ] = ListFormat.TABLE,
    prefix: Prefix = DEFAULT_PREFIX,
    region: Region = None,
    profile: Profile = None,
) -> int:
    """Write every repository that is published in Parameter Store.

    As variables each is `ECR_TEAM_API_URL='...'`, for every field; two repositories whose variables would have the same
    names are refused. The exit status is 0, or 1 where AWS cannot be asked or refuses, and 2 where the arguments are
    wrong.
    """
    require_extra("cli", "rich")
    with asking(prefix, region, profile) as directory:
        found = directory.list()
    write = {ListFormat.TABLE: _table, ListFormat.JSON: _json, ListFormat.ENV: _variables}[output]
    for line in write(found):
        sys.stdout.write(f"{line}\n")
    return 0


def _table(found: Mapping[str, PublishedRepository]) -> Iterator[str]:
    from ecr_constructs.errors import one_line
    from ecr_constructs.terminal.records import Column, records
    from ecr_constructs.terminal.screen import screen_of

    columns = [Column(each) for each in ("repository", "url", "tags", "scan on push", "encryption")]
    rows = [
        tuple(map(one_line, (name, each.url, each.tag_mutability, _YES[each.scan_on_push], each.encryption_type)))
        for name, each in found.items()
    ]
    nothing = "Nothing is published there: check the prefix, the account and the region."
    yield records(columns, rows, screen_of(sys.stdout)) if rows else nothing


def _json(found: Mapping[str, PublishedRepository]) -> Iterator[str]:
    """Return one JSON object: `repositories`, each with `logical_name` and what is published about it."""
    repositories = [{"logical_name": name, **dataclasses.asdict(each)} for name, each in found.items()]
    yield json.dumps({"repositories": repositories}, indent=2)


def _variables(found: Mapping[str, PublishedRepository]) -> Iterator[str]:
    from ecr_constructs.discovery.variables import shell_lines, variables_of

    yield from shell_lines(variables_of(found))
