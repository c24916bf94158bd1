"""The conditions of a statement, tested with what is known of a request.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and, for
keys of several values, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from ecr_constructs.core.access.statements import ANY_ORGANIZATION_ID
from ecr_constructs.core.conditions import Conditions
from ecr_constructs.core.evaluation.comparisons import COMPARISONS
from ecr_constructs.core.evaluation.truth import Truth, all_of, any_of, negated
from ecr_constructs.core.evaluation.wildcards import SOME

__all__ = ["Known", "all_hold", "condition_texts", "holds", "with_variables"]

Known: TypeAlias = Mapping[str, tuple[str, ...]]
"""What is known of a request, by condition key in lower case.

Its values, which may hold `SOME`; none where the request does not have the key. Of a key that is not there, nothing is
known, not even whether the request has it.
"""

_NEGATIONS = {
    **{f"{kind}Not{rest}": f"{kind}{rest}" for kind in ("String", "Arn") for rest in ("Equals", "Like")},
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    **{f"{kind}NotEquals": f"{kind}Equals" for kind in ("Numeric", "Date")},
    "NotIpAddress": "IpAddress",
}
_ANY_VALUE, _ALL_VALUES = "ForAnyValue:", "ForAllValues:"
_VARIABLE = re.compile(r"\$\{\s*([^}*?$,\s]+)\s*\}")
_WITH_DEFAULT = re.compile(r"\$\{[^}]*,[^}]*\}")


def all_hold(conditions: Conditions, known: Known) -> tuple[Truth, tuple[str, ...]]:
    """Return whether all conditions hold, and which of them cannot be decided.

    Args:
        conditions: Operator to key to value or values.
        known: What is known of the request.
    """
    truth: Truth = True
    undecided = []
    for operator, key, values in _each(conditions):
        held = holds(operator, key, values, known)
        if held is None:
            undecided.append(_text(operator, key, values))
        truth = all_of((truth, held))
    return truth, () if truth is False else tuple(undecided)


def condition_texts(conditions: Conditions) -> tuple[str, ...]:
    """Return conditions as they are shown, each in a line."""
    return tuple(_text(*each) for each in _each(conditions))


def holds(operator: str, key: str, said: Sequence[str], known: Known) -> Truth:
    """Return whether one condition holds.

    Any one of several values satisfies an operator, and a negated one needs that none does. Where the request has no
    such key, the negated operators hold, those with `IfExists` and `ForAllValues`, and no others.

    Args:
        operator: Such as `ForAnyValue:StringLike`.
        key: The condition key, in any case.
        said: The values of the policy.
        known: What is known of the request.
    """
    name = operator.removeprefix(_ANY_VALUE).removeprefix(_ALL_VALUES)
    got = known.get(key.lower())
    if got is None:
        return None
    if name == "Null":
        return any((each.lower() == "true") == (not got) for each in said)
    plain = name.removesuffix("IfExists")
    negative = plain in _NEGATIONS
    compare = COMPARISONS.get(_NEGATIONS.get(plain, plain))
    if compare is None:
        return None
    if not got:
        if operator.startswith(_ANY_VALUE):
            return plain != name
        return negative or plain != name or operator.startswith(_ALL_VALUES)
    wanted = [with_variables(each, known) for each in said]

    def fits(value: str) -> Truth:
        truth = any_of(None if each is None or _is_open(each, value) else compare(each, value) for each in wanted)
        return negated(truth) if negative else truth

    # A key of several values that no quantifier is about: a negation is about each of them.
    every = operator.startswith(_ALL_VALUES) or (negative and not operator.startswith(_ANY_VALUE))
    return all_of(map(fits, got)) if every else any_of(map(fits, got))


def _is_open(said: str, got: str) -> bool:
    """Whether one of two is the account's own organisation, which may be the other one."""
    return said != got and ANY_ORGANIZATION_ID in (said, got)


def with_variables(text: str, known: Known) -> str | None:
    """Return a text with its variables replaced by what is known; None where that is not known, or is several values.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
    """
    if "${" not in text:
        return text
    if _WITH_DEFAULT.search(text):
        return None
    values = {match[1]: known.get(match[1].lower()) for match in _VARIABLE.finditer(text)}
    if any(value is None or len(value) != 1 or SOME in value[0] for value in values.values()):
        return None
    return _VARIABLE.sub(lambda match: (values[match[1]] or ("",))[0], text)


def _each(conditions: Conditions) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for operator, keys in conditions.items():
        for key, value in keys.items():
            yield operator, key, (value,) if isinstance(value, str) else tuple(value)


def _text(operator: str, key: str, values: Sequence[str]) -> str:
    return f"{key} {operator} {', '.join(values)}"
