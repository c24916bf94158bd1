"""The JSON Schema of the environment file, made from the models, for editors and for anyone's validator."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ecr_constructs.config.model.file import DEFAULTS, EnvironmentFile
from ecr_constructs.config.rules.catalogue import catalogue

__all__ = ["environment_schema", "render_schema"]

_PARTS = "#/$defs/"
# What is said of one repository alone.
_NO_DEFAULTS = {
    "repository_name": {"type": "null"},
    "renamed_from": {"type": "null"},
    "acknowledge": {"maxItems": 0},
}


def environment_schema() -> dict[str, Any]:
    """Return the schema: every key with its form, description and default, unknown keys refused.

    Its parts are called by the models' titles, which editors show, and not by the names of classes.
    """
    schema = EnvironmentFile.model_json_schema()
    schema.pop("title")
    parts = schema.pop("$defs")
    names = {name: part["title"].replace(" ", "-") for name, part in parts.items()}
    for part in (schema, *parts.values()):
        for key in part.get("properties", {}).values():
            # Titles of keys repeat them; editors would show them in the description's place.
            key.pop("title", None)
    for each in _mappings([schema, *parts.values()]):
        if str(each.get("$ref", "")).startswith(_PARTS):
            each["$ref"] = _PARTS + names[each["$ref"].removeprefix(_PARTS)]
    _say_codes(schema, *parts.values())
    defaults = schema["properties"][DEFAULTS]
    both = [{"$ref": defaults.pop("$ref")}, {"properties": _NO_DEFAULTS}]
    schema["properties"][DEFAULTS] = {"allOf": both, **defaults}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ecr-constructs environment",
        "$defs": {names[name]: parts[name] for name in sorted(names, key=names.__getitem__)},
        **schema,
    }


def render_schema() -> str:
    """Return the schema as text, the same bytes for the same models."""
    return json.dumps(environment_schema(), indent=2) + "\n"


def _say_codes(*parts: dict[str, Any]) -> None:
    """Say which codes can be acknowledged, each once."""
    notices = [code for code, entry in catalogue().items() if entry.severity != "error"]
    for part in parts:
        if (acknowledged := part["properties"].get("acknowledge")) is not None:
            acknowledged |= {"items": {"type": "string", "enum": notices}, "uniqueItems": True}


def _mappings(value: object) -> Iterator[dict[str, Any]]:
    """Return every mapping within a value."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _mappings(each)
