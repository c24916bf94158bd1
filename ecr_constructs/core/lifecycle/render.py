"""Writing rules as the JSON text that AWS and Terraform take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ecr_constructs.core.lifecycle.numbering import assign_priorities
from ecr_constructs.core.lifecycle.rule import AWS_KEYS, LifecycleRule
from ecr_constructs.core.texts import split_expressions
from ecr_constructs.core.tokens import is_unresolved

__all__ = ["render_lifecycle_policy"]


@dataclass(frozen=True, slots=True)
class _Expression:
    """Text that Terraform replaces by a number or a list, and that therefore stands without quotes."""

    text: str


_Value: TypeAlias = "Mapping[str, _Value] | Sequence[_Value] | _Expression | str | int"


def render_lifecycle_policy(rules: Sequence[LifecycleRule]) -> str:
    """Return the policy as JSON text: sorted by priority, keys in one order, no nulls, ASCII.

    The text is safe within Terraform's JSON: what a description holds stays text, unless it holds `${`, which makes
    it an expression. `count_number`, or a whole tag list, that is given as an expression in text is written without
    quotes, so that Terraform puts in the bare number, or the list if the expression is a `jsonencode(...)`.

    Args:
        rules: Rules that `check_rules` finds no problem in; those without a priority are numbered.

    Raises:
        ValueError: A number or list token was not turned into text first.
        TypeError: A value cannot be written as JSON; `check_rules` names it.
    """
    ordered = sorted(assign_priorities(rules), key=lambda rule: rule.rule_priority or 0)
    return _encode({"rules": [_document(rule) for rule in ordered]})


def _document(rule: LifecycleRule) -> dict[str, _Value]:
    document: dict[str, _Value] = {}
    for field, keys in AWS_KEYS.items():
        value = getattr(rule, field)
        if value is None or value == () or (field == "storage_class" and value == "standard"):
            continue
        if is_unresolved(value) and not isinstance(value, str):
            msg = f"{field} is a token that cannot stand within text: pass it as text such as '${{...}}'"
            raise ValueError(msg)
        if field in ("count_number", "tag_pattern_list", "tag_prefix_list") and is_unresolved(value):
            value = _Expression(value)
        inner = document
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})  # type: ignore[assignment]  # made here, so a dict
        inner[keys[-1]] = value
    return document


def _encode(value: _Value) -> str:
    if isinstance(value, _Expression):
        return value.text
    if isinstance(value, str):
        return f'"{"".join(_escape(value))}"'
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{_encode(key)}:{_encode(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, Sequence):
        return f"[{','.join(_encode(entry) for entry in value)}]"
    return json.dumps(value)


def _escape(text: str) -> Iterator[str]:
    """Escape text for JSON, but leave Terraform's expressions in it as they are."""
    if not is_unresolved(text):
        # Terraform reads `%{` as a directive; behind JSON's own escape it sees none, and AWS reads the same text.
        yield json.dumps(text)[1:-1].replace("%{", "%\\u007b")
        return
    for part, is_expression in split_expressions(text):
        yield part if is_expression else json.dumps(part)[1:-1]
