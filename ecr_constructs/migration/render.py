"""Writing an environment file from data, with comments between its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import yaml

from ecr_constructs.config.reading.scalars import is_plain_text

__all__ = ["SCHEMA_COMMENT", "Part", "render"]

Part = tuple[Sequence[str], Mapping[str, object]]
"""Lines of a comment, and the keys that follow it."""

SCHEMA_COMMENT = "yaml-language-server: $schema=environment.schema.json"
"""First line of an environment file, by which editors know its keys."""

_WIDTH = 120
_LOOKS_LIKE_NUMBER = re.compile(r"[-+.\d]+")


def _needs_quotes(value: str) -> bool:
    return _LOOKS_LIKE_NUMBER.fullmatch(value) is not None or not is_plain_text(value)


class _Dumper(yaml.SafeDumper):
    """Writes lists indented, digits in double quotes, and text of several lines as lines."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent lists below their key as well."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        """Write everything where it is used."""
        return True


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else '"' if _needs_quotes(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _represent_text)


def render(parts: Iterable[Part]) -> str:
    """Return the text of an environment file.

    Args:
        parts: Keys in the order in which they are to stand, each part after its comment and an empty line. A part
            without keys is left out, unless it comes first.
    """
    sections: list[str] = []
    for comment, data in parts:
        if data or not sections:
            body = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH) if data else ""
            sections.append("".join(f"# {line}\n" if line else "#\n" for line in comment) + body)
    return "\n".join(sections)
