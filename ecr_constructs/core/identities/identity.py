"""A role or a policy of IAM: what it is called, whom it trusts, what it may do, and the limits of all that."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ecr_constructs.core.iam import PolicyStatement, policy_length
from ecr_constructs.core.places import Place
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "DESCRIPTION",
    "LONGEST_DESCRIPTION",
    "LONGEST_INLINE",
    "LONGEST_MANAGED",
    "NAME",
    "HasIdentities",
    "Identity",
    "check_description",
    "check_identity",
    "check_policy_name",
    "check_role_name",
    "short_name",
]

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; blanks do not count, and none is written
LONGEST_INLINE = 10_240
LONGEST_MANAGED = 6_144
_LONGEST_TRUST = 2_048
_LONGEST_ROLE_NAME, _LONGEST_POLICY_NAME = 64, 128
LONGEST_DESCRIPTION = 1_000
NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
DESCRIPTION = re.compile(r"[\t\n\r -~\u00a1-\u00ff]*")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A role, or a policy that roles have.

    Attributes:
        name: Its name.
        trust: Who may take the role on; nothing for a policy.
        statements: What it may do.
        role_names: The roles that a policy is attached to.
        managed: Whether the statements are a policy of its own, instead of the role's inline policy.
    """

    name: str
    trust: tuple[PolicyStatement, ...] = ()
    statements: tuple[PolicyStatement, ...] = ()
    role_names: tuple[str, ...] = ()
    managed: bool = False


@runtime_checkable
class HasIdentities(Protocol):
    """What roles and policies are made for."""

    def identities(self, place: Place, /) -> list[Identity]:
        """Return the roles and policies."""


def check_identity(identity: Identity, *path: str | int) -> list[Problem]:
    """Check that a role's or a policy's documents are as long as IAM takes them.

    Args:
        identity: The role or policy.
        *path: Where it is said.
    """
    problems = []
    longest = LONGEST_MANAGED if identity.managed else LONGEST_INLINE
    fix = "Name the repositories that it needs, or divide them among several."
    for statements, most, what, remedy in (
        (identity.statements, longest, "a policy", fix),
        (identity.trust, _LONGEST_TRUST, "a trust policy", "Trust fewer, or make several roles."),
    ):
        length = policy_length(statements) if statements else 0
        if length > most:
            rule = f"must make {what} of at most {most:,} characters"
            problems.append(Problem(path, "identity-size", rule, f"{length:,}", remedy))
    return problems


def check_role_name(name: str, *path: str | int) -> list[Problem]:
    """Check the name of a role: 1 to 64 letters, digits and `+=,.@_-`.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    return _check_name(name, _LONGEST_ROLE_NAME, "a role", path)


def check_policy_name(name: str, *path: str | int) -> list[Problem]:
    """Check the name of a policy: 1 to 128 letters, digits and `+=,.@_-`.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    """
    return _check_name(name, _LONGEST_POLICY_NAME, "a policy", path)


def check_description(description: str, *path: str | int) -> list[Problem]:
    """Check a description: at most 1,000 characters of Latin-1, without control characters but tab and line ends.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    if is_unresolved(description) or (len(description) <= LONGEST_DESCRIPTION and DESCRIPTION.fullmatch(description)):
        return []
    rule = f"must be at most {LONGEST_DESCRIPTION:,} characters that IAM takes: ASCII, and letters of Latin-1"
    return [Problem(path, "identity-description", rule, show(description), "Shorten it, or leave the others out.")]


def short_name(*parts: str, longest: int = _LONGEST_ROLE_NAME) -> str:
    """Return parts joined by hyphens, as the name of a role: other characters become hyphens.

    What is too long, or would not be told from another, ends in a number made of all of it, so that one name never
    stands for two.

    Args:
        *parts: The parts, such as project, environment and purpose.
        longest: The most characters.
    """
    said = "-".join(parts)
    name = re.sub(r"[^A-Za-z0-9+=,.@_-]", "-", said)
    if name == said and len(name) <= longest:
        return name
    digest = hashlib.sha256("/".join(parts).encode()).hexdigest()[:8]
    return f"{name[: longest - 9].rstrip('-')}-{digest}"


def _check_name(name: str, longest: int, what: str, path: Sequence[str | int]) -> list[Problem]:
    if is_unresolved(name) or (len(name) <= longest and NAME.fullmatch(name)):
        return []
    rule = f"must be the name of {what}: 1 to {longest} letters, digits and '+=,.@_-'"
    return [Problem(tuple(path), "identity-name", rule, show(name), "Shorten it, or leave the others out.")]
