"""Repository policies: AWS's text, what it means, and what a declaration makes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import access_of
from ecr_constructs.core.access.grants import statements_of
from ecr_constructs.core.access.statements import ANY_ORGANIZATION_ID
from ecr_constructs.core.aws import account_root_arn, is_account_id
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.places import KnownPlace

__all__ = [
    "Meaning",
    "declared_repository_policy",
    "form_of",
    "listed",
    "meaning_of",
    "principals_of",
    "statements_in",
    "value_text",
]

_Conditions: TypeAlias = frozenset[tuple[str, str, frozenset[str]]]
Meaning: TypeAlias = frozenset[tuple[str, str, str, str, _Conditions]]
"""What a policy grants and denies, one entry for each effect, principal, action and conditions together.

Two policies with the same entries mean the same, however they divide them into statements.
"""

_STATEMENT = frozenset({"Action", "Condition", "Effect", "Principal", "Sid"})


def meaning_of(policy: str, partition: str) -> Meaning | None:
    """Return what a policy means, or None where it has elements that are not understood here.

    Args:
        policy: The policy's text.
        partition: Partition of the repository, for principals that are bare account ids.
    """
    statements = statements_in(policy)
    if statements is None or any(not set(statement) <= _STATEMENT for statement in statements):
        return None
    return frozenset(entry for statement in statements for entry in _entries(statement, partition))


def form_of(policy: str, partition: str) -> object:
    """Return what Terraform compares: the statements one by one with their sids, in whatever order they stand."""
    statements = statements_in(policy) or []
    return (
        json.loads(policy).get("Version"),
        frozenset((statement.get("Sid"), frozenset(_entries(statement, partition))) for statement in statements),
    )


def declared_repository_policy(
    repository: DeclaredRepository, *, account_id: str, organization_id: str | None
) -> str | None:
    """Return the text of the repository policy that a repository is declared with, or None.

    Args:
        repository: The repository.
        account_id: Its account.
        organization_id: The account's organisation, for an environment that says `organization: true`.
    """
    access, own = access_of(repository), organization_id or ANY_ORGANIZATION_ID
    if access.organization_id == ANY_ORGANIZATION_ID:
        access = dataclasses.replace(access, organization_id=organization_id)
    place = KnownPlace(repository.environment.region, account_id)
    statements = statements_of(access, place, own_organization_id=own)
    return render_policy(statements) if statements else None


def statements_in(policy: str) -> list[dict[str, Any]] | None:
    """Return the statements of a policy; None where it has elements that are not understood here."""
    document = json.loads(policy)
    statements = document.get("Statement", [])
    if not set(document) <= {"Version", "Id", "Statement"}:
        return None
    return statements if isinstance(statements, list) else [statements]


def _entries(statement: Mapping[str, Any], partition: str) -> Iterator[tuple[str, str, str, str, _Conditions]]:
    conditions = frozenset(
        (operator, key.lower(), frozenset(map(value_text, listed(values))))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )
    for kind, principal in principals_of(statement.get("Principal"), partition):
        for action in listed(statement.get("Action")):
            yield statement["Effect"], kind, principal, str(action).lower(), conditions


def principals_of(principal: Any, partition: str) -> Iterator[tuple[str, str]]:
    """Return each principal of a statement with its kind; the bare id of an account as its root."""
    for kind, names in (principal if isinstance(principal, Mapping) else {"AWS": principal}).items():
        for name in map(str, listed(names)):
            # AWS takes the bare id of an account for its root.
            yield kind, account_root_arn(name, partition) if kind == "AWS" and is_account_id(name) else name


def listed(value: Any) -> list[Any]:
    """Return a value, or each of several, in a list."""
    return value if isinstance(value, list) else [value]


def value_text(value: object) -> str:
    """Return a value of a condition as IAM compares it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
