"""What EventBridge needs to reach a target.

A function lets a rule in by its own policy, one statement at a time. Queues, topics, state machines and buses are
reached by a role, which takes nothing away from a policy that they have
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html).
"""

from __future__ import annotations

from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place

__all__ = ["bus_arn", "target_statements", "trust_statements"]

_ACTIONS = {
    "events": "events:PutEvents",
    "sns": "sns:Publish",
    "sqs": "sqs:SendMessage",
    "states": "states:StartExecution",
}


def target_statements(target: EventTarget) -> list[PolicyStatement]:
    """Return what EventBridge needs to do to reach a target by a role; nothing for a function."""
    action = _ACTIONS.get(target.service)
    return [] if action is None else [PolicyStatement(sid="Send", actions=(action,), resources=(target.arn,))]


def trust_statements(account_id: str, rule_arn: str) -> list[PolicyStatement]:
    """Return whom the role trusts: EventBridge, on behalf of these rules of the account alone.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html.

    Args:
        account_id: The account of the rules.
        rule_arn: ARN of the rule, in which `*` may stand for the rest of several rules' names.
    """
    return [
        PolicyStatement(
            sid="EventBridge",
            actions=("sts:AssumeRole",),
            service_principals=("events.amazonaws.com",),
            conditions={"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": rule_arn}},
        )
    ]


def bus_arn(place: Place, event_bus_name: str = "default") -> str:
    """Return the ARN of an event bus of an account and region."""
    return f"arn:{place.partition}:events:{place.region}:{place.account_id}:event-bus/{event_bus_name}"
