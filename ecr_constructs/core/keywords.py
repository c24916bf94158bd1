"""A value object as the keyword arguments of the construct that makes it."""

from __future__ import annotations

import dataclasses
from typing import Any

__all__ = ["keywords_of"]


def keywords_of(value: Any, *leave_out: str) -> dict[str, Any]:
    """Return the fields of a dataclass that are not at their defaults, by name.

    Args:
        value: The value object.
        *leave_out: Fields that are not wanted.
    """
    return {
        field.name: getattr(value, field.name)
        for field in dataclasses.fields(value)
        if field.name not in leave_out and getattr(value, field.name) != _default_of(field)
    }


def _default_of(field: dataclasses.Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
