"""The other side of a grant: what the policy of a role or user has to allow, on the ARNs of repositories.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html and, for the
lengths, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from ecr_constructs.core.access.levels import ACTIONS, TOKEN_ACTION, TOKEN_LEVELS, Level
from ecr_constructs.core.iam import PolicyStatement, render_policy
from ecr_constructs.errors import Problem

__all__ = ["IDENTITY_POLICY_NAME", "LONGEST_INLINE", "check_identity_length", "identity_statements"]

IDENTITY_POLICY_NAME = "ecr-access"
"""Name of the policy within its role or user."""

LONGEST_INLINE: Mapping[Literal["role", "user"], int] = {"role": 10_240, "user": 2_048}
"""Characters that all policies in a role, or in a user, may have together; blanks are not counted."""


def identity_statements(levels: Mapping[str, Collection[Level]]) -> list[PolicyStatement]:
    """Return the statements of an identity that may do something with repositories.

    Args:
        levels: What it may do, by the ARN of each repository.
    """
    by_levels: dict[tuple[Level, ...], list[str]] = {}
    for arn, said in levels.items():
        by_levels.setdefault(tuple(level for level in Level if level in said), []).append(arn)
    statements = [
        PolicyStatement(
            sid="Ecr" + "".join(level.capitalize() for level in said),
            actions=tuple(sorted({action for level in said for action in ACTIONS[level]})),
            resources=tuple(sorted(arns)),
        )
        for said, arns in by_levels.items()
        if said
    ]
    if any(not TOKEN_LEVELS.isdisjoint(said) for said in by_levels):
        statements.append(PolicyStatement(sid="EcrToken", actions=(TOKEN_ACTION,), resources=("*",)))
    return statements


def check_identity_length(levels: Mapping[str, Collection[Level]], kind: Literal["role", "user"]) -> list[Problem]:
    """Check that the policy fits into a role or user, as far as it is known what else is in that: nothing.

    Args:
        levels: What it may do, by the ARN of each repository.
        kind: What it is.
    """
    length, longest = len("".join(render_policy(identity_statements(levels)).split())), LONGEST_INLINE[kind]
    if length <= longest:
        return []
    rule = f"must fit into the {kind}, whose policies have at most {longest:,} characters together"
    fix = "Grant it to an account, or attach a managed policy with a pattern of repositories to it."
    return [Problem(("principals",), "identity-policy-size", rule, f"{length:,}", fix)]
