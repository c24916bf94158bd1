"""Amazon Inspector, which does the enhanced scanning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.aws import check_account_id
from ecr_constructs.core.tokens import TokenString, is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = ["INSPECTOR_RESOURCE_TYPES", "InspectorResourceType", "check_inspector"]

# https://docs.aws.amazon.com/inspector/v2/APIReference/API_Enable.html
InspectorResourceType: TypeAlias = Literal["CODE_REPOSITORY", "EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]
INSPECTOR_RESOURCE_TYPES: Final[tuple[InspectorResourceType, ...]] = get_args(InspectorResourceType)
_MOST_ACCOUNTS = 100


def check_inspector(
    account_ids: Sequence[str], resource_types: Sequence[InspectorResourceType | TokenString], *, own: str | None
) -> list[Problem]:
    """Return every rule that the accounts and resource types of Inspector break.

    Args:
        account_ids: The accounts; none means the registry's own.
        resource_types: What Inspector scans in them.
        own: The registry's own account, where it is known.
    """
    problems = [
        problem
        for index, account_id in enumerate(account_ids)
        for problem in check_account_id(account_id, "account_ids", index)
    ]
    if len(account_ids) > _MOST_ACCOUNTS:
        rule, fix = f"must be at most {_MOST_ACCOUNTS} accounts", "Enable the others by another stack."
        problems.append(Problem(("account_ids",), "inspector-accounts", rule, f"{len(account_ids)}", fix))
    if len(set(account_ids)) > 1 and own is not None and own in account_ids:
        # What the provider refuses: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/inspector2_enabler
        rule = "must be either the registry's own account or members of its organisation"
        fix = "Enable the members by a stack of the administrator's account."
        problems.append(Problem(("account_ids",), "inspector-accounts", rule, show(list(account_ids)), fix))
    known = [each for each in resource_types if not is_unresolved(each)]
    for index, each in enumerate(resource_types):
        if each in known and each not in INSPECTOR_RESOURCE_TYPES:
            rule = f"must be one of {', '.join(INSPECTOR_RESOURCE_TYPES)}"
            fix = nearest(str(each).upper(), INSPECTOR_RESOURCE_TYPES) or "Use one of these."
            problems.append(Problem(("resource_types", index), "inspector-resource-types", rule, show(each), fix))
    if "ECR" not in resource_types and len(known) == len(resource_types):
        rule, fix = "must contain ECR", "Add ECR, or enable Inspector elsewhere."
        problems.append(Problem(("resource_types",), "inspector-resource-types", rule, show(list(resource_types)), fix))
    return problems
