"""What must hold of the policies of repositories and registries: of each statement, and of all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecr_constructs.core.actions import ECR, Service, check_action
from ecr_constructs.core.conditions import check_conditions, protect
from ecr_constructs.core.iam import POLICY_EFFECTS, SID, PolicyStatement, merge_statements, policy_length
from ecr_constructs.core.principals import PrincipalKind, kind_of, parse_principal
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["check_length", "check_policy", "check_repository_policy", "check_statement"]

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html: repository and registry policies alike
_LONGEST_POLICY = 10_240
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
    """Check that a policy has at most 10,240 characters."""
    length = policy_length(statements)
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
    if statement.effect not in POLICY_EFFECTS:
        rule = f"must have the effect {' or '.join(POLICY_EFFECTS)}"
        fix = f"Use {' or '.join(POLICY_EFFECTS)}."
        problems.append(Problem(path, "policy-effect", rule, show(statement.effect), fix))
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
