"""What a schema says of lifecycle rules beyond the types of their keys, in our words and in AWS's document.

Made from what the core knows of rules; `core.lifecycle` is what refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecr_constructs.config.model.forms import LARGEST, form
from ecr_constructs.core.lifecycle.checks import MOST_RULES
from ecr_constructs.core.lifecycle.field_checks import LEAST_ARCHIVE_DAYS
from ecr_constructs.core.lifecycle.image_tags import TAG_PATTERN
from ecr_constructs.core.lifecycle.parse import ACTION_KEYS, POLICY_KEYS, RULE_KEYS, SELECTION_KEYS
from ecr_constructs.core.lifecycle.rule import ACTION_TYPES, AWS_KEYS, COUNT_TYPES, STORAGE_CLASSES, TAG_STATUSES

__all__ = ["DOCUMENT", "RULE"]

_Schema = dict[str, Any]
_LISTS = ("tag_pattern_list", "tag_prefix_list")


def _at(path: Sequence[str], schema: object, *, required: bool = False) -> _Schema:
    """Return a schema for what lies at a path; required also says that it is there."""
    key, *rest = path
    inner = _at(rest, schema, required=required) if rest else schema
    return {"properties": {key: inner}, **({"required": [key]} if required else {})}


def _combinations(places: Mapping[str, Sequence[str]], *, written_out: bool) -> list[_Schema]:
    """Return what must hold between the keys of a rule.

    Args:
        places: Where each field stands.
        written_out: Whether what has one possible value has to be written out, and null is no value.
    """
    nothing: _Schema | bool = False if written_out else {"const": None}

    def one_of(field: str, *values: str, required: bool) -> _Schema:
        allowed = [*values] if written_out or required else [*values, None]
        return _at(places[field], {"enum": allowed}, required=required)

    found: list[_Schema] = []
    for name, kind in COUNT_TYPES.items():
        archived = kind.storage_class == "archive"
        unit = (
            _at(places["count_unit"], nothing)
            if kind.unit is None
            else one_of("count_unit", kind.unit, required=written_out)
        )
        beside = [
            unit,
            one_of("storage_class", kind.storage_class, required=written_out and archived),
            _at(places["action_type"], {"enum": [*kind.actions]}, required="expire" not in kind.actions),
        ]
        if archived:
            beside.append(_at(places["count_number"], {"minimum": LEAST_ARCHIVE_DAYS}))
        found.append({"if": _at(places["count_type"], {"const": name}, required=True), "then": {"allOf": beside}})
    given = [_at(places[field], {"minItems": 1}, required=True) for field in _LISTS]
    empty = [_at(places[field], {"maxItems": 0}) for field in _LISTS]
    for status in TAG_STATUSES:
        then = {"oneOf": given} if status == "tagged" else {"allOf": empty}
        found.append({"if": _at(places["tag_status"], {"const": status}, required=True), "then": then})
    target = places["target_storage_class"]
    moved: _Schema = {"then": _at(target, {"const": "archive"}, required=True)} if written_out else {}
    moves = _at(places["action_type"], {"const": "transition"}, required=True)
    return [*found, {"if": moves, **moved, "else": _at(target, nothing)}]


def _object(keys: Mapping[str, bool], properties: Mapping[str, _Schema], **said: Any) -> _Schema:
    required = [key for key, needed in keys.items() if needed]
    known = {key: properties[key] for key in keys}
    return {"type": "object", "additionalProperties": False, "properties": known, "required": required, **said}


_TEXT: _Schema = {"type": "string"}
_COUNT: _Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST}
_SELECTION: dict[str, _Schema] = {
    "tagStatus": {"enum": [*TAG_STATUSES]},
    "tagPatternList": {"type": "array", "items": {**_TEXT, **form(TAG_PATTERN).said}},
    "tagPrefixList": {"type": "array", "items": {**_TEXT, "minLength": 1}},
    "storageClass": {"enum": [*STORAGE_CLASSES]},
    "countType": {"enum": [*COUNT_TYPES]},
    "countUnit": {"const": "days"},
    "countNumber": _COUNT,
}
_ACTION: dict[str, _Schema] = {"type": {"enum": [*ACTION_TYPES]}, "targetStorageClass": {"const": "archive"}}
_RULE: dict[str, _Schema] = {
    "rulePriority": _COUNT,
    "description": _TEXT,
    "selection": _object(SELECTION_KEYS, _SELECTION),
    "action": _object(ACTION_KEYS, _ACTION),
}

RULE: _Schema = {"allOf": _combinations({field: (field,) for field in AWS_KEYS}, written_out=False)}
"""What must hold between the keys of a rule in our words."""

_DOCUMENT_RULE = _object(RULE_KEYS, _RULE, allOf=_combinations(AWS_KEYS, written_out=True))
DOCUMENT: _Schema = _object(
    POLICY_KEYS, {"rules": {"type": "array", "items": _DOCUMENT_RULE, "minItems": 1, "maxItems": MOST_RULES}}
)
"""AWS's own document."""
