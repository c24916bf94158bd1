"""What a value of the environment file may be, told in words from its JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ecr_constructs.config.model.forms import LARGEST
from ecr_constructs.config.rules.catalogue import catalogue

__all__ = ["code", "words"]

_Schema = Mapping[str, Any]
# A longer pattern tells nobody anything: it stands in the schema alone.
_LONGEST_PATTERN = 60
_NO_CONTROLS = r"[^\x00"
_TRUTH = "`true` or `false`"


def words(schema: _Schema, link: Callable[[str], str]) -> str:
    """Return what a value may be, with its limits.

    Args:
        schema: The value's schema.
        link: Returns a link to a part of the schema, by what it is called there.
    """
    match schema:
        case {"$ref": ref}:
            return link(ref.rpartition("/")[2])
        case {"allOf": [{"$ref": _}, *_]}:
            return _narrowed(schema, link)
        case {"const": value}:
            return code(value)
        case {"enum": values}:
            return _one_of(values)
        case {"anyOf": choices} | {"oneOf": choices} if "type" not in schema:
            return _either(choices, link)
    match schema.get("type"):
        case "boolean":
            return _TRUTH
        case "integer":
            return "whole number" + _between(schema.get("minimum"), schema.get("maximum"))
        case "string":
            return _text(schema)
        case "array":
            return _list(schema, link)
        case "null":
            return "`null`"
    return _mapping(schema, link)


def code(value: object) -> str:
    """Return a value as it is written in a file."""
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _either(choices: Iterable[_Schema], link: Callable[[str], str]) -> str:
    told = dict.fromkeys(words(choice, link) for choice in choices)
    return _joined([part for each in told for part in (each.split(" or ") if each == _TRUTH else [each])])


def _one_of(values: Sequence[object]) -> str:
    if [*values] == [name for name, entry in catalogue().items() if entry.severity != "error"]:
        return "code of a [warning or notice](rules.md)"
    if len(run := [value for value in values if isinstance(value, int) and value > 0]) > 1 and (
        run == [*range(run[0], run[-1] + 1)]
    ):
        return _joined([*(code(value) for value in values if value not in run), f"{run[0]} to {run[-1]}"])
    return _joined([code(value) for value in values])


def _joined(parts: Sequence[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} or {last}" if most else last


def _narrowed(schema: _Schema, link: Callable[[str], str]) -> str:
    """Tell of what another schema describes, less what it may not have here."""
    without = [
        code(key)
        for part in schema["allOf"]
        for key, said in part.get("properties", {}).items()
        if said == {"type": "null"} or said.get("maxItems") == 0
    ]
    told = _either([part for part in schema["allOf"] if "$ref" in part], link)
    return f"{told}, without {_joined(without)}" if without else told


def _text(schema: _Schema) -> str:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    told = "text"
    if most is not None:
        told += f" of {least} to {most:,} characters" if least > 1 else f" of at most {most:,} characters"
    pattern = re.sub(r"^\^\(\?:(.*)\)\$$", r"\1", schema.get("pattern", ""))
    if pattern and len(pattern) <= _LONGEST_PATTERN and not pattern.startswith(_NO_CONTROLS):
        told += f" that matches `{pattern}`"
    if examples := schema.get("examples"):
        told += f", such as {_joined([code(each) for each in examples])}"
    return told


def _list(schema: _Schema, link: Callable[[str], str]) -> str:
    told = words(schema.get("items", {}), link)
    limits = _between(schema.get("minItems"), schema.get("maxItems"))
    listed = f"list{limits}, each entry {told}" if limits else f"list, each entry {told}"
    return listed + ("; none twice" if schema.get("uniqueItems") else "")


def _mapping(schema: _Schema, link: Callable[[str], str]) -> str:
    if keys := [code(key) for key in schema.get("properties", {})]:
        return f"mapping with {' and '.join(keys)}"
    value = schema.get("additionalProperties", {})
    most = f" of at most {schema['maxProperties']} keys" if "maxProperties" in schema else ""
    return f"mapping{most}, each value {words(value, link)}"


def _between(least: int | None, most: int | None) -> str:
    if most is not None and most < LARGEST:
        return f" of {least} to {most:,}" if least else f" of at most {most:,}"
    return f" of at least {least}" if least else ""
