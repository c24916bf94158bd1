"""The keys of an environment file about what a new image sets going."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ecr_constructs.config.model.fields import WHOLE, Items, LogicalName, Model, RoleArn, Text, form
from ecr_constructs.core.events.deployments import (
    DEFAULT_DETAIL_TYPE,
    DEFAULT_SOURCE,
    DETAIL_TYPE,
    SOURCE,
    DeploymentTrigger,
)
from ecr_constructs.core.events.patterns import EVENT_TAG
from ecr_constructs.core.events.rules import BUS_NAME, DEFAULT_BUS
from ecr_constructs.core.events.targets import DEAD_LETTER_ARN, EVENT_AGES, GROUP_ID, RETRY_ATTEMPTS, TARGET_ARN

__all__ = ["DeploymentOptions", "DeploymentSettings"]

# What the core's rules judge with more than the value in mind; the patterns are theirs.
_TargetArn = Annotated[Text, form(TARGET_ARN)]
_DeadLetterArn = Annotated[Text, form(DEAD_LETTER_ARN)]
_EventTag = Annotated[Text, form(EVENT_TAG)]
_BusName = Annotated[Text, form(BUS_NAME)]
_Source = Annotated[Text, form(SOURCE)]
_DetailType = Annotated[Text, form(DETAIL_TYPE)]
_GroupId = Annotated[Text, form(GROUP_ID)]
_Retries = Annotated[int, WHOLE, form(minimum=RETRY_ATTEMPTS[0], maximum=RETRY_ATTEMPTS[-1])]
_Age = Annotated[int, WHOLE, form(minimum=EVENT_AGES[0], maximum=EVENT_AGES[-1])]


class DeploymentOptions(Model, title="deployments"):
    """What deploys the workloads of an environment."""

    example: ClassVar[Mapping[str, object]] = {
        "trigger": "push",
        "target_arn": "arn:aws:lambda:us-east-1:111111111111:function:deploy",
    }

    trigger: DeploymentTrigger = Field(
        description="What deploys: a push to the repository of a workload, or an event that names it and the tag, and "
        "then no push."
    )
    target_arn: _TargetArn = Field(
        description="What is told to deploy: a Lambda function, a Step Functions state machine, an SQS queue or an SNS "
        "topic of the account and region, or an event bus."
    )
    repositories: Annotated[Items[LogicalName], form(uniqueItems=True)] = Field(
        default=(), description="Logical names of the repositories whose workloads are deployed. Default: all."
    )
    tags: Annotated[Items[_EventTag], form(minItems=1, uniqueItems=True)] = Field(
        default=("latest",), description="With push: tags that deploy, in which * stands for any characters."
    )
    source: _Source = Field(default=DEFAULT_SOURCE, description="With event: the source of the event.")
    detail_type: _DetailType = Field(default=DEFAULT_DETAIL_TYPE, description="With event: its detail type.")
    event_bus_name: _BusName = Field(
        default=DEFAULT_BUS, description="Event bus that the events arrive at; pushes to a registry do at its default."
    )
    role_arn: RoleArn | None = Field(
        default=None,
        description="Role by which EventBridge reaches the target. Default: one that is made here; functions need "
        "none.",
    )
    dead_letter_arn: _DeadLetterArn | None = Field(
        default=None, description="SQS queue for events that could not be delivered. Default: they are lost."
    )
    maximum_retry_attempts: _Retries | None = Field(
        default=None, description="How often an event is tried again: 0 to 185. Default: AWS's, 185."
    )
    maximum_event_age_in_seconds: _Age | None = Field(
        default=None, description="How long an event is tried: 60 to 86400 seconds. Default: AWS's, a day."
    )
    message_group_id: _GroupId | None = Field(default=None, description="With a FIFO queue: the group of the messages.")


class DeploymentSettings(Model, title="settings of deployments"):
    """The keys of an environment file about what a new image sets going."""

    ecr_deployments: DeploymentOptions | None = Field(
        default=None, description="What deploys the workloads, a rule for each. Default: nothing here does."
    )
