"""Identity providers of IAM, of which an account has one for each issuer: made once in a stack, or looked up there."""

from __future__ import annotations

import weakref

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import TerraformProvider
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import Registry, registry_of
from ecr_constructs.core.identities.oidc import OidcProvider, provider_address
from ecr_constructs.errors import Problem

__all__ = ["check_oidc_provider", "oidc_provider_arn"]

_Found = aws.IamOpenidConnectProvider | aws.DataAwsIamOpenidConnectProvider
_found: weakref.WeakKeyDictionary[Registry, dict[str, _Found]] = weakref.WeakKeyDictionary()


def check_oidc_provider(wanted: OidcProvider, registry: Registry, *, find: bool) -> list[Problem]:
    """Check that a provider is not made in a stack that looks it up, nor the other way round.

    Args:
        wanted: The provider.
        registry: The registry of the construct that needs it.
        find: Whether it is looked up.
    """
    path, code = ("find_oidc_provider",), "oidc-provider"
    if wanted.arn is not None:
        rule, fix = "must be left out with oidc_provider_arn", "Remove one of the two."
        return [Problem(path, code, rule, "True", fix)] if find else []
    known = _found.get(registry, {}).get(wanted.url)
    if known is None or isinstance(known, aws.IamOpenidConnectProvider) != find:
        return []
    first = known.node.path.rpartition("/")[0]
    rule = f"must be {not find}, as at {first}, which {'makes' if find else 'looks up'} the provider of {wanted.host}"
    fix = "Make it where the account has none yet, else have it looked up everywhere."
    return [Problem(path, code, rule, f"{find}", fix)]


def oidc_provider_arn(
    scope: PlacedConstruct,
    wanted: OidcProvider,
    *,
    find: bool,
    provider: TerraformProvider | None,
) -> str:
    """Return the ARN of an identity provider; the first construct of a stack that needs it makes it or looks it up.

    Its Terraform name is made of the issuer alone, so that it stays when that construct goes.

    Args:
        scope: The construct that needs it.
        wanted: The provider.
        find: Whether it is looked up.
        provider: Terraform's provider to use instead of the stack's.
    """
    if wanted.arn is not None:
        return wanted.arn
    registry = registry_of(scope, provider)
    known = _found.setdefault(registry, {})
    if wanted.url not in known:
        known[wanted.url] = element = _find(scope, wanted, registry) if find else _make(scope, wanted, registry)
        of_another = "" if registry.provider is None else f"_{registry.provider.alias}"
        set_logical_id(element, f"{provider_address(wanted)}{of_another}")  # before anything refers to it
    found = known[wanted.url]
    if isinstance(found, aws.IamOpenidConnectProvider):
        audiences = found.client_id_list_input or []
        if wanted.audience not in audiences:
            found.client_id_list = sorted({*audiences, wanted.audience})
    return found.arn


def _make(scope: PlacedConstruct, wanted: OidcProvider, registry: Registry) -> aws.IamOpenidConnectProvider:
    # Without thumbprints: AWS checks certificates by its own authorities
    # (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html).
    return aws.IamOpenidConnectProvider(
        scope,
        "OidcProvider",
        url=wanted.url,
        client_id_list=[wanted.audience],
        provider=registry.provider,
    )


def _find(scope: PlacedConstruct, wanted: OidcProvider, registry: Registry) -> aws.DataAwsIamOpenidConnectProvider:
    return aws.DataAwsIamOpenidConnectProvider(scope, "OidcProvider", url=wanted.url, provider=registry.provider)
