"""Roles and policies as the constructs of identities make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import TerraformProvider
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import Registry, claim_logical_id, registry_of
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.identities.identity import HasIdentities, Identity
from ecr_constructs.core.places import Place
from ecr_constructs.core.tags import alike, check_tags
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, raise_problems, show

__all__ = ["check_made", "identity_of", "make_policy", "make_role"]


class _Wanted(HasIdentities, Protocol):
    def problems(self, place: Place, /) -> list[Problem]:
        """Return every rule that it breaks."""


class _WantedPolicy(_Wanted, Protocol):
    @property
    def policy_name(self) -> str:
        """Name of the policy."""


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


def identity_of(
    scope: PlacedConstruct,
    wanted: _Wanted,
    kind: Literal["role", "policy"],
    name: str,
    *,
    tags: Mapping[str, str] | None,
    logical_id: str | None,
    provider: TerraformProvider | None,
    problems: Sequence[Problem] = (),
) -> Identity:
    """Return the role or policy that is wanted, when nothing stands against it.

    Args:
        scope: The construct that makes it.
        wanted: The value object that makes one of its kind.
        kind: `role` or `policy`.
        name: Its name.
        tags: Its tags.
        logical_id: Terraform name of its resources.
        provider: Provider to use instead of the stack's.
        problems: What is known to stand against it already.

    Raises:
        InvalidInput: Something stands against it; it names all of it.
    """
    registry = registry_of(scope, provider)
    made = check_made(kind, name, tags, logical_id, registry, scope)
    raise_problems([*problems, *wanted.problems(registry), *made], source=scope._path)
    (identity,) = wanted.identities(registry)
    return identity


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
) -> tuple[aws.IamRole, aws.IamRolePolicy]:
    """Make a role with its inline policy, and return both.

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
    return role, policy


def make_policy(
    scope: PlacedConstruct,
    wanted: _WantedPolicy,
    *,
    description: str,
    roles: Mapping[str, str],
    problems: Sequence[Problem],
    tags: Mapping[str, str] | None,
    logical_id: str | None,
    provider: TerraformProvider | None,
) -> aws.IamPolicy:
    """Make a managed policy, and attach it to roles.

    Args:
        scope: The construct that it belongs to.
        wanted: The policy.
        description: What it is for; another one makes another policy.
        roles: What an attachment's Terraform name ends with, by the role's name.
        problems: What is known to stand against it already.
        tags: Its tags.
        logical_id: Terraform name of the policy, and beginning of that of its attachments.
        provider: Provider to use instead of the stack's.

    Raises:
        InvalidInput: Something stands against it; it names all of it.
    """
    identity = identity_of(
        scope,
        wanted,
        "policy",
        wanted.policy_name,
        tags=tags,
        logical_id=logical_id,
        provider=provider,
        problems=problems,
    )
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
