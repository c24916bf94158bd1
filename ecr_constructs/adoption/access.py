"""Repository policies: AWS's text, what it means, and the options of an environment file that mean the same."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import access_of
from ecr_constructs.core.access.grants import ANY_ORGANIZATION_ID, statements_of
from ecr_constructs.core.aws import account_root_arn, is_account_id
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.principals import PrincipalKind, parse_principal

__all__ = ["Access", "Meaning", "access_meant_by", "declared_repository_policy", "form_of", "meaning_of"]

_Conditions: TypeAlias = frozenset[tuple[str, str, frozenset[str]]]
Meaning: TypeAlias = frozenset[tuple[str, str, str, str, _Conditions]]
"""What a policy grants and denies, one entry for each effect, principal, action and conditions together.

Two policies with the same entries mean the same, however they divide them into statements.
"""

_STATEMENT = frozenset({"Action", "Condition", "Effect", "Principal", "Sid"})
_ORGANIZATION = "aws:principalorgid"
_LAMBDA = ("Service", "lambda.amazonaws.com")


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """Who may pull.

    Attributes:
        account_ids: Accounts, sorted.
        organization_id: An organisation.
        by_lambda: Whether Lambda functions may use the images.
    """

    account_ids: tuple[str, ...] = ()
    organization_id: str | None = None
    by_lambda: bool = False

    @property
    def options(self) -> dict[str, object]:
        """The options of an entry that grant this, those included that grant nothing."""
        accounts: dict[str, object] = {"allowed_account_ids": list(self.account_ids)} if self.account_ids else {}
        return {
            "enable_cross_account_access": bool(accounts),
            **accounts,
            "organization_id": self.organization_id,
            "enable_lambda_pull": self.by_lambda,
        }


def meaning_of(policy: str, partition: str) -> Meaning | None:
    """Return what a policy means, or None where it has elements that are not understood here.

    Args:
        policy: The policy's text.
        partition: Partition of the repository, for principals that are bare account ids.
    """
    statements = _statements(policy)
    if statements is None or any(not set(statement) <= _STATEMENT for statement in statements):
        return None
    return frozenset(entry for statement in statements for entry in _entries(statement, partition))


def form_of(policy: str, partition: str) -> object:
    """Return what Terraform compares: the statements one by one with their sids, in whatever order they stand."""
    statements = _statements(policy) or []
    return (
        json.loads(policy).get("Version"),
        frozenset((statement.get("Sid"), frozenset(_entries(statement, partition))) for statement in statements),
    )


def access_meant_by(meaning: Meaning) -> Access:
    """Return who may pull by a policy, as far as it shows.

    Whether that is all it means is to be seen by making a policy of it and comparing what that means.
    """
    accounts, organizations, by_lambda = set[str](), set[str](), False
    for _, kind, principal, _, conditions in meaning:
        found = parse_principal(principal) if kind == "AWS" else None
        if found is not None and found.kind is PrincipalKind.ROOT:
            accounts.add(str(found.account_id))
        organizations |= {value for _, key, values in conditions if key == _ORGANIZATION for value in values}
        by_lambda = by_lambda or (kind, principal) == _LAMBDA
    return Access(tuple(sorted(accounts)), min(organizations, default=None), by_lambda)


def declared_repository_policy(
    repository: DeclaredRepository, *, account_id: str, organization_id: str | None
) -> str | None:
    """Return the text of the repository policy that a repository is declared with, or None.

    Args:
        repository: The repository.
        account_id: Its account.
        organization_id: The account's organisation, for an environment that says `organization: true`.
    """
    access = access_of(repository)
    if access.organization_id == ANY_ORGANIZATION_ID:
        access = dataclasses.replace(access, organization_id=organization_id)
    statements = statements_of(access, KnownPlace(repository.environment.region, account_id))
    return render_policy(statements) if statements else None


def _statements(policy: str) -> list[dict[str, Any]] | None:
    document = json.loads(policy)
    statements = document.get("Statement", [])
    if not set(document) <= {"Version", "Id", "Statement"}:
        return None
    return statements if isinstance(statements, list) else [statements]


def _entries(statement: Mapping[str, Any], partition: str) -> Iterator[tuple[str, str, str, str, _Conditions]]:
    conditions = frozenset(
        (operator, key.lower(), frozenset(map(str, _listed(values))))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )
    for kind, principal in _principals(statement.get("Principal"), partition):
        for action in _listed(statement.get("Action")):
            yield statement["Effect"], kind, principal, str(action).lower(), conditions


def _principals(principal: Any, partition: str) -> Iterator[tuple[str, str]]:
    for kind, names in (principal if isinstance(principal, Mapping) else {"AWS": principal}).items():
        for name in map(str, _listed(names)):
            # AWS takes the bare id of an account for its root.
            yield kind, account_root_arn(name, partition) if kind == "AWS" and is_account_id(name) else name


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
