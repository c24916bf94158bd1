"""Telling values that Terraform knows only later from values that can be checked now.

CDKTF encodes what is unknown at synthesis in ordinary strings, numbers and lists ("tokens"). The markers are those of
`cdktf.Token`; they are recognised here by text so that the checks need no engine.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import NewType, overload

from ecr_constructs.errors import Problem, raise_problems, show

__all__ = ["TokenString", "is_unresolved", "token"]

TokenString = NewType("TokenString", str)
"""Text that Terraform fills in later, where otherwise one of a few words is written; `token` makes it."""

# Upper 16 bits of the double that stands for a number, and of the one in a list that stands for a list of numbers.
_NUMBER_MARKERS = b"\xfd\xff", b"\xfb\xff"
# The key of a mapping that stands for one that Terraform fills in.
_MAP_MARKER = "&{TfToken["
# jsii's class for what the engine hands out by an interface alone, such as the value of a variable of any type.
_PROXY = "InterfaceDynamicProxy"


@overload
def token(value: str) -> TokenString: ...
@overload
def token(value: list[str]) -> list[TokenString]: ...
def token(value: str | list[str]) -> TokenString | list[TokenString]:
    """Tell type checkers that a text, or a list, is one that Terraform fills in later.

    CDKTF's tokens are of type `str`, which mypy, pyright and editors refuse where one of a few words is asked for: they
    could not tell a wrong word otherwise. The text itself stays as it is, so a program that no checker looks at needs
    none of this.

        Repository(self, "Web", repository_name="web", image_tag_mutability=token(mutability.string_value))

    Args:
        value: The text of a token or of a Terraform expression: `TerraformVariable.string_value`, an attribute of
            another resource, `Token.as_string(...)`; or a list of them, such as `TerraformVariable.list_value`.

    Returns:
        The same value, of the type that such arguments take besides their words.

    Raises:
        InvalidInput: It holds nothing that is filled in later.
    """
    texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    if not texts or not all(isinstance(text, str) and is_unresolved(text) for text in texts):
        rule, fix = "must be the text of a token, or a list of such texts", "Write a word that is known as it is."
        raise_problems([Problem(("value",), "argument-type", rule, show(value), fix)], source="token")
    return value  # type: ignore[return-value]  # a NewType is what it is made of


def is_unresolved(value: object) -> bool:
    """Tell whether a value contains a token or a Terraform expression, so that its text means nothing yet.

    Args:
        value: Anything that a keyword argument may be given.

    Returns:
        True for strings with `${...}` or a token marker, for number, list and map tokens, and for objects of the
        engine that are neither text, number, truth value, sequence nor mapping (`IResolvable`).
    """
    if isinstance(value, str):
        return "${" in value or "#{TfToken[" in value
    if isinstance(value, Sequence):
        return len(value) == 1 and _is_list_token(value[0])
    if isinstance(value, Mapping):
        return any(isinstance(key, str) and _MAP_MARKER in key for key in value)
    return _is_number_token(value) or hasattr(value, "resolve") or type(value).__name__ == _PROXY


def _is_list_token(entry: object) -> bool:
    return entry.startswith("#{TfToken[") if isinstance(entry, str) else _is_number_token(entry)


def _is_number_token(value: object) -> bool:
    return isinstance(value, float) and struct.pack(">d", value)[:2] in _NUMBER_MARKERS
