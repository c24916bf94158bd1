"""Pull-through caches of other registries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from ecr_constructs.config.model.fields import WHOLE, Items, Model, RoleArn, Text, form
from ecr_constructs.config.model.templates import TemplateOptions
from ecr_constructs.core.aws import ACCOUNT_ID
from ecr_constructs.core.registry.caches import CACHE_PREFIX_OR_ROOT, RECOVERY_DAYS, SECRET_ARN, SECRET_NAME
from ecr_constructs.core.registry.upstreams import UPSTREAM

__all__ = ["Cache", "Caches", "PullThroughCacheOptions"]

# What the core's rules judge with more than the value in mind; the patterns are theirs.
_Upstream = Annotated[Text, form(UPSTREAM)]
_CachePrefix = Annotated[Text, form(CACHE_PREFIX_OR_ROOT)]
_Principal = Annotated[Text, form(rf"{ACCOUNT_ID.pattern}|arn:aws[a-z-]*:(iam|sts)::{ACCOUNT_ID.pattern}:[!-~]+")]
_RecoveryDays = Annotated[int, WHOLE, form(enum=[0, *RECOVERY_DAYS])]


class PullThroughCacheOptions(Model, title="pull-through cache"):
    """A pull-through cache of another registry."""

    example: ClassVar[Mapping[str, object]] = {"upstream": "quay"}

    upstream: _Upstream = Field(
        description="docker-hub, ecr-public, quay, ghcr, gitlab, k8s, chainguard, or the host or URL of a registry "
        "(NAME.azurecr.io, another registry of ECR)."
    )
    upstream_repository_prefix: _CachePrefix | None = Field(
        default=None, description="What the names begin with in the upstream registry. Default: all of it is cached."
    )
    credential_arn: Annotated[Text, form(SECRET_ARN)] | None = Field(
        default=None, description="Secret with the credentials, whose name begins with ecr-pullthroughcache/."
    )
    secret_name: Annotated[Text, form(SECRET_NAME)] | None = Field(
        default=None, description="Name of that secret instead of its ARN."
    )
    create_secret: bool = Field(default=False, description="Make the secret; its value is set outside of Terraform.")
    recovery_window_in_days: _RecoveryDays | None = Field(
        default=None, description="Days in which a destroyed secret can be restored: 7 to 30, or 0. Default: 30."
    )
    custom_role_arn: RoleArn | None = Field(
        default=None, description="Role that ECR assumes to pull from a registry of ECR in another account."
    )
    principals: Items[_Principal] = Field(
        default=(), description="Account ids and ARNs that may have images cached. Default: by identity policies alone."
    )
    creation_template: TemplateOptions | None = Field(default=None, description="What the cached repositories get.")


def _bare_upstream(value: object) -> object:
    return {"upstream": value} if isinstance(value, str) else value


Cache = Annotated[
    PullThroughCacheOptions,
    BeforeValidator(_bare_upstream, json_schema_input_type=_Upstream | PullThroughCacheOptions),
]
"""A cache, or the name of its upstream alone."""

Caches = Annotated[Mapping[str, Cache], form(propertyNames=form(CACHE_PREFIX_OR_ROOT).said)]
"""Caches by the prefix of the cached repositories."""
