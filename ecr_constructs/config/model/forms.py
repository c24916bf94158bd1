"""What the JSON Schema says of a value beside its type, from the same description as the check.

A schema's patterns are those of ECMA-262. The core's, which these are made from, keep to what both languages read
alike.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ecr_constructs.errors import Problem, show

__all__ = [
    "LARGEST",
    "PROBLEMS",
    "WHOLE",
    "Form",
    "all_of",
    "checked",
    "form",
    "matching",
    "pattern_of",
    "sets_one_of",
    "whole",
]

PROBLEMS = "problems"
"""Type of the pydantic error that carries problems of the pure core in its context."""

LARGEST = 2**63 - 1
"""The largest number that a file can have, and the one of 64 bits."""


@dataclasses.dataclass(frozen=True, eq=False)
class Form:
    """What a schema says of a value; what differs from it is refused by a check or by a rule.

    Attributes:
        said: Keywords of JSON Schema.
        check: The check that refuses; None where a rule does, which knows more than the value.
    """

    said: Mapping[str, Any]
    check: Callable[..., list[Problem]] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let the check follow on the type's own."""
        inner, check = handler(source), self.check
        if check is None:
            return inner

        def validate(value: Any) -> Any:
            if problems := check(value):
                raise PydanticCustomError(PROBLEMS, "broken rules", {PROBLEMS: problems})
            return value

        return core_schema.no_info_after_validator_function(validate, inner)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say it beside what is said of the type."""
        return all_of(handler(schema), self.said)


def all_of(schema: Mapping[str, Any], *more: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema that also says more; a keyword that it has already stands in `allOf`."""
    result = dict(schema)
    for each in more:
        if "$ref" in result or result.keys() & each.keys():
            result["allOf"] = [*result.get("allOf", ()), *([dict(each)] if "allOf" not in each else each["allOf"])]
        else:
            result |= each
    return result


def form(*patterns: re.Pattern[str] | str, **said: Any) -> Form:
    """Return what a schema says of a value that a rule judges: that it matches each pattern, and further keywords."""
    return Form(_with_patterns(patterns, said))


def checked(check: Callable[..., list[Problem]], *patterns: re.Pattern[str] | str, **said: Any) -> Form:
    """Return what refuses a value by the problems of the pure core, and what a schema says of it."""
    return Form(_with_patterns(patterns, said), check)


def matching(pattern: str, code: str, rule: str, fix: str) -> Form:
    """Return what refuses text that a pattern does not match, with this problem."""
    compiled = re.compile(pattern)

    def check(value: str) -> list[Problem]:
        return [] if compiled.fullmatch(value) else [Problem((), code, rule, show(value), fix)]

    return checked(check, compiled)


def pattern_of(pattern: re.Pattern[str] | str) -> str:
    """Return a pattern that the whole of a text has to match, as a schema has it."""
    return f"^(?:{pattern if isinstance(pattern, str) else pattern.pattern})$"


def _with_patterns(patterns: tuple[re.Pattern[str] | str, ...], said: Mapping[str, Any]) -> dict[str, Any]:
    return all_of(said, *({"pattern": pattern_of(each)} for each in patterns))


def sets_one_of(*keys: str) -> dict[str, Any]:
    """Return what a schema says of a mapping in which one key at least has a value."""
    return {"anyOf": [{"required": [key], "properties": {key: {"not": {"type": "null"}}}} for key in keys]}


def whole(value: object) -> object:
    """Return the integer that a number is equal to, where there is one; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST else value


WHOLE = BeforeValidator(whole)
"""Takes 5.0 as 5: to JSON Schema, and so to editors, both are the same number."""
