"""The shape of a later provider than that of the bindings, as a judge of what is synthesised.

`provider_shape.json` has it, which `tools/provider_shape.py` makes of bindings to that provider. It knows the names of
arguments and blocks, how they nest and which are required. It knows no values, no limits, and nothing of data sources,
of the provider's own block or of the backend.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["SHAPE", "differences"]

SHAPE: Mapping[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))

# https://developer.hashicorp.com/terraform/language/syntax/json; `//` is a comment.
_META = {"//", "connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"}


def differences(document: Mapping[str, Any]) -> list[str]:
    """Return what is otherwise in a synthesised document than the provider has it, each with its place."""
    return [
        each
        for kind, resources in document.get("resource", {}).items()
        for name, body in resources.items()
        for each in _of_a_resource(kind, name, body)
    ]


def _of_a_resource(kind: str, name: str, body: Mapping[str, Any]) -> Iterator[str]:
    arguments = SHAPE["types"].get(kind)
    if arguments is None:
        yield f"{kind}: no such type is in the shape: run make provider-shape"
        return
    said = {key: value for key, value in body.items() if key not in _META}
    yield from _of_a_body(said, arguments, f"{kind}.{name}")


def _of_a_body(body: Mapping[str, Any], arguments: Mapping[str, Any], where: str) -> Iterator[str]:
    # What is null is not said.
    said = {key: value for key, value in body.items() if value is not None}
    for key in sorted(said.keys() - arguments.keys()):
        yield f"{where}.{key}: not known"
    for key, argument in arguments.items():
        if key in said:
            yield from _of_a_value(said[key], argument, f"{where}.{key}")
        elif argument.get("required"):
            yield f"{where}.{key}: required"


def _of_a_value(value: Any, argument: Mapping[str, Any], where: str) -> Iterator[str]:
    form = argument["is"]
    if form in ("block", "blocks"):
        blocks = value if isinstance(value, list) else [value]
        if form == "block" and len(blocks) > 1:
            yield f"{where}: one block at most"
        for block in blocks:
            if isinstance(block, Mapping):
                yield from _of_a_body(block, argument["of"], where)
            else:
                yield f"{where}: must be a block"
    elif isinstance(value, str) and value.startswith("${"):
        return  # an expression may be anything
    elif form != _form(value):
        yield f"{where}: must be a {form}"


def _form(value: Any) -> str:
    """Return what a value is in the words of the shape; blocks are none of them."""
    if isinstance(value, Mapping):
        return "map"
    if isinstance(value, list):
        return "blocks" if any(isinstance(each, Mapping) for each in value) else "list"
    return "value"
