"""Telling values that Terraform knows only later from values that can be checked now.

CDKTF encodes what is unknown at synthesis in ordinary strings, numbers and lists ("tokens"). The markers are those of
`cdktf.Token`; they are recognised here by text so that the checks need no engine.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

__all__ = ["is_unresolved"]

# Upper 16 bits of the double that stands for a number, and of the one in a list that stands for a list of numbers.
_NUMBER_MARKERS = b"\xfd\xff", b"\xfb\xff"
# jsii's class for what the engine hands out by an interface alone, such as the value of a variable of any type.
_PROXY = "InterfaceDynamicProxy"


def is_unresolved(value: object) -> bool:
    """Tell whether a value contains a token or a Terraform expression, so that its text means nothing yet.

    Args:
        value: Anything that a keyword argument may be given.

    Returns:
        True for strings with `${...}` or a token marker, for number and list tokens, and for objects of the engine
        that are neither text, number, truth value, sequence nor mapping (`IResolvable`).
    """
    if isinstance(value, str):
        return "${" in value or "#{TfToken[" in value
    if isinstance(value, Sequence):
        return len(value) == 1 and _is_list_token(value[0])
    return _is_number_token(value) or hasattr(value, "resolve") or type(value).__name__ == _PROXY


def _is_list_token(entry: object) -> bool:
    return entry.startswith("#{TfToken[") if isinstance(entry, str) else _is_number_token(entry)


def _is_number_token(value: object) -> bool:
    return isinstance(value, float) and struct.pack(">d", value)[:2] in _NUMBER_MARKERS
