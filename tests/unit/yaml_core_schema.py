"""YAML read as an editor reads it: by the core schema of version 1.2, apart from the reading of environment files.

PyYAML parses, and what a scalar is stands here in the words of the specification
(https://yaml.org/spec/1.2.2/#1032-tag-resolution). Loaders that call themselves 1.2 read more than that: dates, and
numbers with underscores.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

__all__ = ["read_by_core_schema"]

_RESOLUTION = {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
        r"|[-+]?(\.inf|\.Inf|\.INF)"
        r"|\.nan|\.NaN|\.NAN"
    ),
    # No part of the core schema, and read by every editor.
    "merge": "<<",
}


class _Loader(yaml.SafeLoader):
    """PyYAML's loader with another resolution of plain scalars."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own name for it

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Let an anchor be defined again, which PyYAML refuses."""
        if not self.check_event(yaml.AliasEvent):
            self.anchors.pop(self.peek_event().anchor, None)
        return super().compose_node(parent, index)


def _construct_int(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    text = node.value
    return int(text[2:], {"0o": 8, "0x": 16}[text[:2]]) if text[:2] in ("0o", "0x") else int(text)


for _name, _pattern in _RESOLUTION.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})\Z"), None)
_Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)


def read_by_core_schema(text: str) -> object:
    """Return what a text says; nothing is an empty mapping, as an editor's schema sees it."""
    said = yaml.load(text, Loader=_Loader)
    return {} if said is None else said
