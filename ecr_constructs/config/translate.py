"""Turning pydantic's errors into problems in the words of this project."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ecr_constructs.config.fields import PROBLEMS, Model
from ecr_constructs.errors import Problem, nearest, show

__all__ = ["validate_model"]

_M = TypeVar("_M", bound=Model)
_Path = tuple[str | int, ...]

_QUOTE = "Write it in quotes."
_TYPES = {
    "bool_type": ("must be true or false", "Write true or false, without quotes."),
    "dict_type": ("must be a mapping", "Write `key: value` lines below it, indented."),
    "int_from_float": ("must be a whole number", "Remove the fraction."),
    "int_type": ("must be a whole number", "Write digits alone, without quotes."),
    "mapping_type": ("must be a mapping", "Write `key: value` lines below it, indented."),
    "model_type": ("must be a mapping", "Write `key: value` lines below it, indented."),
    "string_type": ("must be text", _QUOTE),
    "tuple_type": ("must be a list", "Write each entry on a line of its own, after '- '."),
}


def validate_model(model: type[_M], data: object, *, also_known: Iterable[str] = ()) -> tuple[_M | None, list[Problem]]:
    """Validate data against a model.

    Args:
        model: The model.
        data: What the file says.
        also_known: Keys that exist beside the model's own, to be suggested for unknown ones.

    Returns:
        The model, or None with everything that is wrong.
    """
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        problems = [
            problem for details in error.errors(include_url=False) for problem in _translate(details, model, also_known)
        ]
        return None, problems


def _translate(details: ErrorDetails, model: type[Model], also_known: Iterable[str]) -> list[Problem]:
    # Tags of a union's members stand in angle brackets in the location; they are not keys of the file.
    path = tuple(part for part in details["loc"] if not (isinstance(part, str) and part.startswith("<")))
    kind, context = details["type"], details.get("ctx", {})
    if kind == PROBLEMS:
        return [problem.under(*path) for problem in context[PROBLEMS]]
    got = show(details["input"])
    if kind == "missing":
        return [Problem(path, "required", "must be given", "", f"Add `{path[-1]}:`.")]
    if kind == "extra_forbidden":
        return [_unknown_key(path, _keys_at(model, path[:-1]) | set(() if path[1:] else also_known))]
    if kind == "literal_error":
        return [_not_allowed(path, context["expected"], details["input"], got)]
    if kind in _BOUNDS:
        rule, fix = _BOUNDS[kind](context)
        return [Problem(path, "range", rule, got, fix)]
    if kind == "kms_key_reference":
        rule = "must be a full key ARN, {alias: alias/x}, or {remote_state: {bucket, key, region, output}}"
        return [Problem(path, "kms-key", rule, got, "Use one of these three.")]
    rule, fix = _TYPES.get(kind, (f"must be valid ({details['msg']})", "Correct it."))
    return [Problem(path, "type", rule, got, fix)]


def _bound(words: str, key: str, fix: str) -> Callable[[dict[str, Any]], tuple[str, str]]:
    return lambda context: (words.format(context[key]), fix.format(context[key]))


_BOUNDS = {
    "greater_than_equal": _bound("must be at least {}", "ge", "Use {} or more."),
    "string_too_long": _bound("must have at most {} characters", "max_length", "Shorten it."),
    "string_too_short": _bound("must have at least {} character", "min_length", "Write something, or remove the key."),
}


def _not_allowed(path: _Path, expected: str, value: object, got: str) -> Problem:
    allowed = expected.replace("'", "").replace(" or ", ", ")
    by_spelling = {choice.lower(): choice for choice in allowed.split(", ")}
    close = difflib.get_close_matches(str(value).lower(), by_spelling, n=1)
    fix = f"Did you mean {by_spelling[close[0]]}?" if close else "Use one of these."
    several = "one of " if ", " in allowed else ""
    return Problem(path, "choice", f"must be {several}{allowed}", got, fix)


def _unknown_key(path: _Path, known: set[str]) -> Problem:
    word = str(path[-1])
    fix = nearest(word, known) or f"Known keys are {', '.join(sorted(known))}."
    return Problem(path, "unknown-key", "must be a known key", show(word), fix)


def _keys_at(annotation: Any, path: _Path) -> set[str]:
    """Return the keys that the models allow at a path, whichever member of a union is meant there."""
    found: set[str] = set()
    for model in _models(annotation):
        if not path:
            found |= set(model.model_fields)
        elif (field := model.model_fields.get(str(path[0]))) is not None:
            rest = path[1:]
            while rest and isinstance(rest[0], int):
                rest = rest[1:]
            found |= _keys_at(field.annotation, rest)
    return found


def _models(annotation: Any) -> Iterable[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    elif get_origin(annotation) in (Union, UnionType, Annotated, tuple):
        for argument in get_args(annotation):
            yield from _models(argument)
