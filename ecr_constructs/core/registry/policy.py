"""The policy of a registry: who of other accounts may replicate into it, and who may fill its caches.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

from ecr_constructs.core.aws import RepositoryArn, account_root_arn, check_account_id, partition_of
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place, known_partition
from ecr_constructs.core.policies import check_policy, check_statement
from ecr_constructs.core.principals import PrincipalKind, check_principal, principal_arn
from ecr_constructs.core.registry.caches import check_cache_prefix
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "FIRST_SCOPE_ACTIONS",
    "REPLICATED_PREFIX",
    "PullThroughGrant",
    "RegistryGrant",
    "ReplicationGrant",
    "actions_beyond_first_scope",
    "check_grant",
    "check_registry_policy",
    "check_replicated_prefixes",
    "registry_statement",
    "repositories_arn",
    "scope_notices",
]

FIRST_SCOPE_ACTIONS = ("ecr:BatchImportUpstreamImage", "ecr:CreateRepository", "ecr:ReplicateImage")
"""All that ECR enforces of a registry's policy as long as its scope is still V1."""

_MAY_CACHE = frozenset(
    {
        PrincipalKind.ACCOUNT,
        PrincipalKind.ROOT,
        PrincipalKind.ROLE,
        PrincipalKind.USER,
        PrincipalKind.ASSUMED_ROLE,
        PrincipalKind.FEDERATED_USER,
    }
)
REPLICATED_PREFIX = re.compile(r"[a-z0-9][a-z0-9._/-]{0,255}")
_RESOURCE = re.compile(r"arn:(aws[a-z-]*):ecr:([a-z0-9-]+):([0-9]{12}):repository/.+")
# What no repository's name contains stands for what no sid may contain.
_IN_SIDS = str.maketrans({"/": "S", ".": "D", "_": "U", "-": "H"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationGrant:
    """Accounts that may replicate into the registry.

    Attributes:
        account_ids: The accounts.
        create_repository: Whether they may have repositories made that do not exist yet.
        repository_prefixes: What the names of the repositories begin with, as in the filters of a replication; `*`
            stands for all.
    """

    account_ids: tuple[str, ...]
    create_repository: bool = False
    repository_prefixes: tuple[str, ...] = ("*",)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PullThroughGrant:
    """Principals that may have images cached that are not cached yet.

    Attributes:
        principals: Account ids and ARNs.
        ecr_repository_prefixes: Prefixes of pull-through cache rules; `ROOT` means every repository of the registry.
    """

    principals: tuple[str, ...]
    ecr_repository_prefixes: tuple[str, ...]


RegistryGrant = ReplicationGrant | PullThroughGrant


def repositories_arn(place: Place, pattern: str = "*") -> str:
    """Return the ARN of a registry's repositories whose names match a pattern, such as `team/*`."""
    return str(
        RepositoryArn(
            partition=place.partition, region=place.region, account_id=place.account_id, repository_name=pattern
        )
    )


def registry_statement(grant: RegistryGrant, place: Place) -> PolicyStatement:
    """Return the statement of a registry's policy that grants something.

    Args:
        grant: What is granted.
        place: Where the registry is.
    """
    if isinstance(grant, PullThroughGrant):
        prefixes = list(grant.ecr_repository_prefixes)
        return PolicyStatement(
            sid=_sid("FillCache", prefixes),
            actions=("ecr:BatchImportUpstreamImage", "ecr:CreateRepository"),
            principals=tuple(principal_arn(each, place) for each in grant.principals),
            resources=tuple(repositories_arn(place, "*" if each == "ROOT" else f"{each}/*") for each in prefixes),
        )
    name = "CreateReplicas" if grant.create_repository else "ReplicateImages"
    prefixes = [prefix.removesuffix("*") for prefix in grant.repository_prefixes]
    return PolicyStatement(
        sid=_sid(name, prefixes),
        actions=("ecr:CreateRepository", "ecr:ReplicateImage") if grant.create_repository else ("ecr:ReplicateImage",),
        principals=tuple(account_root_arn(account_id, place.partition) for account_id in grant.account_ids),
        resources=tuple(repositories_arn(place, f"{prefix}*") for prefix in prefixes),
    )


def check_grant(grant: RegistryGrant, place: Place) -> list[Problem]:
    """Return what is wrong with a grant by itself, in the policy of a registry at a place."""
    problems: list[Problem] = []
    if isinstance(grant, PullThroughGrant):
        for index, principal in enumerate(grant.principals):
            problems += check_principal(
                principal,
                "principals",
                index,
                kinds=_MAY_CACHE,
                partition=known_partition(place),
                code="grant-principal",
            )
        for index, prefix in enumerate(grant.ecr_repository_prefixes):
            problems += check_cache_prefix(prefix, "ecr_repository_prefixes", index)
        for name in ("principals", "ecr_repository_prefixes"):
            if not getattr(grant, name):
                rule, fix = "must not be empty", "Name one, or do not grant."
                problems.append(Problem((name,), "registry-policy-empty", rule, "none", fix))
        return problems
    for index, account_id in enumerate(grant.account_ids):
        problems += check_account_id(account_id, "account_ids", index)
    if not grant.account_ids:
        fix = "Name an account, or do not grant."
        problems.append(Problem(("account_ids",), "registry-policy-empty", "must name an account", "none", fix))
    return problems + check_replicated_prefixes(grant.repository_prefixes, "repository_prefixes")


def check_replicated_prefixes(prefixes: Sequence[str], *path: str) -> list[Problem]:
    """Check what the names of replicated repositories begin with: `*`, or the beginning of a name."""
    rule = "must be what repository names can begin with, or '*'"
    fix = "Use lowercase letters, digits, '.', '_', '-' and '/', starting with a letter or digit."
    problems = [
        Problem((*path, index), "registry-policy-prefix", rule, show(prefix), fix)
        for index, prefix in enumerate(prefixes)
        if prefix != "*" and not is_unresolved(prefix) and not REPLICATED_PREFIX.fullmatch(prefix.removesuffix("*"))
    ]
    if not prefixes:
        fix = "Leave it out to mean every repository."
        problems.append(Problem(path, "registry-policy-prefix", "must name a prefix", "none", fix))
    return problems


def check_registry_policy(statements: Sequence[PolicyStatement], place: Place) -> list[Problem]:
    """Return every rule that a registry's policy breaks.

    It has at most 10,240 characters (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html), holds
    actions of ECR alone, and says which repositories of the registry each statement is about.

    Args:
        statements: All statements of the policy.
        place: Where the registry is.
    """

    def check(statement: PolicyStatement) -> list[Problem]:
        found = check_statement(statement, opens="registry", partition=known_partition(place))
        return [*found, *_check_resources(statement, place.known_region, place.known_account_id)]

    return check_policy(statements, check)


def scope_notices(statements: Iterable[PolicyStatement], *, scope: str | None) -> list[Problem]:
    """Return what a registry may ignore of its policy.

    Args:
        statements: All statements of the policy.
        scope: What the account setting is set to, where it is set here.
    """
    actions = actions_beyond_first_scope(statements)
    if not actions or scope is not None:
        return []
    rule = f"A registry whose policy still has the scope V1 ignores {', '.join(actions)} in it"
    fix = "AccountSettings(..., registry_policy_scope='V2') makes sure that it does not."
    return [Problem((), "registry-policy-scope", rule, fix=fix, severity="warning")]


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
