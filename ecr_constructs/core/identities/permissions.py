"""What an identity may do with repositories, as statements of its policy.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html and
https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecr_constructs.core.access.levels import TOKEN_ACTION
from ecr_constructs.core.iam import PolicyStatement

__all__ = ["on_repositories", "token_statement"]


def token_statement() -> PolicyStatement:
    """Return the statement that lets an identity log in to the registries of its account, which no repository is."""
    return PolicyStatement(sid="Token", actions=(TOKEN_ACTION,), resources=("*",))


def on_repositories(sid: str, actions: Iterable[str], repository_arns: Sequence[str]) -> list[PolicyStatement]:
    """Return the statement that lets an identity act on repositories; none where there are no repositories.

    Args:
        sid: Letters and digits.
        actions: `ecr:...` actions.
        repository_arns: ARNs of the repositories.
    """
    if not repository_arns:
        return []
    return [PolicyStatement(sid=sid, actions=tuple(actions), resources=tuple(repository_arns))]
