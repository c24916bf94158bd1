"""Free text as Terraform reads it back unchanged.

Terraform takes every text of its JSON for a template: `${` begins an expression in it, and `%{` a directive
(https://developer.hashicorp.com/terraform/language/expressions/strings). An expression is given on purpose, and stays;
a directive never is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import TypeVar

__all__ = ["as_template", "split_expressions"]

T = TypeVar("T")


def as_template(value: T) -> T:
    """Return a value whose texts Terraform reads as they are here, with nothing but their expressions evaluated.

    Lengths and patterns are checked before: what is returned is for Terraform alone, and not for another call.

    Args:
        value: Text, or lists, mappings and structs of the bindings that hold any; all else comes back as it is.
    """
    if isinstance(value, str):
        return _escaped(value) if "%{" in value else value  # type: ignore[return-value]  # text for text
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101 - the first one is known at once
        return {as_template(key): as_template(entry) for key, entry in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return [as_template(entry) for entry in value]  # type: ignore[return-value]  # a list of JSON
    fields = getattr(value, "_values", None)
    if isinstance(fields, dict) and (texts := as_template(fields)) != fields:
        # Of a struct that is used twice, each use is escaped once.
        value = copy.copy(value)
        value._values = texts  # type: ignore[attr-defined]  # where the bindings keep what a struct holds
    return value


def split_expressions(text: str) -> Iterator[tuple[str, bool]]:
    """Return the parts of a text in order, each with whether it is an expression: `${...}`, but not `$${`."""
    start = at = 0
    while (begin := text.find("${", at)) >= 0:
        at = begin + 2
        if text[begin - 1 : begin] == "$":
            continue
        at = _end_of_expression(text, begin)
        yield text[start:begin], False
        yield text[begin:at], True
        start = at
    yield text[start:], False


def _escaped(text: str) -> str:
    parts = split_expressions(text)
    return "".join(part if is_expression else part.replace("%{", "%%{") for part, is_expression in parts)


def _end_of_expression(text: str, begin: int) -> int:
    """Return where the expression ends that begins here, counting braces and stepping over quoted text in it."""
    inside: list[str] = []  # what is open: "{" or '"'
    at = begin + 1
    while at < len(text):
        char = text[at]
        quoted = bool(inside) and inside[-1] == '"'
        if quoted and char == "\\":
            at += 1
        elif char == '"':
            inside.pop() if quoted else inside.append(char)
        elif char == "{" and (not quoted or text[at - 1] in "$%"):
            inside.append(char)
        elif char == "}" and not quoted:
            inside.pop()
            if not inside:
                return at + 1
        at += 1
    return len(text)
