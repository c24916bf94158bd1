"""Turning pydantic's errors into problems in the words of this project."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import Tag, ValidationError
from pydantic_core import ErrorDetails

from ecr_constructs.config.model.fields import PROBLEMS, Model
from ecr_constructs.config.reading.hints import meant_key
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["Validated", "example_of", "validate_model", "written"]

_M = TypeVar("_M", bound=Model)
_MAPPINGS = ("dict_type", "mapping_type", "model_type")
_TYPES = {
    "bool_type": ("must be true or false", "Write true or false, without quotes."),
    "int_type": ("must be a whole number", "Write digits alone, without quotes."),
    "string_type": ("must be text", "Write it in quotes."),
    "tuple_type": ("must be a list", "Write each entry on a line of its own, after '- '."),
}

_ONE_LINE = 10_000

# What YAML 1.1 reads as truth values, and what stands in quotes.
_MEANT_TRUTHS = {
    **dict.fromkeys(("true", "yes", "y", "on", "1"), "true"),
    **dict.fromkeys(("false", "no", "n", "off", "0"), "false"),
}


class Validated(NamedTuple):
    """What is wrong with data, seen by a model.

    Attributes:
        problems: Everything that is wrong.
        wrong_keys: Keys of the data that cannot be used, with those that misspelt ones were probably meant to be.
    """

    problems: list[Problem]
    wrong_keys: set[str]


def validate_model(
    model: type[_M], data: object, *, also_known: Iterable[str] = (), elsewhere: Mapping[str, str] | None = None
) -> tuple[_M | None, Validated]:
    """Validate data against a model.

    Args:
        model: The model.
        data: What the file says.
        also_known: Keys that exist beside the model's own, to be suggested for unknown ones.
        elsewhere: Keys that exist in another place of the file, each with the sentence that says where.

    Returns:
        The model, or None where anything is wrong; and what that is.
    """
    try:
        return model.model_validate(data), Validated([], set())
    except ValidationError as error:
        translation = _Translation(model, set(also_known), elsewhere or {})
        found = [problem for each in error.errors(include_url=False) for problem in translation.of(each)]
        problems = [each for each in found if not (each.code == "required" and each.path in translation.meant)]
        wrong = {str(path[0]) for path in (*(problem.path for problem in found), *translation.meant) if path}
        return None, Validated(problems, wrong)


class _Translation:
    """Translates the errors of one model."""

    def __init__(self, model: type[Model], also_known: set[str], elsewhere: Mapping[str, str]) -> None:
        self.meant: set[KeyPath] = set()
        self._model = model
        self._also_known = also_known
        self._elsewhere = elsewhere

    def of(self, details: ErrorDetails) -> list[Problem]:
        """Return the problems of one error."""
        path, keys, annotation = _resolve(self._model, details["loc"])
        kind, context, value = details["type"], details.get("ctx", {}), details["input"]
        if kind == PROBLEMS:
            return [problem.under(*path) for problem in context[PROBLEMS]]
        if kind == "missing":
            return [Problem(path, "required", "must be given", "", f"Add `{path[-1]}:`.")]
        if kind == "extra_forbidden":
            return [self._unknown_key(path, keys)]
        if kind == "literal_error":
            return [_not_allowed(path, context["expected"], value)]
        if kind in _BOUNDS:
            rule, fix = _BOUNDS[kind](context)
            return [Problem(path, "range", rule, written(value), fix)]
        if kind == "kms_key_reference":
            rule = "must be a full key ARN, security_layer, {alias: alias/x}, "
            rule += "{remote_state: {bucket, key, region, output}}, {ssm_parameter: /x} or {create: true}"
            return [Problem(path, "kms-key", rule, written(value), "Use one of these.")]
        if kind in _MAPPINGS:
            return [_no_mapping(path, annotation, value)]
        return [_wrong_type(path, kind, details["msg"], value)]

    def _unknown_key(self, path: KeyPath, known: set[str]) -> Problem:
        word, top = str(path[-1]), len(path) == 1
        known = known | self._also_known if top else known
        fix = self._elsewhere.get(word, "") if top and f"ecr_{word}" not in known else ""
        if not fix and (match := meant_key(word, known)):
            self.meant.add((*path[:-1], match))
            fix = f"Did you mean {match!r}?"
        fix = fix or f"Known here: {', '.join(sorted(known))}."
        return Problem(path, "unknown-key", "must be a known key", show(word), fix)


def _bound(words: str, key: str, fix: str) -> Callable[[dict[str, Any]], tuple[str, str]]:
    return lambda context: (words.format(context[key]), fix.format(context[key]))


_BOUNDS = {
    "greater_than_equal": _bound("must be at least {}", "ge", "Use {} or more."),
    "less_than_equal": _bound("must be at most {}", "le", "Use {} or less."),
    "string_too_long": _bound("must have at most {} characters", "max_length", "Shorten it."),
    "string_too_short": _bound("must have at least {} character", "min_length", "Write something, or remove the key."),
}


def _no_mapping(path: KeyPath, annotation: Any, value: object) -> Problem:
    fix = f"Write keys and values, as in {example_of(annotation)}"
    if value is None:
        fix += f", or remove the {'entry' if path and isinstance(path[-1], int) else 'key'}"
    return Problem(path, "type", "must be a mapping", written(value), f"{fix}.")


def _wrong_type(path: KeyPath, kind: str, message: str, value: object) -> Problem:
    rule, fix = _TYPES.get(kind, (f"must be valid ({message})", "Correct it."))
    if value is None:
        fix = "Write a value, or leave an optional key out."
    elif kind == "string_type" and isinstance(value, list | Mapping):
        fix = "Write one text in its place."
    elif kind == "bool_type" and (meant := _MEANT_TRUTHS.get(str(value).lower())):
        fix = f"Write {meant}{', without quotes' if str(value).lower() == meant else ''}."
    return Problem(path, "type", rule, written(value), fix)


def _not_allowed(path: KeyPath, expected: str, value: object) -> Problem:
    allowed = expected.replace("'", "").replace(" or ", ", ").split(", ")
    by_spelling = {choice.lower(): choice for choice in allowed}
    close = difflib.get_close_matches(str(value).lower(), by_spelling, n=1)
    if len(allowed) == 1:
        fix = "Write it without quotes." if value == allowed[0] else f"Write {allowed[0]}."
        return Problem(path, "choice", f"must be {allowed[0]}", written(value), fix)
    fix = f"Did you mean {by_spelling[close[0]]}?" if close else "Use one of these."
    return Problem(path, "choice", f"must be one of {', '.join(allowed)}", written(value), fix)


def written(value: object) -> str:
    """Return a value in the way in which a file has it, where Python's differs."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return show(value)


