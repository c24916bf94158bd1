"""Entries of `ecr_repositories` as YAML, in the style of the shipped environment files."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import yaml

from ecr_constructs.adoption.describe import Entry
from ecr_constructs.config.reading.scalars import is_plain_text

__all__ = ["render_entries"]

_WIDTH = 120
_STEP = 2


class _Dumper(yaml.SafeDumper):
    """Writes lists of scalars on one line, others indented, and quotes with `"`."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, False)  # noqa: FBT003  # as PyYAML calls it

    def choose_scalar_style(self) -> str:
        style: str = super().choose_scalar_style()
        return '"' if style == "'" else style

    def check_simple_key(self) -> bool:
        # A name of 256 characters is a key like any other; PyYAML would put '? ' before it.
        return isinstance(self.event, yaml.ScalarEvent) or bool(super().check_simple_key())

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _represent_list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    flow = not any(isinstance(each, dict | list) for each in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flow)


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # PyYAML quotes what YAML 1.1 takes for something else; such as 1e3 and 089 are numbers in 1.2 alone.
    style = None if is_plain_text(value) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(str, _represent_text)


def render_entries(entries: Iterable[Entry], *, indent: int, newline: str = "\n") -> str:
    """Return entries as lines of a block mapping, sorted by logical name.

    Args:
        entries: The entries.
        indent: Column of their keys.
        newline: What ends a line.
    """
    text = "".join(_entry(each, indent) for each in sorted(entries, key=lambda each: each.logical_name))
    return text.replace("\n", newline)


def _entry(entry: Entry, indent: int) -> str:
    head = _dump({entry.logical_name: None}).removesuffix(" null\n") + "\n"
    body = "".join(_comment(each, indent + _STEP) for each in entry.comments) + _dump(entry.options)
    return textwrap.indent(head + textwrap.indent(body, " " * _STEP), " " * indent)


def _comment(text: str, indent: int) -> str:
    return "".join(f"# {line}\n" for line in textwrap.wrap(text, _WIDTH - indent - 2, break_on_hyphens=False))


def _dump(data: dict[str, Any]) -> str:
    # No line is ever folded: what continues a line would be hard to find again.
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text
