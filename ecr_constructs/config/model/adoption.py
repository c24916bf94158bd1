"""What a repository takes over that exists already."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import WithJsonSchema, WrapValidator
from pydantic_core import PydanticCustomError

from ecr_constructs.config.model.fields import Items
from ecr_constructs.config.model.forms import PROBLEMS
from ecr_constructs.core.adoption import ADOPTABLE
from ecr_constructs.errors import Problem, show

__all__ = ["Adopted"]


def _all_or_named(value: object, named: Callable[[object], object]) -> object:
    """Accept `true` and `false` beside a list.

    True stays what it is: it is about whatever the file makes, and a list about what it names.
    """
    if isinstance(value, bool):
        return value or ()
    if isinstance(value, list | tuple):
        return named(value)
    fix = f"Write true for the repository and its policies, or a list of {', '.join(_MOST_NAMED)}."
    problem = Problem((), "type", "must be true, false or a list", "nothing" if value is None else show(value), fix)
    raise PydanticCustomError(PROBLEMS, "broken rules", {PROBLEMS: [problem]})


_MOST_NAMED = tuple(part for part in ADOPTABLE if "/" not in part)
_Part = Literal[ADOPTABLE]  # type: ignore[valid-type]  # the core's words, which a checker cannot read
if TYPE_CHECKING:
    Adopted: TypeAlias = bool | tuple[str, ...]
else:
    Adopted = Annotated[
        Items[_Part],
        WrapValidator(_all_or_named),
        WithJsonSchema(
            {"anyOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "string", "enum": list(ADOPTABLE)}}]}
        ),
    ]
"""What is adopted: true, or a tuple of what is named."""
