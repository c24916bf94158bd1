"""Targets of rules: what may be given as one, and what lets EventBridge reach it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from ecr_constructs._engine import aws
from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.door import Construct, TerraformProvider
from ecr_constructs.constructs.base.grantees import HasArn
from ecr_constructs.constructs.base.registry import registry_of
from ecr_constructs.core.events.reach import target_statements, trust_statements
from ecr_constructs.core.events.targets import EVENT_AGES, RETRY_ATTEMPTS, EventTarget, EventTargetKind
from ecr_constructs.core.iam import render_policy
from ecr_constructs.errors import Problem, show

__all__ = ["Delivery", "Target", "make_target", "target_of"]

Target = str | HasArn | EventTarget
"""Where events go: an ARN, an object that has one, or an `EventTarget` with what else there is to say."""

# What the bindings call the resources whose ARN is known at apply alone.
_KINDS: Mapping[str, EventTargetKind] = {
    "aws_cloudwatch_event_bus": "events",
    "aws_lambda_function": "lambda",
    "aws_sfn_state_machine": "states",
    "aws_sns_topic": "sns",
    "aws_sqs_queue": "sqs",
}


def target_of(target: Target) -> tuple[EventTarget | None, list[Problem]]:
    """Return a target as the core takes it, and what is wrong where it is none."""
    if isinstance(target, EventTarget):
        return target, []
    if isinstance(target, str):
        return EventTarget(arn=target), []
    arn = getattr(target, "arn", None)
    if not isinstance(arn, str):
        rule, fix = "must be an ARN, an object that has one, or an EventTarget", "Give the ARN as text, in quotes."
        return None, [Problem(("target",), "event-target", rule, show(target), fix)]
    kind = str(getattr(target, "terraform_resource_type", "")).removeprefix("data.")
    return EventTarget(arn=arn, kind=_KINDS.get(kind)), []


@dataclasses.dataclass(frozen=True, kw_only=True)
class Delivery:
    """How rules reach a target.

    Attributes:
        scope: The construct that has the rules.
        target: The target.
        rule_arn: ARN of the rule, or what stands for those of several.
        name: What the names of a role and of a statement begin with, where it is known.
        logical_id: Terraform name of the resources; None for CDKTF's.
        provider: Provider of the rules.
        tags: Tags of what can have some.
    """

    scope: Construct
    target: EventTarget
    rule_arn: str
    name: str | None
    logical_id: str | None
    provider: TerraformProvider | None
    tags: Mapping[str, str] | None

    def permission(self) -> aws.LambdaPermission | None:
        """Make what lets the rules call a function; nothing where it is none, or is reached by a role."""
        if self.target.service != "lambda" or self.target.role_arn is not None:
            return None
        function, qualifier = self.target.function
        permission = aws.LambdaPermission(
            self.scope,
            "Permission",
            statement_id=None if self.name is None else self.name.replace(".", "-"),
            action="lambda:InvokeFunction",
            function_name=function,
            qualifier=qualifier,
            principal="events.amazonaws.com",
            source_arn=self.rule_arn,
            provider=self.provider,
        )
        set_logical_id(permission, self.logical_id)
        return permission

    def role(self) -> aws.IamRole | None:
        """Make the role by which EventBridge reaches the target and nothing else; nothing where one is given."""
        statements = target_statements(self.target)
        if not statements or self.target.role_arn is not None:
            return None
        account_id = registry_of(self.scope, self.provider).account_id
        role = aws.IamRole(
            self.scope,
            "Role",
            # IAM is the same in every region: the name of the rule may be taken by a role for one elsewhere.
            name_prefix=None if self.name is None else f"{self.name[:37].rstrip('-')}-",
            description="EventBridge sends events of images by this role",
            assume_role_policy=render_policy(trust_statements(account_id, self.rule_arn)),
            tags=dict(self.tags) if self.tags else None,
            provider=self.provider,
        )
        set_logical_id(role, self.logical_id)  # before anything refers to it
        policy = aws.IamRolePolicy(
            self.scope,
            "RolePolicy",
            name="send-events",
            role=role.name,
            policy=render_policy(statements),
            provider=self.provider,
        )
        set_logical_id(policy, self.logical_id)
        return role


def make_target(
    scope: Construct,
    id_: str,
    target: EventTarget,
    rule: aws.CloudwatchEventRule,
    *,
    role: aws.IamRole | None,
    event_bus_name: str,
    input_paths: Mapping[str, str] | None,
    input_template: str | None,
    logical_id: str | None,
    provider: TerraformProvider | None,
) -> aws.CloudwatchEventTarget:
    """Send what a rule matches to a target.

    Args:
        scope: The construct that has the rule.
        id_: Name of the target in it.
        target: The target.
        rule: The rule.
        role: The role that was made for it.
        event_bus_name: The rule's bus.
        input_paths: Where in the event each variable of the template is.
        input_template: What the target is told; None for the event itself, which an event bus gets in any case.
        logical_id: Terraform name; None for CDKTF's.
        provider: Provider of the rule.
    """
    retries, age = target.maximum_retry_attempts, target.maximum_event_age_in_seconds
    # A bus takes events as they are: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
    told = input_template is not None and target.input is None and target.service != "events"
    made = aws.CloudwatchEventTarget(
        scope,
        id_,
        rule=rule.name,
        event_bus_name=None if event_bus_name == "default" else event_bus_name,
        target_id="target",
        arn=target.arn,
        role_arn=target.role_arn if role is None else role.arn,
        input=target.input,
        input_transformer=aws.CloudwatchEventTargetInputTransformer(
            input_paths=dict(sorted((input_paths or {}).items())), input_template=str(input_template)
        )
        if told
        else None,
        retry_policy=None
        if retries is None and age is None
        # What is left out the provider sends as 0, which EventBridge refuses as an age.
        else aws.CloudwatchEventTargetRetryPolicy(
            maximum_retry_attempts=RETRY_ATTEMPTS[-1] if retries is None else retries,
            maximum_event_age_in_seconds=EVENT_AGES[-1] if age is None else age,
        ),
        dead_letter_config=None
        if target.dead_letter_arn is None
        else aws.CloudwatchEventTargetDeadLetterConfig(arn=target.dead_letter_arn),
        sqs_target=None
        if target.message_group_id is None
        else aws.CloudwatchEventTargetSqsTarget(message_group_id=target.message_group_id),
        provider=provider,
    )
    set_logical_id(made, logical_id)
    return made
