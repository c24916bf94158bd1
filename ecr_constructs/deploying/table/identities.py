"""Roles, policies, users and identity providers.

Who can make roles can give itself any right, so each action is for these names alone. Where a role has a permissions
boundary, it can only be made with it, gets policies only while it has it, and cannot lose it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecr_constructs.core.conditions import Conditions
from ecr_constructs.deploying.kinds import EVERYTHING, Kind, reads, writes
from ecr_constructs.deploying.subjects import Subject

__all__ = ["KINDS"]

_BOUNDARY = "permissions_boundary"


def _boundary(subject: Subject | None) -> Conditions:
    boundary = "" if subject is None else subject.text(_BOUNDARY)
    return {"ArnLike" if "*" in boundary else "ArnEquals": {"iam:PermissionsBoundary": boundary}} if boundary else {}


def _is_bounded(subject: Subject) -> bool:
    return bool(subject.text(_BOUNDARY))


def _is_free(subject: Subject) -> bool:
    return not _is_bounded(subject)


def _has_inline(subject: Subject) -> bool:
    return bool(subject.raw("inline_policy"))


def _holder(kind: str) -> Callable[[Subject], Sequence[str]]:
    """Return what finds the role or user that a policy is given to."""

    def found(subject: Subject) -> tuple[str, ...]:
        other = subject.referred(kind)
        if other is not None and other.kind.type == f"aws_iam_{kind}":
            return (other.formatted(other.kind.arn),)
        # Made elsewhere, with a path that is not known; a name is there once in an account, whatever its path.
        template = f"arn:{{partition}}:iam::{{account}}:{kind}/"
        return tuple(subject.formatted(f"{template}{path}{{{kind}}}") for path in ("", "*/"))

    return found


def _holders_boundary(kind: str) -> Callable[[Subject], Conditions]:
    return lambda subject: _boundary(subject.referred(kind))


def _with_policy(subject: Subject) -> Conditions:
    policy = subject.text("policy_arn")
    return {"ArnLike" if "*" in policy else "ArnEquals": {"iam:PolicyARN": policy}}


def _with_policy_and_boundary(subject: Subject) -> Conditions:
    conditions = {operator: dict(keys) for operator, keys in _with_policy(subject).items()}
    for operator, keys in _boundary(subject.referred("role")).items():
        conditions.setdefault(operator, {}).update(keys)
    return conditions


def _with_own_policies(subject: Subject) -> Conditions:
    conditions = {operator: dict(keys) for operator, keys in _boundary(subject).items()}
    conditions.setdefault("ArnLike", {})["iam:PolicyARN"] = list(subject.texts("managed_policy_arns")) or [EVERYTHING]
    return conditions


def _provider_arn(subject: Subject) -> tuple[str, ...]:
    if subject.raw("arn") is not None:
        return (subject.text("arn"),)
    url = subject.text("url").removeprefix("https://") or EVERYTHING
    return (subject.formatted(f"arn:{{partition}}:iam::{{account}}:oidc-provider/{url}"),)


KINDS = (
    Kind(
        type="aws_iam_role",
        feature="Roles",
        arn="arn:{partition}:iam::{account}:role{path}{name}",
        attributes={"id": "{name}"},
        needs=(
            reads("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"),
            writes("iam:CreateRole", "iam:PutRolePermissionsBoundary", conditions=_boundary),
            writes("iam:DeleteRolePermissionsBoundary", when=_is_free),
            # Policies that the role says itself.
            reads("iam:GetRolePolicy", when=_has_inline),
            writes("iam:PutRolePolicy", conditions=_boundary, when=_has_inline),
            writes("iam:DeleteRolePolicy", when=_has_inline),
            writes(
                "iam:AttachRolePolicy",
                "iam:DetachRolePolicy",
                conditions=_with_own_policies,
                when=lambda subject: bool(subject.raw("managed_policy_arns")),
            ),
            writes(
                "iam:DeleteRole",
                "iam:ListInstanceProfilesForRole",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
            ),
        ),
    ),
    Kind(
        type="aws_iam_role_policy",
        feature="Roles",
        needs=(
            reads("iam:GetRolePolicy", on=_holder("role")),
            writes("iam:PutRolePolicy", on=_holder("role"), conditions=_holders_boundary("role")),
            writes("iam:DeleteRolePolicy", on=_holder("role")),
        ),
    ),
    Kind(
        type="aws_iam_role_policy_attachment",
        feature="Policies",
        needs=(
            reads("iam:ListAttachedRolePolicies", on=_holder("role")),
            writes("iam:AttachRolePolicy", on=_holder("role"), conditions=_with_policy_and_boundary),
            writes("iam:DetachRolePolicy", on=_holder("role"), conditions=_with_policy),
        ),
    ),
    Kind(
        type="aws_iam_policy",
        feature="Policies",
        arn="arn:{partition}:iam::{account}:policy{path}{name}",
        needs=(
            reads("iam:GetPolicy", "iam:GetPolicyVersion"),
            writes(
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:ListPolicyVersions",
                "iam:TagPolicy",
                "iam:UntagPolicy",
            ),
        ),
    ),
    Kind(
        type="aws_iam_user",
        feature="Users",
        arn="arn:{partition}:iam::{account}:user{path}{name}",
        attributes={"id": "{name}"},
        needs=(
            reads("iam:GetUser"),
            writes("iam:CreateUser", "iam:PutUserPermissionsBoundary", conditions=_boundary),
            writes("iam:DeleteUserPermissionsBoundary", when=_is_free),
            writes("iam:DeleteUser", "iam:ListGroupsForUser", "iam:TagUser", "iam:UntagUser", "iam:UpdateUser"),
        ),
    ),
    Kind(
        type="aws_iam_user_policy",
        feature="Users",
        needs=(
            reads("iam:GetUserPolicy", on=_holder("user")),
            writes("iam:PutUserPolicy", on=_holder("user"), conditions=_holders_boundary("user")),
            writes("iam:DeleteUserPolicy", on=_holder("user")),
        ),
    ),
    Kind(
        type="aws_iam_openid_connect_provider",
        feature="Identity providers of CI services",
        needs=(
            reads("iam:GetOpenIDConnectProvider", on=_provider_arn),
            writes(
                "iam:AddClientIDToOpenIDConnectProvider",
                "iam:CreateOpenIDConnectProvider",
                "iam:DeleteOpenIDConnectProvider",
                "iam:RemoveClientIDFromOpenIDConnectProvider",
                "iam:TagOpenIDConnectProvider",
                "iam:UntagOpenIDConnectProvider",
                "iam:UpdateOpenIDConnectProviderThumbprint",
                on=_provider_arn,
            ),
        ),
    ),
    Kind(
        type="data.aws_iam_openid_connect_provider",
        feature="Identity providers of CI services",
        needs=(
            reads("iam:ListOpenIDConnectProviders", when=lambda subject: subject.raw("arn") is None),
            reads("iam:GetOpenIDConnectProvider", on=_provider_arn),
        ),
    ),
)
