"""`ecr-constructs get NAME [FIELD]`: what is published about a repository, for scripts."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ecr_constructs.cli.published import DEFAULT_PREFIX, Prefix, Profile, Region, asking

if TYPE_CHECKING:
    from ecr_constructs.discovery import PublishedRepository

__all__ = ["get"]

_FIELDS = (
    "url",
    "arn",
    "name",
    "registry-id",
    "scan-on-push",
    "encryption-type",
    "tag-mutability",
    "region",
    "registry-host",
)


def get(
    name: Annotated[str, typer.Argument(help="The name that it is published by: web, team/api.", metavar="NAME")],
    field: Annotated[
        str | None,
        typer.Argument(
            help=f"One of {', '.join(_FIELDS)}. Default: all, as JSON.", metavar="FIELD", show_default=False
        ),
    ] = None,
    default: Annotated[
        str | None, typer.Option(help="What to write where it is not published.", metavar="TEXT", show_default=False)
    ] = None,
    prefix: Prefix = DEFAULT_PREFIX,
    region: Region = None,
    profile: Profile = None,
) -> int:
    """Write what is published about a repository in Parameter Store: one value, or all of it as a JSON object.

    The exit status is 0, or 1 where it is not published or may not be read, and 2 where the arguments are wrong.
    """
    from ecr_constructs.errors import Problem, nearest, raise_problems, show

    attribute = None if field is None else field.replace("_", "-")
    if attribute is not None and attribute not in _FIELDS:
        rule, fix = f"must be one of {', '.join(_FIELDS)}", nearest(attribute, _FIELDS)
        raise_problems([Problem(("FIELD",), "arguments", rule, show(field), fix)])
    with asking(prefix, region, profile) as directory:
        found = directory.get(name) if default is None else directory.get(name, None)
    sys.stdout.write(f"{default if found is None else _written(found, attribute)}\n")
    return 0


def _written(found: PublishedRepository, field: str | None) -> str:
    if field is None:
        return json.dumps(dataclasses.asdict(found), indent=2)
    value = getattr(found, field.replace("-", "_"))
    return str(value).lower() if isinstance(value, bool) else str(value)
