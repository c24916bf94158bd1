"""Statements of policies, and the documents made of them: of resources, of identities, and of whom a role trusts."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Sequence

from ecr_constructs.core.actions import ECR, Service, check_action
from ecr_constructs.core.conditions import Conditions, check_conditions, protect
from ecr_constructs.core.principals import PrincipalKind, kind_of, parse_principal
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "SID",
    "PolicyStatement",
    "check_length",
    "check_policy",
    "check_repository_policy",
    "check_statement",
    "merge_statements",
    "render_policy",
]

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html: repository and registry policies alike
_LONGEST_POLICY = 10_240
# How CDKTF writes what is known only later: https://developer.hashicorp.com/terraform/cdktf/concepts/tokens
_TOKEN = re.compile(r"\$\{TfToken\[[^\]]*\]\}")
# IAM's own policies have letters and digits alone; ECR takes what its console writes, such as "new statement".
SID = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")
# What a policy names under "AWS"; the bare id of an account is written as the ARN of its root.
_IDENTITIES = frozenset(
    {
        PrincipalKind.EVERYONE,
        PrincipalKind.ROOT,
        PrincipalKind.ROLE,
        PrincipalKind.USER,
        PrincipalKind.ASSUMED_ROLE,
        PrincipalKind.FEDERATED_USER,
    }
)
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
        effect: `Allow` or `Deny`.
        sid: Letters, digits, blanks, hyphens and underscores, unique in the policy; statements that differ in
            principals alone and share a sid become one.
        resources: ARNs of repositories, or patterns of them, in the policy of a registry or of an identity. A
            repository's policy has none, because it applies to its repository.
        federated_principals: ARNs of identity providers, in the trust policy of a role alone.
    """

    actions: tuple[str, ...]
    principals: tuple[str, ...] = ()
    service_principals: tuple[str, ...] = ()
    conditions: Conditions = dataclasses.field(default_factory=dict)
    effect: str = "Allow"
    sid: str | None = None
    resources: tuple[str, ...] = ()
    federated_principals: tuple[str, ...] = ()

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


def check_repository_policy(
    statements: Sequence[PolicyStatement], *, service: Service = ECR, partition: str | None = None
) -> list[Problem]:
    """Return every rule that a repository policy breaks.

    Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html and the quota of 10,240
    characters in https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html.

    Args:
        statements: All statements of the policy.
        service: Whose repository it is.
        partition: The repository's partition, where it is known.
    """

    def check(statement: PolicyStatement) -> list[Problem]:
        found = check_statement(statement, opens="repository", service=service, of_repository=True, partition=partition)
        if statement.resources:
            path = ("policy", statement.sid or "statement")
            rule = "must not have resources in a repository policy, which applies to its repository"
            fix = "Remove them, or add the statement to the policy of the registry."
            found.append(Problem(path, "policy-resources", rule, show(statement.resources), fix))
        return found

    return check_policy(statements, check)


def check_policy(
    statements: Sequence[PolicyStatement], check: Callable[[PolicyStatement], list[Problem]]
) -> list[Problem]:
    """Return what each statement of a policy breaks, then what they break together: unique sids, and the length.

    Args:
        statements: All statements of the policy.
        check: The rules for each of them, which differ between the policies of a repository and of a registry.
    """
    problems = [problem for statement in statements for problem in check(statement)]
    merged = merge_statements(statements)
    sids = [statement.sid for statement in merged if statement.sid is not None]
    for sid in sorted({sid for sid in sids if sids.count(sid) > 1}):
        fix = "Give each statement a sid of its own."
        problems.append(Problem(("policy", sid), "policy-sid", "must name one statement", "different ones", fix))
    fix = "Grant to an organisation or organisational unit instead of single accounts."
    return problems + check_length(statements, fix)


def check_length(statements: Sequence[PolicyStatement], fix: str) -> list[Problem]:
    """Check that a policy has at most 10,240 characters; what Terraform knows only later counts as an account id."""
    length = len(_TOKEN.sub("0" * 12, render_policy(statements)))
    if length <= _LONGEST_POLICY:
        return []
    rule = f"must make a policy of at most {_LONGEST_POLICY:,} characters"
    return [Problem(("policy",), "policy-size", rule, f"{length:,}", fix)]


def check_statement(
    statement: PolicyStatement,
    *,
    opens: str,
    service: Service = ECR,
    of_repository: bool = False,
    partition: str | None = None,
) -> list[Problem]:
    """Return the rules that a statement breaks in any policy of ECR.

    Args:
        statement: The statement.
        opens: What would be open to everyone, for the message: `repository` or `registry`.
        service: Whose actions it may have.
        of_repository: Whether these have to do something in the policy of a repository.
        partition: Partition of its principals, where it is known.
    """
    path = ("policy", statement.sid or "statement")
    problems = []
    if statement.sid is not None and not is_unresolved(statement.sid) and not SID.fullmatch(statement.sid):
        rule = "must have a sid of letters, digits, blanks, '-' and '_'"
        problems.append(Problem(path, "policy-sid", rule, show(statement.sid), "Remove the other characters."))
    if statement.effect not in ("Allow", "Deny"):
        fix = "Use Allow or Deny."
        problems.append(
            Problem(path, "policy-effect", "must have the effect Allow or Deny", show(statement.effect), fix)
        )
    if not statement.actions:
        fix = f"Name the actions, such as {service.example}."
        problems.append(Problem(path, "policy-actions", "must have at least one action", "none", fix))
    for action in statement.actions:
        problems += check_action(action, *path, service=service, of_repository=of_repository)
    problems += check_conditions(statement.conditions, *path)
    return problems + _check_principals(statement, path, opens, partition)


def _check_principals(
    statement: PolicyStatement, path: tuple[str, str], opens: str, partition: str | None
) -> list[Problem]:
    problems = []
    if statement.federated_principals:
        rule, fix = "must not have identity providers, which roles alone trust", "Name the roles that trust them."
        problems.append(Problem(path, "policy-principals", rule, show(statement.federated_principals), fix))
    elif not statement.principals and not statement.service_principals:
        fix = "Say who: principals or service_principals."
        problems.append(Problem(path, "policy-principals", "must have a principal", "none", fix))
    if "*" in statement.principals and statement.effect == "Allow" and not protect(statement.conditions):
        rule = f"must have a condition on who asks with the principal '*', or it opens the {opens} to everyone"
        fix = "Add one, such as StringEquals aws:PrincipalOrgID, or name the accounts."
        problems.append(Problem(path, "policy-public", rule, "", fix))
    for names, kinds, form in (
        (statement.principals, _IDENTITIES, "arn:aws:iam::111111111111:root"),
        (statement.service_principals, frozenset({PrincipalKind.SERVICE}), "lambda.amazonaws.com"),
    ):
        problems += [
            Problem(path, "policy-principals", "must have principals in AWS's form", show(name), f"As in {form}.")
            for name in names
            if not is_unresolved(name) and kind_of(name) not in kinds
        ]
    for name in () if partition is None else (*statement.principals, *statement.service_principals):
        found = None if is_unresolved(name) else parse_principal(name)
        if found is not None and found.partition not in (None, partition):
            rule = f"must have principals of the partition {partition}"
            fix = "Identities of one partition are not known in another."
            problems.append(Problem(path, "policy-principals", rule, show(name), fix))
    return problems


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
