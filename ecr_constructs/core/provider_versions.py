"""Which versions of Terraform's AWS provider do: those that know what is synthesised."""

from __future__ import annotations

import re

from ecr_constructs.errors import Problem, show

__all__ = ["OLDEST_PROVIDER", "VERSION_CONSTRAINT", "check_provider_versions"]

OLDEST_PROVIDER = (6, 25, 0)
"""The version that the bindings are made from: an older one may not know a resource or an argument of theirs."""

# https://developer.hashicorp.com/terraform/language/expressions/version-constraints
_CLAUSE = r"[ \t]*(?:=|!=|>=?|<=?|~>)?[ \t]*[0-9]+(\.[0-9]+){0,2}(-[a-zA-Z0-9_.]+)?"
VERSION_CONSTRAINT = re.compile(rf"{_CLAUSE}([ \t]*,{_CLAUSE})*[ \t]*")
"""A version constraint of Terraform."""

_PARTS = re.compile(r"\s*(=|!=|>=?|<=?|~>)?\s*([0-9]+(?:\.[0-9]+){0,2})")
_Version = tuple[int, int, int]


def check_provider_versions(value: str, *path: str | int) -> list[Problem]:
    """Check a version constraint: its form, and that it takes a version that does.

    That is `OLDEST_PROVIDER` or a later one of the same major version, of which Terraform installs the newest that the
    constraint takes.
    """
    code, oldest = "version-constraint", f"{OLDEST_PROVIDER[0]}.{OLDEST_PROVIDER[1]}"
    fix = f'Write it as in "~> {oldest}" or ">= {oldest}, < {OLDEST_PROVIDER[0] + 1}".'
    if not VERSION_CONSTRAINT.fullmatch(value):
        return [Problem(path, code, "must be a version constraint of Terraform", show(value), fix)]
    clauses = [_clause(each) for each in value.split(",")]
    if any(_takes(clauses, version) for version in _candidates(clauses)):
        return []
    rule = f"must take {oldest} or a later {OLDEST_PROVIDER[0]}.x, which knows all that is synthesised"
    return [Problem(path, code, rule, show(value), fix)]


_Clause = tuple[str, _Version, int]


def _clause(text: str) -> _Clause:
    """Return the operator of a clause, its version, and how many parts that is written with."""
    match = _PARTS.match(text)
    operator, version = match.groups() if match else ("", "0")
    parts = [int(part) for part in version.split(".")]
    major, minor, patch = (*parts, 0, 0)[:3]
    return operator or "=", (major, minor, patch), len(parts)


def _candidates(clauses: list[_Clause]) -> list[_Version]:
    """Return versions of which one is taken where any is: the lowest of all is near a bound, past those left out."""
    bounds = [OLDEST_PROVIDER, *(version for _, version, _ in clauses)]
    near = [(major, minor, patch + past) for major, minor, patch in bounds for past in range(len(clauses) + 1)]
    return [each for each in near if OLDEST_PROVIDER <= each < (OLDEST_PROVIDER[0] + 1, 0, 0)]


def _takes(clauses: list[_Clause], version: _Version) -> bool:
    return all(
        {
            "=": version == bound,
            "!=": version != bound,
            ">": version > bound,
            ">=": version >= bound,
            "<": version < bound,
            "<=": version <= bound,
            # The last part that is written may grow.
            "~>": version >= bound and version[: parts - 1] == bound[: parts - 1],
        }[operator]
        for operator, bound, parts in clauses
    )
