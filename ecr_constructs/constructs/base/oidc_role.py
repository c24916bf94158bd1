"""What the roles of CI services have in common: a role for jobs, and the identity provider that vouches for them."""

from __future__ import annotations

from collections.abc import Mapping

from ecr_constructs._engine import aws
from ecr_constructs._engine.door import TerraformProvider
from ecr_constructs.constructs.base.identities import check_made, make_role
from ecr_constructs.constructs.base.oidc_providers import check_oidc_provider, oidc_provider_arn
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import registry_of
from ecr_constructs.constructs.base.synthesis import warn
from ecr_constructs.core.identities.oidc_role import OidcRole
from ecr_constructs.errors import Problem, raise_problems

__all__ = ["make_oidc_role"]

_ARGUMENTS = {"arn": "oidc_provider_arn", "audience": "audience", "url": "gitlab_url"}


def make_oidc_role(
    scope: PlacedConstruct,
    wanted: OidcRole,
    *,
    find_provider: bool,
    tags: Mapping[str, str] | None,
    logical_id: str | None,
    provider: TerraformProvider | None,
) -> tuple[aws.IamRole, str]:
    """Make a role, and the identity provider unless the stack has it, and return the role and the provider's ARN.

    Args:
        scope: The construct that the role belongs to.
        wanted: The role.
        find_provider: Whether the identity provider is looked up.
        tags: Tags of the role.
        logical_id: Terraform name of the role.
        provider: Provider to use instead of the stack's.

    Raises:
        InvalidInput: AWS takes no such role, or something else of the stack is in its way.
    """
    registry = registry_of(scope, provider)
    problems = list(map(_in_words, wanted.problems(registry)))
    problems += check_made("role", wanted.role_name, tags, logical_id, registry, scope)
    problems += check_oidc_provider(wanted.provider, registry, find=find_provider)
    raise_problems(problems, source=scope._path)
    arn = oidc_provider_arn(scope, wanted.provider, find=find_provider, provider=provider)
    (identity,) = wanted.identities(registry, provider_arn=arn)
    role, _ = make_role(
        scope,
        identity,
        description=f"Jobs of {wanted.provider.service} push and pull images",
        permissions_boundary=wanted.permissions_boundary,
        tags=tags,
        logical_id=logical_id,
        provider=provider,
        max_session_duration=wanted.max_session_duration,
    )
    for notice in wanted.notices():
        warn(scope, notice)
    return role, arn


def _in_words(problem: Problem) -> Problem:
    """Return a problem of the identity provider at the argument that says it."""
    match problem.path:
        case ("provider", str(key), *rest):
            return problem.moved(_ARGUMENTS[key], *rest)
    return problem
