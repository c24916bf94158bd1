"""Statements of policies in one form, whether they are objects of this package or of a JSON document.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

from ecr_constructs.core.conditions import Conditions
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.principals import EVERYONE, PrincipalKind, parse_principal

__all__ = ["Clause", "Named", "clause_of", "clauses_of_document", "names_many"]

Named: TypeAlias = tuple[Literal["AWS", "Service", "Federated", "CanonicalUser"], str]
"""A principal as a policy names it: its kind, and its text."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One statement, and whose it is.

    Attributes:
        policy: What it is a statement of, such as `repository policy`.
        allows: Whether it allows, or denies.
        sid: Its sid.
        actions: Patterns of actions.
        resources: Patterns of resources; none where the policy applies to its resource.
        principals: Whom it is about; None in the policy of an identity, which is about that identity.
        conditions: Operator to key to values.
        other_actions: Whether it is about all actions but those (`NotAction`).
        other_resources: Whether it is about all resources but those (`NotResource`).
        other_principals: Whether it is about all principals but those (`NotPrincipal`).
    """

    policy: str
    allows: bool = True
    sid: str | None = None
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    principals: tuple[Named, ...] | None = None
    conditions: Conditions = dataclasses.field(default_factory=dict, hash=False)
    other_actions: bool = False
    other_resources: bool = False
    other_principals: bool = False

    @property
    def name(self) -> str:
        """The statement as it is told of: its sid, and whose it is."""
        word = "" if self.allows else "Deny "
        return f"{word}{self.sid or 'statement'} ({self.policy})"


def clause_of(statement: PolicyStatement, policy: str) -> Clause:
    """Return a statement of this package as a clause.

    Args:
        statement: The statement.
        policy: What it is a statement of.
    """
    principals: tuple[Named, ...] = (
        *(("AWS", each) for each in statement.principals),
        *(("Service", each) for each in statement.service_principals),
        *(("Federated", each) for each in statement.federated_principals),
    )
    return Clause(
        policy=policy,
        allows=statement.effect != "Deny",
        sid=statement.sid,
        actions=tuple(statement.actions),
        resources=tuple(statement.resources),
        principals=principals or None,
        conditions=statement.conditions,
    )


def clauses_of_document(document: str | Mapping[str, Any], policy: str) -> list[Clause]:
    """Return the statements of a policy's document as clauses.

    Args:
        document: The document, as JSON or read from it.
        policy: What it is.

    Raises:
        ValueError: It is no JSON, or has no statements.
    """
    read = json.loads(document) if isinstance(document, str) else document
    if not isinstance(read, Mapping) or "Statement" not in read:
        raise ValueError("a policy has statements")
    return [_clause(each, policy) for each in _list(read["Statement"])]


def names_many(principal: Named) -> bool:
    """Tell whether a principal stands for many: everyone, or a whole account."""
    kind, text = principal
    found = parse_principal(text) if kind == "AWS" else None
    return found is not None and found.kind in (PrincipalKind.EVERYONE, PrincipalKind.ROOT, PrincipalKind.ACCOUNT)


def _clause(statement: Mapping[str, Any], policy: str) -> Clause:
    other = {name: f"Not{name}" in statement for name in ("Action", "Resource", "Principal")}
    said = {name: statement.get(f"Not{name}" if other[name] else name) for name in other}
    return Clause(
        policy=policy,
        allows=statement.get("Effect") == "Allow",
        sid=statement.get("Sid"),
        actions=_texts(said["Action"]),
        resources=_texts(said["Resource"]),
        principals=None if said["Principal"] is None else tuple(_named(said["Principal"])),
        conditions={
            operator: {key: _texts(value) for key, value in keys.items()}
            for operator, keys in (statement.get("Condition") or {}).items()
        },
        other_actions=other["Action"],
        other_resources=other["Resource"],
        other_principals=other["Principal"],
    )


def _named(said: Any) -> Iterable[Named]:
    if said == EVERYONE:
        return [("AWS", EVERYONE)]
    return [(kind, text) for kind, texts in said.items() for text in _texts(texts)]


def _texts(value: Any) -> tuple[str, ...]:
    """Return texts; JSON may have true and numbers among a condition's values."""
    return tuple(each if isinstance(each, str) else json.dumps(each) for each in _list(value))


def _list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
