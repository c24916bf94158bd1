"""The fields that options and a value object share."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Hashable
from typing import Any, cast

from pydantic import BaseModel

__all__ = ["same_fields"]


def same_fields(kind: type[Any], options: BaseModel, *leave_out: str) -> dict[str, Any]:
    """Return the options that a value object has by the same names."""
    said = vars(options)
    return {name: said[name] for name in _names_in_both(cast("Hashable", kind), type(options), leave_out)}


@functools.cache
def _names_in_both(kind: Hashable, options: type[BaseModel], leave_out: tuple[str, ...]) -> tuple[str, ...]:
    names = (field.name for field in dataclasses.fields(cast("type[Any]", kind)))
    return tuple(name for name in names if name in options.model_fields and name not in leave_out)
