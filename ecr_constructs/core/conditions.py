"""The conditions of a statement: how IAM writes them, and which of them keep anybody out.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = ["CONDITION_KEY", "CONDITION_OPERATOR", "Conditions", "check_conditions", "protect"]

Conditions: TypeAlias = Mapping[str, Mapping[str, str | Sequence[str]]]

_COMPARISONS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_OPERATORS = frozenset(
    {
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        *(f"Numeric{each}" for each in _COMPARISONS),
        *(f"Date{each}" for each in _COMPARISONS),
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
        "ArnEquals",
        "ArnLike",
        "ArnNotEquals",
        "ArnNotLike",
        "Null",
    }
)
_QUANTIFIERS = ("ForAllValues:", "ForAnyValue:")
_IF_EXISTS = "IfExists"
CONDITION_KEY = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9_.:/=+@ -]+")
_TRUTH = ("Bool", "Null")
CONDITION_OPERATOR = re.compile(
    rf"(?:{'|'.join(_QUANTIFIERS)})?(?:Null|(?:{'|'.join(sorted(_OPERATORS - {'Null'}))})(?:{_IF_EXISTS})?)"
)
"""How an operator is written."""

# Operators that hold only where the key is there and has one of the values. The ARN operators and StringLike read
# wildcards; the others take them as they stand.
_EXACT = {"StringEquals", "StringEqualsIgnoreCase"}
_PATTERNS = {"StringLike", "ArnEquals", "ArnLike"}
# What names who asks, or the network that one has to be in. Tags, user agents and transport are the asker's own choice.
_ARN_KEYS = {"aws:principalarn", "aws:sourcearn"}
_IDENTITY_KEYS = {
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpce",
}
_WILDCARDS = re.compile(r"[*?]")
# A variable of IAM is whatever the request has, so that it may be whoever asks; what is the resource's own is not.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
_ANYBODYS = re.compile(r"\$\{\s*(?!aws:resource(?:account|orgid|orgpaths)\s*\})[a-z0-9-]+:", re.IGNORECASE)


def protect(conditions: Conditions) -> bool:
    """Tell whether conditions keep anybody out of what is granted to everyone.

    One of them has to compare, by a positive operator without `IfExists`, a key that says who asks with values none of
    which anybody can have. `ForAllValues:` also holds where the key is missing.
    """
    return any(
        _names_who_asks(operator.removeprefix("ForAnyValue:"), key.lower(), _values(value))
        for operator, keys in conditions.items()
        for key, value in keys.items()
    )


def check_conditions(conditions: Conditions, *path: str | int) -> list[Problem]:
    """Check that conditions have IAM's form: operators that there are, keys with a service, and values.

    Args:
        conditions: Operator to key to value or values.
        *path: Where they are said.
    """
    return [problem for operator, keys in conditions.items() for problem in _check_operator(operator, keys, path)]


def _check_operator(
    operator: str, keys: Mapping[str, str | Sequence[str]], path: tuple[str | int, ...]
) -> Iterator[Problem]:
    name = next((operator.removeprefix(each) for each in _QUANTIFIERS if operator.startswith(each)), operator)
    plain = name.removesuffix(_IF_EXISTS) if name != f"Null{_IF_EXISTS}" else name
    if plain not in _OPERATORS:
        rule, fix = "must have operators that IAM has", nearest(plain, sorted(_OPERATORS)) or "As in StringEquals."
        yield Problem(path, "policy-condition", rule, show(operator), fix)
        return
    if not keys:
        yield Problem(path, "policy-condition", f"must say a key for {operator}", "none", "Name one, or leave it out.")
    # Keys have no upper and lower case, so that IAM would have two values for one.
    folded = [key.lower() for key in keys]
    for key in sorted({each for each in folded if folded.count(each) > 1}):
        said = ", ".join(each for each in keys if each.lower() == key)
        rule, fix = f"must say each condition key once for {operator}", "Write its values as one list."
        yield Problem(path, "policy-condition", rule, show(said), fix)
    for key, value in keys.items():
        values = _values(value)
        if not is_unresolved(key) and not CONDITION_KEY.fullmatch(key):
            rule, fix = "must have condition keys with their service", "As in aws:PrincipalOrgID."
            yield Problem(path, "policy-condition", rule, show(key), fix)
        if not values or "" in values:
            rule, fix = f"must say a value for {key}", "An empty one matches nobody; leave the condition out."
            yield Problem(path, "policy-condition", rule, show(value), fix)
        elif plain in _TRUTH:
            wrong = [each for each in values if not is_unresolved(each) and each.lower() not in ("true", "false")]
            for each in wrong:
                yield Problem(path, "policy-condition", f"must have true or false for {plain}", show(each), "As text.")
        else:
            yield from _check_values(plain, values, path)


def _check_values(plain: str, values: Sequence[str], path: tuple[str | int, ...]) -> Iterator[Problem]:
    """Check what is no text: a condition on a value of another form holds for nobody, and so denies nobody."""
    for beginnings, what, fix, read in _FORMS:
        if not plain.startswith(beginnings):
            continue
        for each in values:
            if not is_unresolved(each) and not _is_read(read, each):
                yield Problem(path, "policy-condition", f"must have {what} for {plain}", show(each), fix)


def _is_read(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


def _moment(text: str) -> object:
    return int(text) if text.isdecimal() else datetime.datetime.fromisoformat(text)


def _network(text: str) -> object:
    return ipaddress.ip_network(text, strict=False)


# What the operators begin with, what they compare, how that is written, and what reads it.
_FORMS: tuple[tuple[tuple[str, ...], str, str, Callable[[str], object]], ...] = (
    (("Numeric",), "numbers", "As in 60.", float),
    (("Date",), "dates", "As in 2026-01-31T00:00:00Z.", _moment),
    (("IpAddress", "NotIpAddress"), "addresses or networks", "As in 10.0.0.0/8.", _network),
)


def _names_who_asks(operator: str, key: str, values: Sequence[str]) -> bool:
    if key not in _ARN_KEYS | _IDENTITY_KEYS or not values or any(map(_ANYBODYS.search, values)):
        return False
    if operator in _EXACT:
        return True
    return operator in _PATTERNS and all(is_unresolved(each) or _is_narrow(key, each) for each in values)


def _is_narrow(key: str, pattern: str) -> bool:
    """Tell whether a pattern says at least whose it has to be: the account of an ARN, the organisation of a path."""
    if key in _ARN_KEYS:
        parts = pattern.split(":", 5)
        return len(parts) == 6 and _WILDCARDS.sub("", parts[4]) == parts[4] and not _is_open(parts[4], parts[5])
    return _WILDCARDS.search(pattern.split("/")[0]) is None


def _is_open(account_id: str, resource: str) -> bool:
    # ARNs of buckets have no account: then the name has to say whose it is.
    return not account_id and not _WILDCARDS.sub("", resource)


def _values(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
