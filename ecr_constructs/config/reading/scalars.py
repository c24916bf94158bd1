"""What a plain scalar is: the core schema of YAML 1.2, which editors and most other tools read by.

PyYAML reads by YAML 1.1, where `no` is false, `1:30` is 90 and `010` is 8. Here `true` and `false` alone are truth
values, and whatever is no number, truth value or null is text (https://yaml.org/spec/1.2.2/#103-core-schema).
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["MERGE", "TEXT", "is_plain_text", "plain_tag", "value_of"]

_PREFIX = "tag:yaml.org,2002:"
MERGE = f"{_PREFIX}merge"
"""The tag of `<<`. YAML 1.2 leaves it out of its schemas; files have it all the same, and so do editors."""

TEXT = f"{_PREFIX}str"
"""The tag of text."""

_NULL, _BOOL, _INT, _FLOAT = (f"{_PREFIX}{name}" for name in ("null", "bool", "int", "float"))
_NOTHING = ("", "~", "null", "Null", "NULL")
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_BASES = {"0o": 8, "0x": 16}
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
# What a scalar that is no text can begin with; most begin otherwise.
_FIRST = frozenset("~nNtTfF<.+-0123456789")


def plain_tag(text: str) -> str:
    """Return the tag of a scalar that is written without quotes and without a tag."""
    if text and text[0] not in _FIRST:
        return TEXT
    if text == "<<":
        return MERGE
    if text in _NOTHING:
        return _NULL
    if text in _TRUTHS:
        return _BOOL
    if _WHOLE.fullmatch(text):
        return _INT
    return _FLOAT if _REAL.fullmatch(text) or _NO_FINITE.fullmatch(text) else TEXT


def is_plain_text(text: str) -> bool:
    """Tell whether a text that is written without quotes is still text."""
    return plain_tag(text) == TEXT


def value_of(text: str, tag: str) -> object:
    """Return the value of a scalar.

    Raises:
        KeyError: The tag is none of the core schema.
        ValueError: The text is none that its tag has.
    """
    return _READ[tag](text)


def _null(text: str) -> None:
    if text not in _NOTHING:
        raise ValueError(text)


def _truth(text: str) -> bool:
    if text not in _TRUTHS:
        raise ValueError(text)
    return _TRUTHS[text]


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    base = _BASES.get(text[:2])
    return int(text) if base is None else int(text[2:], base)


def _real(text: str) -> float:
    if _NO_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    if not _REAL.fullmatch(text):
        raise ValueError(text)
    return float(text)


_READ: dict[str, Callable[[str], object]] = {_NULL: _null, _BOOL: _truth, _INT: _whole, _FLOAT: _real, TEXT: str}
