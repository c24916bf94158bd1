"""What an environment has once in its registry, and whatever else becomes a construct by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ecr_constructs
from ecr_constructs import ReplicationConfig
from ecr_constructs._engine.aws import AwsProvider, AwsProviderDefaultTags
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.config.desired import registry_grants_of, replication_of, scanning_of, wanted_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.constructs.base.placed import PlacedConstruct, stack_of
from ecr_constructs.constructs.base.registry import registry_of
from ecr_constructs.constructs.base.synthesis import mark_said
from ecr_constructs.constructs.base.tagging import tag_all
from ecr_constructs.constructs.environment.credentials import of_provider
from ecr_constructs.constructs.environment.keys import KmsKeys
from ecr_constructs.core.registry.policy import ReplicationGrant

__all__ = ["make_registry", "outputs_of", "replicate"]

_ADDRESS = "registry"


def replicate(scope: PlacedConstruct, environment: Environment) -> None:
    """Replicate the repositories of all shards: the registry has one configuration."""
    for contribution in replication_of(environment):
        replication = ReplicationConfig.of(scope, logical_id=_ADDRESS)
        mark_said(replication, environment.said)
        replication.add_repositories(contribution.prefixes, destinations=contribution.destinations)


def make_registry(
    scope: PlacedConstruct, environment: Environment, keys: KmsKeys, public_provider: TerraformProvider | None
) -> dict[str, Any]:
    """Make scanning, the registry's policy, and each thing that is wanted by itself.

    Args:
        scope: The construct that has the repositories.
        environment: The environment.
        keys: Its keys.
        public_provider: Provider for public repositories, where the environment's region has none.

    Returns:
        The constructs that were made by themselves, by id.
    """
    inner = Construct(scope, "Registry")  # apart from the repositories, which may be called as one of them is
    _scan(inner, environment)
    _open(scope, environment)
    made = {}
    place = registry_of(scope)
    for wanted in wanted_of(environment):
        arguments = dict(wanted.keywords)
        if wanted.kms_key is not None:
            arguments["kms_key"] = keys.arn(wanted.kms_key)
        if wanted.region not in (None, environment.settings.region):
            public_provider = public_provider or _provider(scope, environment, str(wanted.region))
            arguments["provider"] = public_provider
        for argument in ("repositories", "pull_repositories"):
            names = getattr(wanted, argument)
            if names is not None:
                arguments[argument] = [environment.repository_arn(name, place) for name in names]
        construct = getattr(ecr_constructs, wanted.construct)
        made[wanted.id] = construct(inner, wanted.id, **arguments, logical_id=wanted.logical_id)
        if "provider" in arguments:
            tag_all(made[wanted.id], environment.tags, public_provider)
    return made


def outputs_of(environment: Environment, made: Mapping[str, Any]) -> dict[str, tuple[object, str]]:
    """Return what the constructs that were made by themselves show, by the output's name, with its description."""
    values: dict[str, Any] = {}
    descriptions: dict[str, str] = {}
    for wanted in wanted_of(environment):
        for output in wanted.outputs:
            value = getattr(made[wanted.id], output.attribute)
            descriptions[output.name] = output.description
            if output.key is None:
                values[output.name] = value
            else:
                values.setdefault(output.name, {})[output.key] = value
    return {name: (value, descriptions[name]) for name, value in values.items()}


def _scan(scope: Construct, environment: Environment) -> None:
    """Have Inspector scan what asks for it, and name the rest as well: ECR scans nothing else then."""
    contributions = scanning_of(environment)
    if not contributions:
        return
    scanning = ecr_constructs.RegistryScanning(scope, "Scanning", logical_id=_ADDRESS)
    scanning.enable_enhanced_scanning()
    for contribution in contributions:
        scanning.add_repositories(contribution.names, scan_frequency=contribution.scan_frequency)
    if environment.settings.ecr_enable_inspector:
        scanning.enable_inspector()


def _open(scope: PlacedConstruct, environment: Environment) -> None:
    """Let other accounts replicate into the registry, and have images cached."""
    for _, grant in registry_grants_of(environment):
        policy = ecr_constructs.RegistryPolicy.of(scope, logical_id=_ADDRESS)
        mark_said(policy, environment.said)
        if isinstance(grant, ReplicationGrant):
            policy.grant_replication(
                grant.account_ids,
                create_repository=grant.create_repository,
                repository_prefixes=grant.repository_prefixes,
            )
        else:
            policy.grant_pull_through(grant.principals, ecr_repository_prefixes=grant.ecr_repository_prefixes)


def _provider(scope: PlacedConstruct, environment: Environment, region: str) -> AwsProvider:
    """Return the stack's provider of a region, by its alias, and make it if there is none."""
    account_id, stack = environment.settings.account_id, stack_of(scope)
    for child in stack.node.children:
        if isinstance(child, AwsProvider) and child.alias == region:
            return child
    return AwsProvider(
        stack,
        f"aws_{region}",
        alias=region,
        region=region,
        **of_provider(environment.credentials),
        allowed_account_ids=None if account_id is None else [account_id],
        default_tags=[AwsProviderDefaultTags(tags=environment.tags)],
    )
