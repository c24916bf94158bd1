"""The values of a `.tfvars.json` file, each with its line. Terraform takes its texts as they are, `${` included."""

from __future__ import annotations

import json
import re

from ecr_constructs.errors import KeyPath, Problem
from ecr_constructs.migration.hcl import Variables

__all__ = ["read_tfvars_json"]

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def read_tfvars_json(text: str, name: str) -> tuple[Variables, list[Problem]]:
    """Read a `.tfvars.json` file (https://developer.hashicorp.com/terraform/language/values/variables).

    Args:
        text: Its text.
        name: How messages call it.
    """
    fix = "Check quotes, brackets and commas up to this line."
    rule = "must be one mapping in JSON"
    try:
        data = json.loads(text)
        if isinstance(data, dict):
            return _Reader(text, name).read()
    except json.JSONDecodeError as error:
        return Variables(), [Problem((), "tfvars-syntax", rule, "", fix, f"{name}:{error.lineno}")]
    except (RecursionError, ValueError):  # too many levels, or digits
        return Variables(), [Problem((), "tfvars-syntax", rule, "", "Use fewer levels and digits.", name)]
    return Variables(), [Problem((), "tfvars-syntax", rule, "", fix, f"{name}:1")]


class _Reader:
    """Walks through a text that is JSON."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._at = 0
        self._variables = Variables()
        self._problems: list[Problem] = []

    def read(self) -> tuple[Variables, list[Problem]]:
        """Return the variables of the file, and what is wrong with it."""
        self._skip()
        self._mapping((), self._variables)
        return self._variables, self._problems

    def _value(self, path: KeyPath) -> object:
        start = self._text[self._at]
        if start == "{":
            return self._mapping(path, {})
        if start == "[":
            return self._items(path)
        value, self._at = _DECODER.raw_decode(self._text, self._at)
        return value

    def _mapping(self, path: KeyPath, mapping: dict[str, object]) -> dict[str, object]:
        self._at += 1
        while self._skip() != "}":
            line = self._line()
            key, self._at = _DECODER.raw_decode(self._text, self._at)
            self._skip()
            self._at += 1  # the colon
            self._skip()
            place = (*path, key)
            if key in mapping:
                rule = f"must be given once; it is also at line {self._variables.lines[place]}"
                fix = "Remove one of the two."
                self._problems.append(Problem(place, "tfvars-duplicate", rule, "", fix, f"{self._name}:{line}"))
            self._variables.lines[place] = line
            mapping[key] = self._value(place)
            self._comma()
        self._at += 1
        return mapping

    def _items(self, path: KeyPath) -> list[object]:
        self._at += 1
        items: list[object] = []
        while self._skip() != "]":
            place = (*path, len(items))
            self._variables.lines[place] = self._line()
            items.append(self._value(place))
            self._comma()
        self._at += 1
        return items

    def _comma(self) -> None:
        if self._skip() == ",":
            self._at += 1

    def _skip(self) -> str:
        """Go to what is not white space, and return it."""
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