def example_of(annotation: Any) -> str:
    """Return an example of a mapping as a file may have it: `{region: us-west-2}`.

    Args:
        annotation: The type of what is to be there: a model, or a mapping of models, texts or numbers.
    """
    values = get_args(annotation)[1] if get_origin(annotation) in (Mapping, dict) else None
    model = next(iter(_models(annotation if values is None else values)), None)
    # Of texts there are tags, and of mappings of texts the conditions of a policy.
    nested = any(get_origin(each) in (Mapping, dict) for each in (values, *_alternatives(values)))
    example: Mapping[str, object] = {"StringEquals": {"aws:PrincipalTag/Team": "web"}} if nested else {"Team": "web"}
    if getattr(values, "__origin__", values) is int:  # what is kept of tags
        example = {"v*": 20}
    if model is not None:
        example = dict(model.example) or dict.fromkeys([*model.model_fields][:1], "...")
        example = example if values is None else {"web": example}
    return yaml.safe_dump(example, default_flow_style=True, sort_keys=False, width=_ONE_LINE).strip()


def _resolve(model: type[Model], location: KeyPath) -> tuple[KeyPath, set[str], Any]:
    """Return the path of an error in the file, the keys that are known where its last part stands, and its type.

    Pydantic puts the tag of a union's member into the location, which is no key of the file.
    """
    path: list[str | int] = []
    known: set[str] = set()
    annotation: Any = model
    for part in location:
        if (member := _tagged(annotation).get(part)) is not None:
            annotation = member
            continue
        path.append(part)
        if (mapping := _mapping_of(annotation)) is not None:
            known, annotation = set(), mapping
        elif isinstance(part, str):
            fields = {name: field for each in _models(annotation) for name, field in each.model_fields.items()}
            known = set(fields)
            annotation = fields[part].annotation if part in fields else None
    return tuple(path), known, annotation


def _tagged(annotation: Any) -> dict[str | int, Any]:
    """Return the members of a union that have tags."""
    tags = [each.tag for each in getattr(annotation, "__metadata__", ()) if isinstance(each, Tag)]
    if tags:
        return dict.fromkeys(tags, get_args(annotation)[0])
    return {tag: member for each in _alternatives(annotation) for tag, member in _tagged(each).items()}


def _mapping_of(annotation: Any) -> Any:
    """Return what the values of a mapping are; None for any other type."""
    return get_args(annotation)[1] if get_origin(annotation) is Mapping else None


def _models(annotation: Any) -> Iterable[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for each in (*_alternatives(annotation), *(get_args(annotation) if get_origin(annotation) is tuple else ())):
        yield from _models(each)


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    """Return what a union or an annotated type is made of."""
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[:1]
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()
