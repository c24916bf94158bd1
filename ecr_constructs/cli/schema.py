"""`ecr-constructs schema [FILE]`: the JSON Schema of environment files, or of what a review prints."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated

import typer

from ecr_constructs.errors import OperationError, file_name

__all__ = ["SchemaOf", "schema"]


class SchemaOf(enum.StrEnum):
    """What there are schemas of."""

    ENVIRONMENT = "environment"
    REVIEW = "review"


def schema(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            readable=False,
            help="Where it is written, in place of what is there. Default: standard output.",
            show_default=False,
        ),
    ] = None,
    of: Annotated[
        SchemaOf, typer.Option("--of", help="Of environment files, or of what `review --format json` prints.")
    ] = SchemaOf.ENVIRONMENT,
) -> int:
    """Write the JSON Schema of environment files, which gives editors every key, its meaning and its default.

    Beside the files, as environments/environment.schema.json, it is what their first line names:
    `# yaml-language-server: $schema=environment.schema.json`. The one that `init` wrote is brought up to date by it.
    """
    text = _text(of)
    if file is None:
        sys.stdout.write(text)
        return 0
    try:
        file.write_bytes(text.encode())
    except OSError as error:
        raise OperationError(f"{file_name(file)} cannot be written ({error.strerror}).") from None
    return 0


def _text(of: SchemaOf) -> str:
    if of is SchemaOf.REVIEW:
        from ecr_constructs.review.formats.as_json import schema_text

        return schema_text()
    from ecr_constructs.config.model.schema import render_schema

    return render_schema()
