"""The policy of a role or user of the app that repositories grant something to: one for each, whatever grants."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Literal

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import Construct, TerraformStack
from ecr_constructs.constructs.base.placed import stack_of
from ecr_constructs.core.access.identity import IDENTITY_POLICY_NAME, check_identity_length, identity_statements
from ecr_constructs.core.access.levels import Level
from ecr_constructs.core.aws import RepositoryArn, partition_of
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem

if TYPE_CHECKING:
    from ecr_constructs.constructs.base.repository import RepositoryBase

__all__ = ["IdentityPolicy", "identity_policy_of"]

# By the path of the role or user: asked for again, the engine may hand out another object for the same construct.
_policies: weakref.WeakKeyDictionary[TerraformStack, dict[str, IdentityPolicy]] = weakref.WeakKeyDictionary()
_CHILD = "EcrAccess"


class IdentityPolicy:
    """What a role or user may do with repositories, by an inline policy of its own in its own stack.

    Its text is written again at each contribution, as that of a repository's policy is.
    """

    def __init__(self, owner: aws.IamRole | aws.IamUser) -> None:
        """Begin with nothing; there is no resource as long as nothing is added."""
        self._owner = owner
        self._kind: Literal["role", "user"] = "role" if isinstance(owner, aws.IamRole) else "user"
        self._levels: dict[str, frozenset[Level]] = {}
        self._measured: dict[str, str] = {}
        self._resource: aws.IamRolePolicy | aws.IamUserPolicy | None = None

    def arn_of(self, repository: RepositoryBase) -> str | None:
        """Return the ARN of a repository as this policy can have it; None where that is not possible.

        The repository's own policy refers to the role or user. From another stack, which then comes later, the ARN has
        to be written out: a reference back would be a circle.
        """
        if stack_of(self._owner) is stack_of(repository) or not is_unresolved(repository.arn):
            return repository.arn
        return _known_arn(repository)

    def problems(self, repository: RepositoryBase, levels: Collection[Level]) -> list[Problem]:
        """Return why it cannot allow something more."""
        arn = self.arn_of(repository)
        if arn is None:
            return []
        return check_identity_length(
            self._with(_arn_of_full_length(repository), self._measured_levels(), levels), self._kind
        )

    def add(self, repository: RepositoryBase, levels: Collection[Level]) -> bool:
        """Allow something with a repository, and tell whether that could be done."""
        arn = self.arn_of(repository)
        if arn is None:
            return False
        self._levels = self._with(arn, self._levels, levels)
        self._measured[arn] = _arn_of_full_length(repository)
        text = render_policy(identity_statements(self._levels))
        if self._resource is None:
            self._resource = self._make(text)
        else:
            self._resource.policy = text
        return True

    def _make(self, text: str) -> aws.IamRolePolicy | aws.IamUserPolicy:
        owner = self._owner
        if isinstance(owner, aws.IamRole):
            return aws.IamRolePolicy(
                owner, _CHILD, name=IDENTITY_POLICY_NAME, role=owner.name, policy=text, provider=owner.provider
            )
        return aws.IamUserPolicy(
            owner, _CHILD, name=IDENTITY_POLICY_NAME, user=owner.name, policy=text, provider=owner.provider
        )

    def _measured_levels(self) -> dict[str, frozenset[Level]]:
        """Return what it allows by ARNs as long as they will be: an expression's length says nothing."""
        return {self._measured[arn]: levels for arn, levels in self._levels.items()}

    @staticmethod
    def _with(arn: str, levels: Mapping[str, frozenset[Level]], more: Collection[Level]) -> dict[str, frozenset[Level]]:
        return {**levels, arn: levels.get(arn, frozenset()) | frozenset(more)}


def identity_policy_of(grantee: object) -> IdentityPolicy | None:
    """Return the policy of a role or user that the app makes; None for anything else, such as an ARN."""
    if not isinstance(grantee, Construct) or not isinstance(grantee, aws.IamRole | aws.IamUser):
        return None
    of_stack = _policies.setdefault(stack_of(grantee), {})
    path = grantee.node.path
    if path not in of_stack:
        of_stack[path] = IdentityPolicy(grantee)
    return of_stack[path]


def _known_arn(repository: RepositoryBase) -> str | None:
    """Return a repository's ARN written out, where its place and its name are known."""
    region, account_id = repository._registry.known_region, repository._owner_account_id
    if region is None or account_id is None or is_unresolved(account_id) or is_unresolved(repository.repository_name):
        return None
    return str(_arn(region, account_id, repository.repository_name))


def _arn_of_full_length(repository: RepositoryBase) -> str:
    """Return a repository's ARN as long as it will be, as far as that is known; no other repository has the same."""
    region, name = repository._registry.known_region or "us-east-1", repository.repository_name
    return _known_arn(repository) or str(_arn(region, "0" * 12, repository._path if is_unresolved(name) else name))


def _arn(region: str, account_id: str, name: str) -> RepositoryArn:
    return RepositoryArn(partition=partition_of(region), region=region, account_id=account_id, repository_name=name)
