"""Which known key a misspelt one was probably meant to be.

A hint is followed without much thought. So a key that lets others in, or lets images be deleted, is proposed for its
own misspelling alone, not for whatever resembles it: neither `push_account_ids` nor `deny_account_ids` is a misspelt
`allowed_account_ids`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ecr_constructs.errors import closest

__all__ = ["FAR_REACHING_KEYS", "key_hint", "meant_key"]

FAR_REACHING_KEYS = frozenset(
    {
        "admin_principals",
        "allow_replacement",
        "allowed_account_ids",
        "branches",
        "create_repository",
        "deploy",
        "ecr_public_repositories",
        "ecr_registry_policy",
        "ecr_trusted_accounts",
        "enable_cross_account_access",
        "enable_lambda_pull",
        "environments",
        "force_delete",
        "force_destroy",
        "github_repos",
        "gitlab_projects",
        "organization",
        "organization_id",
        "organization_paths",
        "policy_statements",
        "principal_account_ids",
        "principals",
        "pull",
        "pull_principals",
        "pull_requests",
        "push",
        "push_account_ids",
        "push_organization_id",
        "push_organization_paths",
        "push_principals",
        "read_principals",
        "replication_sources",
        "service_principals",
    }
)
"""Keys that open repositories to others, or let images be deleted."""


def meant_key(word: str, known: Iterable[str]) -> str | None:
    """Return the known key that a misspelt one is most like, or None if there is none that may be proposed.

    Where that would be a far-reaching key, nothing takes its place: the second best is a guess that is certainly wrong.
    """
    match = closest(word, known)
    return None if match in FAR_REACHING_KEYS and not _is_misspelling(word, match) else match


def key_hint(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean 'x'?` for the key that was probably meant, or an empty string."""
    match = meant_key(word, known)
    return "" if match is None else f"Did you mean {match!r}?"


def _is_misspelling(word: str, key: str) -> bool:
    """Tell whether two words differ by case, by hyphens and underscores, and besides by one letter at most."""
    one, other = (each.lower().replace("-", "").replace("_", "") for each in (word, key))
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    at = next((index for index, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    rest, longer_rest = shorter[at:], longer[at:]
    if len(shorter) != len(longer):
        return rest == longer_rest[1:]
    return rest[1:] == longer_rest[1:] or (rest[:2] == longer_rest[1::-1] and rest[2:] == longer_rest[2:])
