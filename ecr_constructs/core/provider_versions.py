"""Which versions of Terraform's AWS provider do: those that know what is synthesised.

`provider_features` has what needs a later one than the oldest.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

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
_PRERELEASE = r"-[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*"
_CLAUSE = rf"[ \t]*(?:=|!=|>=?|<=?|~>)?[ \t]*[0-9]+(\.[0-9]+){{0,2}}({_PRERELEASE})?"
VERSION_CONSTRAINT = re.compile(rf"{_CLAUSE}([ \t]*,{_CLAUSE})*[ \t]*")
"""A version constraint of Terraform."""

_PARTS = re.compile(rf"\s*(=|!=|>=?|<=?|~>)?\s*([0-9]+(?:\.[0-9]+){{0,2}})({_PRERELEASE})?")


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
        floor: The version. Its prereleases come before it; one is taken where the constraint names exactly that.
    """
    clauses = [_clause(each) for each in constraint.split(",")]
    # The oldest that is taken is near a bound, or is the very first.
    return any(_takes(clauses, each) for each in _near(clauses, (0, 0, 0)) if each < _release(floor))


def from_version(version: ProviderVersion) -> str:
    """Return the constraint that takes a version and the later ones of its major version: `~> 6.28`."""
    return f"~> {short_version(version)}"


def short_version(version: ProviderVersion) -> str:
    """Return a version as it is written: `6.28`, or `6.28.1` where it is a patch."""
    return ".".join(str(part) for part in (version if version[2] else version[:2]))


# A prerelease by its parts as they compare, a number before any text; the release comes after all of them.
_Part = tuple[Literal[0], int] | tuple[Literal[1], str]
_Order = tuple[Literal[0], tuple[_Part, ...]] | tuple[Literal[1], tuple[()]]
_Version = tuple[ProviderVersion, _Order]
_Clause = tuple[str, _Version, int]


def _clause(text: str) -> _Clause:
    """Return the operator of a clause, its version, and how many parts that is written with."""
    match = _PARTS.match(text)
    operator, version, prerelease = match.groups() if match else ("", "0", None)
    parts = [int(part) for part in version.split(".")]
    major, minor, patch = (*parts, 0, 0)[:3]
    bound = _release((major, minor, patch))
    if prerelease:
        bound = ((major, minor, patch), (0, tuple(map(_part, prerelease[1:].split(".")))))
    return operator or "=", bound, len(parts)


def _release(version: ProviderVersion) -> _Version:
    return version, (1, ())


def _part(text: str) -> _Part:
    return (0, int(text)) if text.isdecimal() else (1, text)


def _candidates(clauses: list[_Clause]) -> list[_Version]:
    """Return versions of which one is taken where any is: the lowest of all is near a bound, past those left out."""
    near = _near(clauses, OLDEST_PROVIDER)
    return [each for each in near if each >= _release(OLDEST_PROVIDER) and each[0][0] == OLDEST_PROVIDER[0]]


def _near(clauses: list[_Clause], lowest: ProviderVersion) -> list[_Version]:
    bounds = [lowest, *(version for _, (version, _), _ in clauses)]
    near = [(major, minor, patch + past) for major, minor, patch in bounds for past in range(len(clauses) + 1)]
    # Terraform installs a prerelease only where a clause says exactly that.
    return [*map(_release, near), *(bound for operator, bound, _ in clauses if operator == "=")]


def _takes(clauses: list[_Clause], version: _Version) -> bool:
    return all(
        {
            "=": version == bound,
            "!=": version != bound,
            ">": version > bound,
            ">=": version >= bound,
            "<": version < bound,
            "<=": version <= bound,
            # The last part that is written may grow, and of one part alone what comes after it.
            "~>": bound <= version < _release(_after(bound[0], max(parts - 1, 1))),
        }[operator]
        for operator, bound, parts in clauses
    )


def _after(version: ProviderVersion, parts: int) -> ProviderVersion:
    """Return the first version that differs in one of the first parts: after 6.28.1, of two parts, 6.29."""
    major, minor, _ = version
    return (major + 1, 0, 0) if parts == 1 else (major, minor + 1, 0)
