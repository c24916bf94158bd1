"""Roles and policies as the constructs of identities make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import TerraformProvider
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import Registry, claim_logical_id
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.aws import RepositoryArn
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.identities.arguments import role_address
from ecr_constructs.core.identities.identity import Identity
from ecr_constructs.core.tags import alike, check_tags
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["HasName", "arns_of", "check_made", "make_policy", "make_role", "names_of_roles"]


class HasName(Protocol):
    """Anything with a name, such as the bindings' `IamRole` and `DataAwsIamRole`."""

    @property
    def name(self) -> str:
        """Name of the role."""


def arns_of(repositories: Sequence[RepositoryBase | str]) -> tuple[str, ...]:
    """Return the ARNs of repositories: as text where that is known, so that a plan shows it and its length counts.

    Args:
        repositories: Repositories, and ARNs.
    """
    return tuple(each if isinstance(each, str) else _arn_of(each) for each in repositories)


def names_of_roles(roles: Sequence[str | HasName]) -> tuple[dict[str, str], list[Problem]]:
    """Return what each attachment's Terraform name ends with, by the name of its role.

    Args:
        roles: Names of roles, or objects that have one. The name of a role that is made in the same app is known later:
            its own Terraform name stands in its place.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for index, role in enumerate(roles):
        name = role if isinstance(role, str) else getattr(role, "name", None)
        end = None
        if isinstance(name, str):
            end = getattr(role, "friendly_unique_id", None) if is_unresolved(name) else role_address(name)
        if not isinstance(name, str) or not isinstance(end, str):
            rule = "must be the name of a role, or a role of the app"
            fix = "Give its name as text, or the role itself: attachments are called after it."
            problems.append(Problem(("roles", index), "identity-role", rule, show(role), fix))
            continue
        if end in found.values():
            fix = "Remove the second one."
            problems.append(Problem(("roles", index), "identity-role", "must be named once", show(role), fix))
            continue
        found[name] = end
    return found, problems


def check_made(
    kind: str,
    name: str,
    tags: Mapping[str, str] | None,
    logical_id: str | None,
    registry: Registry,
    owner: PlacedConstruct,
) -> list[Problem]:
    """Return what stands against a role or a policy besides its own rules: its tags, and others of its name.

    Args:
        kind: `role` or `policy`.
        name: Its name.
        tags: Its tags.
        logical_id: Terraform name of its resources.
        registry: Where it is made.
        owner: The construct that makes it.
    """
    problems = check_tags(tags or {}, "tags")
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
    for key, first in alike(tags or {}) if kind == "role" else ():
        rule = f"must differ from {first} by more than case: IAM takes one of the two"
        problems.append(Problem(("tags", key), "tags", rule, show(key), "Keep one of the two."))
    if not is_unresolved(name):
        # IAM tells no two names apart by case.
        first_owner = registry.owner_of(f"{kind} {name.casefold()}")
        if registry.claim(f"{kind} {name.casefold()}", owner) and first_owner is not None:
            rule = f"must be a name of its own; {first_owner.node.path} makes the {kind} {name} already"
            problems.append(Problem((f"{kind}_name",), "identity-taken", rule, show(name), "Give one another name."))
    return problems + claim_logical_id(logical_id, f"identity's {kind}", owner)


def make_role(
    scope: PlacedConstruct,
    identity: Identity,
    *,
    description: str,
    permissions_boundary: str | None,
    tags: Mapping[str, str] | None,
    logical_id: str | None,
    provider: TerraformProvider | None,
    max_session_duration: int | None = None,
) -> aws.IamRole:
    """Make a role with its inline policy.

    Args:
        scope: The construct that it belongs to.
        identity: The role.
        description: What it is for.
        permissions_boundary: ARN of the policy that bounds it.
        tags: Its tags.
        logical_id: Terraform name of both.
        provider: Provider to use instead of the stack's.
        max_session_duration: Seconds that a session may last; default: AWS's own, an hour.
    """
    role = aws.IamRole(
        scope,
        "Role",
        name=identity.name,
        description=description,
        assume_role_policy=render_policy(identity.trust),
        permissions_boundary=permissions_boundary,
        max_session_duration=max_session_duration,
        tags=dict(tags) if tags else None,
        provider=provider,
    )
    set_logical_id(role, logical_id)  # before anything refers to it
    policy = aws.IamRolePolicy(
        scope,
        "RolePolicy",
        name="ecr",
        role=role.name,
        policy=render_policy(identity.statements),
        provider=provider,
    )
    set_logical_id(policy, logical_id)
    return role


def make_policy(
    scope: PlacedConstruct,
    identity: Identity,
    *,
    description: str,
    roles: Mapping[str, str],
    tags: Mapping[str, str] | None,
    logical_id: str | None,
    provider: TerraformProvider | None,
) -> aws.IamPolicy:
    """Make a managed policy, and attach it to roles.

    Args:
        scope: The construct that it belongs to.
        identity: The policy.
        description: What it is for; another one makes another policy.
        roles: What an attachment's Terraform name ends with, by the role's name.
        tags: Its tags.
        logical_id: Terraform name of the policy, and beginning of that of its attachments.
        provider: Provider to use instead of the stack's.
    """
    policy = aws.IamPolicy(
        scope,
        "Policy",
        name=identity.name,
        description=description,
        policy=render_policy(identity.statements),
        tags=dict(tags) if tags else None,
        provider=provider,
    )
    set_logical_id(policy, logical_id)
    for name, end in sorted(roles.items(), key=lambda item: item[1]):
        attachment = aws.IamRolePolicyAttachment(
            scope, f"Attachment_{end}", role=name, policy_arn=policy.arn, provider=provider
        )
        set_logical_id(attachment, None if logical_id is None else f"{logical_id}_{end}")
    return policy


def _arn_of(repository: RepositoryBase) -> str:
    registry, name = repository._registry, repository.repository_name
    region, account_id = registry.known_region, getattr(repository, "_account_id", None) or registry.known_account_id
    if not is_unresolved(repository.arn) or is_unresolved(name) or region is None or account_id is None:
        return repository.arn
    arn = RepositoryArn(partition=registry.partition, region=region, account_id=account_id, repository_name=name)
    return str(arn)
