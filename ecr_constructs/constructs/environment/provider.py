"""The AWS provider of an environment's stack."""

from __future__ import annotations

import dataclasses

from ecr_constructs._engine.aws import AwsProvider, AwsProviderDefaultTags
from ecr_constructs._engine.door import TerraformStack
from ecr_constructs._engine.which import refuse_others
from ecr_constructs.config.desired import provider_version_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.rules.provider import RAISED, upgrade_of
from ecr_constructs.constructs.base.synthesis import point_out
from ecr_constructs.constructs.environment.credentials import of_provider

__all__ = ["configure_provider"]


def configure_provider(stack: TerraformStack, environment: Environment) -> None:
    """Give a stack the environment's AWS provider: its region, credentials, versions, and tags of every resource.

    Where the file says `account_id`, Terraform refuses every other account. Where it leaves `aws_provider_version` out
    and asks for what only later versions know, these are taken, which is pointed out on the stack (`provider-raised`).

    Args:
        stack: The stack, which has no AWS provider yet.
        environment: Its environment, as `ecr_constructs.config.load` reads it.
    """
    refuse_others(stack)
    settings = environment.settings
    AwsProvider(
        stack,
        "aws",
        region=settings.region,
        **of_provider(environment.credentials),
        allowed_account_ids=None if settings.account_id is None else [settings.account_id],
        default_tags=[AwsProviderDefaultTags(tags=environment.tags)],
    )
    # The bindings pin the one version that they were made from; a team chooses its own.
    stack.add_override("terraform.required_providers.aws.version", provider_version_of(environment))
    # The engines write two forms of the same. Of this one, neither Terraform nor OpenTofu finds its lock file outdated.
    stack.add_override("terraform.required_providers.aws.source", "hashicorp/aws")
    # Only here do the file's versions hold, and the stack may have any name.
    raised = [notice for notice in environment.notices if notice.code == RAISED]
    point_out(stack, [dataclasses.replace(notice, fix=upgrade_of(stack.node.id)) for notice in raised])
