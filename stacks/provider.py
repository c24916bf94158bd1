"""The AWS provider of an environment."""

from __future__ import annotations

from ecr_constructs._engine.aws import AwsProvider, AwsProviderDefaultTags
from ecr_constructs._engine.door import TerraformStack
from ecr_constructs.config.environment import Environment

__all__ = ["configure_provider", "provider_of"]


def configure_provider(stack: TerraformStack, environment: Environment) -> None:
    """Set region, tags of every resource, the version constraint and, where the account is known, the guard for it."""
    _provider(stack, environment, "aws", environment.settings.region)
    # The bindings pin the one version that they were made from; a team chooses its own.
    stack.add_override("terraform.required_providers.aws.version", environment.settings.aws_provider_version)


def provider_of(stack: TerraformStack, environment: Environment, region: str) -> AwsProvider | None:
    """Return a further provider of the environment for another region than its own; None for that one."""
    if region == environment.settings.region:
        return None
    return _provider(stack, environment, f"aws_{region}", region, alias=region)


def _provider(
    stack: TerraformStack, environment: Environment, id_: str, region: str, *, alias: str | None = None
) -> AwsProvider:
    account_id = environment.settings.account_id
    return AwsProvider(
        stack,
        id_,
        alias=alias,
        region=region,
        allowed_account_ids=[account_id] if account_id is not None else None,
        default_tags=[AwsProviderDefaultTags(tags=environment.tags)],
    )
