"""Which versions of Terraform's AWS provider do: those that know what is synthesised.

`provider_features` has what needs a later one than the oldest.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from ecr_constructs.errors import Problem, show

__all__ = [
    "OLDEST_PROVIDER",
    "VERSION_CONSTRAINT",
    "ProviderVersion",
    "admits_older",
    "check_provider_versions",
    "from_version",
    "short_version",
]

ProviderVersion: TypeAlias = tuple[int, int, int]
"""A version of the provider: major, minor and patch."""

OLDEST_PROVIDER: ProviderVersion = (6, 25, 0)
"""The version that the bindings are made from: an older one may not know a resource or an argument of theirs."""

# https://developer.hashicorp.com/terraform/language/expressions/version-constraints
_CLAUSE = r"[ \t]*(?:=|!=|>=?|<=?|~>)?[ \t]*[0-9]+(\.[0-9]+){0,2}(-[a-zA-Z0-9_.]+)?"
VERSION_CONSTRAINT = re.compile(rf"{_CLAUSE}([ \t]*,{_CLAUSE})*[ \t]*")
"""A version constraint of Terraform."""

_PARTS = re.compile(r"\s*(=|!=|>=?|<=?|~>)?\s*([0-9]+(?:\.[0-9]+){0,2})")


def check_provider_versions(value: str, *path: str | int) -> list[Problem]:
    """Check a version constraint: its form, and that it takes a version that does.

    That is `OLDEST_PROVIDER` or a later one of the same major version, of which Terraform installs the newest that the
    constraint takes.
    """
    code, oldest = "version-constraint", short_version(OLDEST_PROVIDER)
    fix = f'Write it as in "~> {oldest}" or ">= {oldest}, < {OLDEST_PROVIDER[0] + 1}".'
    if not VERSION_CONSTRAINT.fullmatch(value):
        return [Problem(path, code, "must be a version constraint of Terraform", show(value), fix)]
    clauses = [_clause(each) for each in value.split(",")]
    if any(_takes(clauses, version) for version in _candidates(clauses)):
        return []
    rule = f"must take {oldest} or a later {OLDEST_PROVIDER[0]}.x, which knows all that is synthesised"
    return [Problem(path, code, rule, show(value), fix)]


def admits_older(constraint: str, floor: ProviderVersion) -> bool:
    """Tell whether a version constraint takes any version before one.

    Args:
        constraint: The constraint, of Terraform's form.
        floor: The version.
    """
    clauses = [_clause(each) for each in constraint.split(",")]
    # The oldest that is taken is near a bound, or is the very first.
    return any(_takes(clauses, version) for version in _near(clauses, (0, 0, 0)) if version < floor)


def from_version(version: ProviderVersion) -> str:
    """Return the constraint that takes a version and the later ones of its major version: `~> 6.28`."""
    return f"~> {short_version(version)}"


def short_version(version: ProviderVersion) -> str:
    """Return a version as it is written: `6.28`, or `6.28.1` where it is a patch."""
    return ".".join(str(part) for part in (version if version[2] else version[:2]))


_Clause = tuple[str, ProviderVersion, int]


def _clause(text: str) -> _Clause:
    """Return the operator of a clause, its version, and how many parts that is written with."""
    match = _PARTS.match(text)
    operator, version = match.groups() if match else ("", "0")
    parts = [int(part) for part in version.split(".")]
    major, minor, patch = (*parts, 0, 0)[:3]
    return operator or "=", (major, minor, patch), len(parts)


def _candidates(clauses: list[_Clause]) -> list[ProviderVersion]:
    """Return versions of which one is taken where any is: the lowest of all is near a bound, past those left out."""
    near = _near(clauses, OLDEST_PROVIDER)
    return [each for each in near if OLDEST_PROVIDER <= each < (OLDEST_PROVIDER[0] + 1, 0, 0)]


def _near(clauses: list[_Clause], lowest: ProviderVersion) -> list[ProviderVersion]:
    bounds = [lowest, *(version for _, version, _ in clauses)]
    return [(major, minor, patch + past) for major, minor, patch in bounds for past in range(len(clauses) + 1)]


def _takes(clauses: list[_Clause], version: ProviderVersion) -> bool:
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
