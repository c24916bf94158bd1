"""Telling values that Terraform knows only later from values that can be checked now.

CDKTF encodes what is unknown at synthesis in ordinary strings, numbers and lists ("tokens"). The markers are those of
`cdktf.Token`; they are recognised here by text so that the checks need no engine.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["is_unresolved"]

# A number token is a double whose upper bits are 0xFBFF, so it lies far below any number that a user means.
_NUMBER_TOKENS_BELOW = -1e288


def is_unresolved(value: object) -> bool:
    """Tell whether a value contains a token or a Terraform expression, so that its text means nothing yet.

    Args:
        value: Anything that a keyword argument may be given.

    Returns:
        True for strings with `${...}` or a token marker, for number and list tokens, and for objects of the engine
        that are neither text, number, truth value, sequence nor mapping (`IResolvable`).
    """
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, str):
        return "${" in value or "#{TfToken[" in value
    if isinstance(value, int | float):
        return value < _NUMBER_TOKENS_BELOW
    if isinstance(value, Sequence):
        return len(value) == 1 and isinstance(value[0], str) and value[0].startswith("#{TfToken[")
    return hasattr(value, "resolve")
