"""Values that Terraform knows only later, as the core takes them: text that is put into JSON as it stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from ecr_constructs._engine.door import Fn, IResolvable, Token
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.lifecycle import LifecycleRule
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem

__all__ = ["check_list_tokens", "number_as_text", "rule_as_text"]

# How CDKTF writes a list that Terraform knows later: as a Python list of one entry, which no text can hold.
_LIST_MARKER = "#{TfToken["


def number_as_text(value: float | str | IResolvable | None) -> float | str | None:
    """Return a number, or for a token the text in whose place Terraform puts the number."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float) and not Token.is_unresolved(value):
        return value
    return Token.as_string(value)


def rule_as_text(rule: LifecycleRule) -> LifecycleRule:
    """Return a rule with its tokens as the text in whose place Terraform puts a number or a list."""
    tags = {
        name: Token.as_string(Fn.jsonencode(list(value)))
        for name, value in (("tag_pattern_list", rule.tag_pattern_list), ("tag_prefix_list", rule.tag_prefix_list))
        if not isinstance(value, str) and is_unresolved(value)
    }
    number = number_as_text(rule.count_number)
    if not tags and number is rule.count_number:
        return rule
    return dataclasses.replace(rule, **tags, count_number=number)  # type: ignore[arg-type]  # only tags are in tags


def check_list_tokens(statements: Iterable[PolicyStatement]) -> list[Problem]:
    """Check that no statement holds a list that Terraform knows only later."""
    rule = "must be of single values, because a list that is known at apply alone cannot be written into a policy"
    fix = "Give each entry as a value of its own, such as Fn.element(list, 0)."
    return [
        Problem(("policy", statement.sid or "statement"), "token-list", rule, "a token list", fix)
        for statement in statements
        if _LIST_MARKER in str(statement.to_document())
    ]
