"""Statements of policies, and the documents made of them: of resources, of identities, and of whom a role trusts."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.conditions import Conditions

__all__ = [
    "POLICY_EFFECTS",
    "SID",
    "PolicyEffect",
    "PolicyStatement",
    "merge_statements",
    "policy_length",
    "render_policy",
]

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html
PolicyEffect: TypeAlias = Literal["Allow", "Deny"]
POLICY_EFFECTS: Final[tuple[PolicyEffect, ...]] = get_args(PolicyEffect)

# IAM's own policies have letters and digits alone; ECR takes what its console writes, such as "new statement".
SID = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")
# How CDKTF writes what is known only later: https://developer.hashicorp.com/terraform/cdktf/concepts/tokens
_TOKEN = re.compile(r"\$\{TfToken\[[^\]]*\]\}")
# Operators that any one of several values satisfies; the negated ones need all of them.
_UNITABLE = {"ArnEquals", "ArnLike", "StringEquals", "StringLike"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStatement:
    """One statement of a policy: of a repository or a registry, of an identity, or of whom a role trusts.

    Attributes:
        actions: `ecr:...` actions.
        principals: ARNs of accounts (`arn:aws:iam::111111111111:root`), roles and users, or `*` with a condition.
        service_principals: AWS services, such as `lambda.amazonaws.com`.
        conditions: Operator to key to value or values, as IAM writes them.
        effect: `Allow` or `Deny`, known at synthesis.
        sid: Letters, digits, blanks, hyphens and underscores, unique in the policy; statements that differ in
            principals alone and share a sid become one.
        resources: ARNs of repositories, or patterns of them, in the policy of a registry or of an identity. A
            repository's policy has none, because it applies to its repository.
        federated_principals: ARNs of identity providers, in the trust policy of a role alone.
    """

    actions: Sequence[str]
    principals: Sequence[str] = ()
    service_principals: Sequence[str] = ()
    conditions: Conditions = dataclasses.field(default_factory=dict)
    effect: PolicyEffect = "Allow"
    sid: str | None = None
    resources: Sequence[str] = ()
    federated_principals: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name in ("actions", "principals", "service_principals", "resources", "federated_principals"):
            value = getattr(self, name)
            if isinstance(value, str):
                object.__setattr__(self, name, (value,))
            elif isinstance(value, Iterable):  # what is neither is refused where the statement goes
                object.__setattr__(self, name, tuple(value))

    def to_document(self) -> dict[str, object]:
        """Return the statement as IAM's JSON has it: keys in one order, lists sorted, a list of one as its entry."""
        document: dict[str, object] = {} if self.sid is None else {"Sid": self.sid}
        document["Effect"] = self.effect
        if self.principals == ("*",):
            document["Principal"] = "*"
        else:
            groups = {
                "AWS": self.principals,
                "Federated": self.federated_principals,
                "Service": self.service_principals,
            }
            who = {kind: _one_or_sorted(names) for kind, names in groups.items() if names}
            if who:  # the policy of an identity is about that identity
                document["Principal"] = who
        document["Action"] = _one_or_sorted(self.actions)
        if self.resources:
            document["Resource"] = _one_or_sorted(self.resources)
        if self.conditions:
            document["Condition"] = {
                operator: {key: _one_or_sorted(value) for key, value in sorted(keys.items())}
                for operator, keys in sorted(self.conditions.items())
            }
        return document


def merge_statements(statements: Iterable[PolicyStatement]) -> list[PolicyStatement]:
    """Return the statements in one order, as few as say the same.

    Statements that share everything but their principals become one. Of those that share a sid and everything but the
    values of one and the same condition, the values are united: IAM lets any of them satisfy the condition.
    """
    by_rest: dict[str, PolicyStatement] = {}
    for statement in statements:
        key = _key_without_principals(statement)
        known = by_rest.get(key)
        by_rest[key] = statement if known is None else _with_principals_of(known, statement)
    by_sid: dict[str, PolicyStatement] = {}
    for statement in by_rest.values():
        key = _key_without_condition_values(statement)
        known = by_sid.get(key)
        by_sid[key] = statement if known is None else _with_condition_values_of(known, statement)
    return sorted(by_sid.values(), key=lambda statement: (statement.sid or "~", _canonical(statement.to_document())))


def render_policy(statements: Iterable[PolicyStatement]) -> str:
    """Return the policy document as JSON text, the same bytes for the same statements in any order."""
    documents = [statement.to_document() for statement in merge_statements(statements)]
    return _compact({"Version": "2012-10-17", "Statement": documents})


def policy_length(statements: Iterable[PolicyStatement]) -> int:
    """Return the characters of a policy; what Terraform knows only later counts as an account id."""
    return len(_TOKEN.sub("0" * 12, render_policy(statements)))


def _key_without_principals(statement: PolicyStatement) -> str:
    anyone = "*" in statement.principals
    return _canonical([anyone, dataclasses.replace(statement, principals=(), service_principals=()).to_document()])


def _with_principals_of(statement: PolicyStatement, other: PolicyStatement) -> PolicyStatement:
    return dataclasses.replace(
        statement,
        principals=tuple(sorted({*statement.principals, *other.principals})),
        service_principals=tuple(sorted({*statement.service_principals, *other.service_principals})),
    )


def _key_without_condition_values(statement: PolicyStatement) -> str:
    """Return what must be equal for the values of a condition to be united; unique where they must not be."""
    single = _single_condition(statement)
    if statement.sid is None or single is None or single[0].removeprefix("ForAnyValue:") not in _UNITABLE:
        return _canonical(statement.to_document())
    return _canonical([single[:2], dataclasses.replace(statement, conditions={}).to_document()])


def _with_condition_values_of(statement: PolicyStatement, other: PolicyStatement) -> PolicyStatement:
    single, more = _single_condition(statement), _single_condition(other)
    if single is None or more is None:
        return statement
    operator, key, values = single
    return dataclasses.replace(statement, conditions={operator: {key: tuple(sorted({*values, *more[2]}))}})


def _single_condition(statement: PolicyStatement) -> tuple[str, str, tuple[str, ...]] | None:
    pairs = [(operator, key) for operator, keys in statement.conditions.items() for key in keys]
    if len(pairs) != 1:
        return None
    operator, key = pairs[0]
    value = statement.conditions[operator][key]
    return operator, key, (value,) if isinstance(value, str) else tuple(value)


def _one_or_sorted(values: str | Sequence[str]) -> str | list[str]:
    if isinstance(values, str):
        return values
    unique = sorted(set(values))
    return unique[0] if len(unique) == 1 else unique


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
