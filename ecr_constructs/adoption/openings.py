"""Whom a policy lets in that nobody named: what it allows to everyone, by its effect."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ecr_constructs.core.conditions import protect
from ecr_constructs.core.principals import EVERYONE

__all__ = ["opened_to_everyone"]

_WILDCARD = "*"


def opened_to_everyone(policy: str) -> tuple[str, ...]:
    """Return the actions that a policy allows to everyone, as it writes them, sorted.

    Everyone is the principal `*`, or everyone but some, without a condition on who asks. What a statement denies to
    everyone again, or to everyone who is not of an account or organisation, is not open.

    Args:
        policy: Its text, as AWS has it.
    """
    found = json.loads(policy).get("Statement", [])
    statements: list[Mapping[str, Any]] = found if isinstance(found, list) else [found]
    closed = [each for each in statements if each.get("Effect") == "Deny" and _is_of_everyone(each) and _closes(each)]
    return tuple(
        sorted(
            {
                action
                for each in statements
                if each.get("Effect") == "Allow" and _is_of_everyone(each) and not protect(_conditions(each))
                for action in _actions(each)
                if not any(_covers(other, action) for other in closed)
            }
        )
    )


def _is_of_everyone(statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement is about everyone.

    What an Allow has for NotPrincipal is everyone else; what a Deny has for it is not everyone.
    """
    if "NotPrincipal" in statement:
        return statement.get("Effect") == "Allow"
    principal = statement.get("Principal")
    names = principal.get("AWS", ()) if isinstance(principal, Mapping) else principal
    return EVERYONE in _listed(names)


def _closes(statement: Mapping[str, Any]) -> bool:
    """Tell whether a denial keeps out all but those that it names: without a condition, or by one on who asks."""
    conditions = _conditions(statement)
    if not conditions:
        return True
    keys = [(operator, key, values) for operator, each in conditions.items() for key, values in each.items()]
    if len(keys) != 1:  # all of them would have to hold
        return False
    operator, key, values = keys[0]
    positive = _positive(operator)
    return positive is not None and protect({positive: {key: values}})


def _positive(operator: str) -> str | None:
    """Return the operator whose opposite this is: `StringEquals` of `StringNotEqualsIfExists`; None of any other."""
    plain = operator.removesuffix("IfExists")
    return plain.replace("Not", "", 1) if plain.startswith(("StringNot", "ArnNot")) else None


def _conditions(statement: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    return {
        operator: {key: [str(value) for value in _listed(values)] for key, values in keys.items()}
        for operator, keys in statement.get("Condition", {}).items()
    }


def _actions(statement: Mapping[str, Any]) -> Iterable[str]:
    if "NotAction" in statement:
        return [f"all but {', '.join(sorted(map(str, _listed(statement['NotAction']))))}"]
    return map(str, _listed(statement.get("Action")))


def _covers(statement: Mapping[str, Any], action: str) -> bool:
    """Tell whether a denial is about every action that an action, which may hold wildcards, stands for."""
    patterns = [str(each).lower() for each in _listed(statement.get("Action"))]
    if _WILDCARD in patterns or "ecr:*" in patterns:
        return True
    return any(fnmatch.fnmatchcase(action.lower(), pattern) for pattern in patterns)


def _listed(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else [value]
