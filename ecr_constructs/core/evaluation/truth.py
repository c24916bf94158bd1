"""True, false and unknown: Kleene's logic, with None for what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

__all__ = ["Truth", "all_of", "any_of", "negated"]

Truth: TypeAlias = bool | None
"""None where it cannot be decided."""


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return whether all hold: false as soon as one does not, unknown if one of the others is."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return whether any holds: true as soon as one does, unknown if one of the others is."""
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def negated(truth: Truth) -> Truth:
    """Return the opposite; of what is unknown, that is unknown as well."""
    return None if truth is None else not truth
