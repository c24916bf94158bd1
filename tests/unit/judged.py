"""What the JSON Schema, and what validation, say of a text."""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from ecr_constructs.config.model.schema import environment_schema
from ecr_constructs.config.reading import parse
from ecr_constructs.errors import Problem

__all__ = ["is_taken_by_the_schema", "of_the_form", "places", "problems_of", "with_value"]


# An escape and a class stand as they are; outside of them two signs mean something else in Python.
_ECMA_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[$.]")
_IN_PYTHON = {"$": r"\Z", ".": r"[^\n\r\u2028\u2029]"}


@functools.cache
def _read_as_ecma(pattern: str) -> re.Pattern[str]:
    """Read a pattern as ECMA-262 does, whose `$` is the end of the text and not also the line break before it."""
    return re.compile(_ECMA_TOKEN.sub(lambda match: _IN_PYTHON.get(match[0], match[0]), pattern))


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[jsonschema.ValidationError]:
    if isinstance(value, str) and not _read_as_ecma(pattern).search(value):
        yield jsonschema.ValidationError(f"{value!r} does not match {pattern!r}")


@functools.cache
def _validator() -> Any:
    return jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})(environment_schema())


def is_taken_by_the_schema(data: object) -> bool:
    """Tell whether the schema takes what a file says; an empty file says an empty mapping."""
    return _validator().is_valid(data)


def problems_of(data: object) -> list[Problem]:
    """Return the errors of what `dev.yaml` says."""
    return parse.parse_environment(data, file="dev.yaml")[1]


def of_the_form(data: object) -> list[Problem]:
    """Return those of them that are about the form of the keys alone, whatever else there is: all but the rules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse, "OF_A_REPOSITORY", ())
        patch.setattr(parse, "OF_AN_ENVIRONMENT", ())
        return problems_of(data)


def places(value: object, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Return the path of everything in data."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, *path, key)


def with_value(data: Any, path: tuple[str | int, ...], value: object) -> Any:
    """Return data with another value at a path."""
    data = inner = copy.deepcopy(data)
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return data
