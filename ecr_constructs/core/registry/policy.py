"""The policy of a registry: who of other accounts may replicate into it, and who may fill its caches.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from ecr_constructs.core.aws import account_root_arn, partition_of
from ecr_constructs.core.iam import PolicyStatement, check_policy, check_statement
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "FIRST_SCOPE_ACTIONS",
    "actions_beyond_first_scope",
    "check_registry_policy",
    "check_replicated_prefixes",
    "grant_pull_through",
    "grant_replication",
]

FIRST_SCOPE_ACTIONS = ("ecr:BatchImportUpstreamImage", "ecr:CreateRepository", "ecr:ReplicateImage")
"""All that ECR enforces of a registry's policy as long as its scope is still V1."""

_PREFIX = re.compile(r"[a-z0-9][a-z0-9._/-]{0,255}")
_RESOURCE = re.compile(r"arn:(aws[a-z-]*):ecr:([a-z0-9-]+):([0-9]{12}):repository/.+")
# What no repository's name contains stands for what no sid may contain.
_IN_SIDS = str.maketrans({"/": "S", ".": "D", "_": "U", "-": "H"})


def grant_replication(
    account_ids: Sequence[str],
    *,
    create_repository: bool,
    repository_prefixes: Sequence[str],
    partition: str,
    arn_of: Callable[[str], str],
) -> PolicyStatement:
    """Return the statement that lets accounts replicate into repositories.

    Args:
        account_ids: The accounts that replicate.
        create_repository: Whether they may have repositories made that do not exist yet.
        repository_prefixes: What the names of the repositories begin with, as in the filters of a replication; `*`
            stands for all.
        partition: Partition of the registry.
        arn_of: What makes an ARN of a pattern of names.
    """
    name = "CreateReplicas" if create_repository else "ReplicateImages"
    actions = ("ecr:CreateRepository", "ecr:ReplicateImage") if create_repository else ("ecr:ReplicateImage",)
    prefixes = [prefix.removesuffix("*") for prefix in repository_prefixes]
    return PolicyStatement(
        sid=_sid(name, prefixes),
        actions=actions,
        principals=tuple(account_root_arn(account_id, partition) for account_id in account_ids),
        resources=tuple(arn_of(f"{prefix}*") for prefix in prefixes),
    )


def grant_pull_through(
    principals: Sequence[str], *, prefixes: Sequence[str], arn_of: Callable[[str], str]
) -> PolicyStatement:
    """Return the statement that lets principals have images cached that are not cached yet.

    Args:
        principals: ARNs.
        prefixes: Prefixes of pull-through cache rules; `ROOT` means every repository of the registry.
        arn_of: What makes an ARN of a pattern of names.
    """
    return PolicyStatement(
        sid=_sid("FillCache", prefixes),
        actions=("ecr:BatchImportUpstreamImage", "ecr:CreateRepository"),
        principals=tuple(principals),
        resources=tuple(arn_of("*" if prefix == "ROOT" else f"{prefix}/*") for prefix in prefixes),
    )


def check_replicated_prefixes(prefixes: Sequence[str], *path: str) -> list[Problem]:
    """Check what the names of replicated repositories begin with: `*`, or the beginning of a name."""
    rule = "must be what repository names can begin with, or '*'"
    fix = "Use lowercase letters, digits, '.', '_', '-' and '/', starting with a letter or digit."
    problems = [
        Problem((*path, index), "registry-policy-prefix", rule, show(prefix), fix)
        for index, prefix in enumerate(prefixes)
        if prefix != "*" and not is_unresolved(prefix) and not _PREFIX.fullmatch(prefix.removesuffix("*"))
    ]
    if not prefixes:
        fix = "Leave it out to mean every repository."
        problems.append(Problem(path, "registry-policy-prefix", "must name a prefix", "none", fix))
    return problems


def check_registry_policy(
    statements: Sequence[PolicyStatement], *, region: str | None, account_id: str | None
) -> list[Problem]:
    """Return every rule that a registry's policy breaks.

    It has at most 10,240 characters (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html), holds
    actions of ECR alone, and says which repositories of the registry each statement is about.

    Args:
        statements: All statements of the policy.
        region: Region of the registry, where it is known.
        account_id: Account of the registry, where it is known.
    """

    def check(statement: PolicyStatement) -> list[Problem]:
        return [*check_statement(statement, opens="registry"), *_check_resources(statement, region, account_id)]

    return check_policy(statements, check)


def actions_beyond_first_scope(statements: Iterable[PolicyStatement]) -> list[str]:
    """Return the actions that ECR ignores in the policy of a registry whose scope is still V1."""
    known = {action.lower() for action in FIRST_SCOPE_ACTIONS}
    actions = {action for statement in statements for action in statement.actions if not is_unresolved(action)}
    return sorted(action for action in actions if action.lower() not in known)


def _check_resources(statement: PolicyStatement, region: str | None, account_id: str | None) -> list[Problem]:
    path, code = ("policy", statement.sid or "statement"), "registry-policy-resource"
    if not statement.resources:
        fix = "Name them, as in resources=(registry_policy.repositories_arn('team/*'),)."
        return [Problem(path, code, "must say which repositories it is about", "no resources", fix)]
    rule = "must be about repositories of the registry"
    fix = "Write arn:aws:ecr:REGION:ACCOUNT:repository/NAME with the registry's own region and account."
    return [
        Problem(path, code, rule, show(resource), fix)
        for resource in statement.resources
        if resource != "*" and not is_unresolved(resource) and not _is_of_registry(resource, region, account_id)
    ]


def _is_of_registry(resource: str, region: str | None, account_id: str | None) -> bool:
    match = _RESOURCE.fullmatch(resource)
    if match is None:
        return False
    partition, its_region, its_account_id = match.groups()
    return (
        partition == partition_of(its_region)
        and its_region == (region or its_region)
        and its_account_id == (account_id or its_account_id)
    )


def _sid(name: str, prefixes: Sequence[str]) -> str | None:
    """Return a sid that statements about other repositories cannot have; none where it would become too long."""
    if len(prefixes) != 1 or is_unresolved(prefixes[0]):
        return None
    written = prefixes[0].translate(_IN_SIDS)
    return name + written[:1].upper() + written[1:]
