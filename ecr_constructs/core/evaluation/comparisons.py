"""How a condition compares a value of the request with one of the policy.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
"""

from __future__ import annotations

import datetime
import ipaddress
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ecr_constructs.core.evaluation.truth import Truth, all_of
from ecr_constructs.core.evaluation.wildcards import SOME, matches, matches_exactly

__all__ = ["COMPARISONS", "Comparison"]

Comparison = Callable[[str, str], Truth]
"""Takes what the policy says and what the request has, and returns whether the second is as the first says."""

_ARN_PARTS = 6
_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}


def _ignoring_case(said: str, got: str) -> Truth:
    return matches_exactly(said, got, ignore_case=True)


def _arn(said: str, got: str) -> Truth:
    """Compare ARNs part by part, so that no wildcard reaches from one part into the next."""
    parts, values = said.split(":", _ARN_PARTS - 1), got.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or (len(values) != _ARN_PARTS and SOME in got):
        return None  # AWS does not say what a pattern of fewer parts matches
    if len(values) != _ARN_PARTS:
        return False
    return all_of(matches(part, value) for part, value in zip(parts, values, strict=True))


def _boolean(said: str, got: str) -> Truth:
    return None if SOME in got else said.lower() == got.lower()


def _binary(said: str, got: str) -> Truth:
    return None if SOME in got else said == got


def _address(said: str, got: str) -> Truth:
    if SOME in got:
        return None
    try:
        network, address = ipaddress.ip_network(said, strict=False), ipaddress.ip_address(got)
    except ValueError:
        return False
    return address.version == network.version and address in network


def _ordered(read: Callable[[str], float], order: Callable[[float, float], bool]) -> Comparison:
    def compare(said: str, got: str) -> Truth:
        if SOME in got:
            return None
        try:
            return order(read(got), read(said))
        except (ValueError, OverflowError):
            return False

    return compare


def _moment(text: str) -> float:
    """Return seconds since 1970, of them or of a date of ISO 8601, which is in UTC where it names no zone."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


COMPARISONS: Mapping[str, Comparison] = MappingProxyType(
    {
        "StringEquals": matches_exactly,
        "StringEqualsIgnoreCase": _ignoring_case,
        "StringLike": matches,
        **{f"Numeric{name}": _ordered(float, order) for name, order in _ORDERS.items()},
        **{f"Date{name}": _ordered(_moment, order) for name, order in _ORDERS.items()},
        "Bool": _boolean,
        "BinaryEquals": _binary,
        "IpAddress": _address,
        "ArnEquals": _arn,
        "ArnLike": _arn,
    }
)
"""The comparison of each operator that is no negation of another."""
