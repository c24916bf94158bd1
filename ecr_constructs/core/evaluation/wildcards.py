"""Patterns of actions, resources and texts, against values that may be known in part alone.

`*` is any text and `?` is one character; `${*}`, `${?}` and `${$}` are the characters themselves. Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
"""

from __future__ import annotations

import functools
import re

from ecr_constructs.core.evaluation.truth import Truth

__all__ = ["SOME", "has_variables", "is_pattern", "matches", "matches_exactly"]

SOME = "\0"
"""Stands in a value for any text that is not known, also none at all."""

_ESCAPE = re.compile(r"\$\{([*?$])\}")
_TOKEN = re.compile(rf"{_ESCAPE.pattern}|.", re.DOTALL)
_LITERAL = {"*": "${*}", "?": "${?}"}
_VARIABLE = re.compile(r"\$\{[^}]*[^}*?$][^}]*\}")


def matches(pattern: str, value: str, *, ignore_case: bool = False) -> Truth:
    """Return whether a pattern matches a value: unknown if it does for some of what `SOME` may stand for alone.

    Args:
        pattern: What a policy says; its variables are replaced already.
        value: What is known of the request's value.
        ignore_case: Whether `A` is `a`, as in actions.
    """
    if ignore_case:
        pattern, value = pattern.lower(), value.lower()
    if _expression(pattern).fullmatch(value):
        return True
    # Whatever else it stands for, `SOME` was no match as it stands: `*` alone takes it in.
    return None if SOME in value and _may_meet(_tokens(pattern), value) else False


def matches_exactly(text: str, value: str, *, ignore_case: bool = False) -> Truth:
    """Return whether a text, in which `*` and `?` are characters as any other, is a value."""
    if ignore_case:
        text, value = text.lower(), value.lower()
    literal = tuple(_LITERAL.get(sign, sign) for sign in _ESCAPE.sub(r"\1", text))
    if SOME in value:
        return None if _may_meet(literal, value) else False
    return tuple(_LITERAL.get(sign, sign) for sign in value) == literal


def is_pattern(text: str) -> bool:
    """Tell whether a text has wildcards."""
    return not {"*", "?"}.isdisjoint(_tokens(text))


def has_variables(text: str) -> bool:
    """Tell whether a text has variables of a policy, such as `${aws:PrincipalAccount}`."""
    return _VARIABLE.search(text) is not None


@functools.cache
def _tokens(pattern: str) -> tuple[str, ...]:
    return tuple(_LITERAL.get(match[1], match[1]) if match[1] else match[0] for match in _TOKEN.finditer(pattern))


def _may_meet(tokens: tuple[str, ...], value: str) -> bool:
    """Return whether a pattern matches any of what a value may be."""
    seen, left = {(0, 0)}, [(0, 0)]
    while left:
        at, position = left.pop()
        token, sign = tokens[at : at + 1], value[position : position + 1]
        if not token and not sign:
            return True
        steps = set()
        if token == ("*",) or sign == SOME:
            # What stands for any text takes in the next sign of the other, or none.
            steps = {(at + len(token), position), (at, position + len(sign))}
        elif token and sign and token[0] in ("?", _LITERAL.get(sign, sign)):
            steps = {(at + 1, position + 1)}
        left += steps - seen
        seen |= steps
    return False


@functools.cache
def _expression(pattern: str) -> re.Pattern[str]:
    """Return a pattern as a regular expression, whose `?` does not take `SOME`, which may be more or less than one."""
    wildcards = {"*": ".*", "?": f"[^{SOME}]"}
    parts = (wildcards.get(token) or re.escape(token.removeprefix("${")[0]) for token in _tokens(pattern))
    return re.compile("".join(parts), re.DOTALL)
