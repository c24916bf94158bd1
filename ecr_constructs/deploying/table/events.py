"""Rules of EventBridge, their targets, buses, functions that rules invoke, and identities of pods."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecr_constructs.core.conditions import Conditions
from ecr_constructs.deploying.kinds import Kind, passes, reads, writes
from ecr_constructs.deploying.subjects import Subject

__all__ = ["KINDS"]

_RULE = "arn:{partition}:events:{region}:{account}:rule/"
_BUS = "arn:{partition}:events:{region}:{account}:event-bus/{event_bus_name}"
_FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:{function_name}"
_CLUSTER = "arn:{partition}:eks:{region}:{account}:cluster/{cluster_name}"
_ASSOCIATION = "arn:{partition}:eks:{region}:{account}:podidentityassociation/{cluster_name}/*"
_POD_IDENTITY = "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html"


def _rule(argument: str) -> Callable[[Subject], Sequence[str]]:
    """Return what finds a rule by its name; that of a bus of its own is below the bus."""

    def found(subject: Subject) -> tuple[str, ...]:
        # A bus of another account is named by its ARN.
        bus = subject.text("event_bus_name").rpartition("event-bus/")[2]
        return (subject.formatted(f"{_RULE}{'' if bus in ('', 'default') else f'{bus}/'}{{{argument}}}"),)

    return found


def _bus(subject: Subject) -> tuple[str, ...]:
    bus = subject.text("event_bus_name")
    return (bus if bus.startswith("arn:") else subject.formatted(_BUS),)


def _function(subject: Subject) -> tuple[str, ...]:
    """Return the function with its versions and aliases."""
    name = subject.text("function_name")
    function = name if name.startswith("arn:") else subject.formatted(_FUNCTION)
    return (function, f"{function}:*") if subject.raw("qualifier") is not None else (function,)


def _invoker(subject: Subject) -> Conditions:
    return {"StringEquals": {"lambda:Principal": subject.text("principal")}}


KINDS = (
    Kind(
        type="aws_cloudwatch_event_rule",
        feature="Rules of events",
        arn=f"{_RULE}{{name}}",
        attributes={"id": "{name}"},
        needs=(
            reads("events:DescribeRule", "events:ListTagsForResource", on=_rule("name")),
            writes(
                "events:DeleteRule",
                "events:PutRule",
                "events:TagResource",
                "events:UntagResource",
                on=_rule("name"),
            ),
        ),
    ),
    Kind(
        type="aws_cloudwatch_event_target",
        feature="Rules of events",
        needs=(
            reads("events:ListTargetsByRule", on=_rule("rule")),
            writes("events:PutTargets", "events:RemoveTargets", on=_rule("rule")),
            passes("role_arn", "events.amazonaws.com"),
        ),
    ),
    Kind(
        type="aws_cloudwatch_event_permission",
        feature="Events of other accounts",
        needs=(
            reads("events:DescribeEventBus", on=_bus),
            # AWS knows no resource for them.
            writes("events:PutPermission", "events:RemovePermission"),
        ),
    ),
    Kind(
        type="aws_cloudwatch_event_bus_policy",
        feature="Events of other accounts",
        needs=(
            reads("events:DescribeEventBus", on=_bus),
            writes("events:PutPermission", "events:RemovePermission"),
        ),
    ),
    Kind(
        type="aws_lambda_permission",
        feature="Functions that are told of events",
        arn=_FUNCTION,
        needs=(
            reads("lambda:GetPolicy", on=_function),
            writes("lambda:AddPermission", on=_function, conditions=_invoker),
            writes("lambda:RemovePermission", on=_function),
        ),
    ),
    Kind(
        type="aws_eks_pod_identity_association",
        feature="Identities of pods",
        arn=_ASSOCIATION,
        needs=(
            reads("eks:DescribePodIdentityAssociation"),
            writes("eks:CreatePodIdentityAssociation", on=_CLUSTER),
            writes(
                "eks:DeletePodIdentityAssociation",
                "eks:TagResource",
                "eks:UntagResource",
                "eks:UpdatePodIdentityAssociation",
            ),
            writes(
                "iam:GetRole",
                on=lambda subject: subject.texts("role_arn"),
                when=lambda subject: bool(subject.texts("role_arn")),
                because=_POD_IDENTITY,
            ),
            passes("role_arn", "pods.eks.amazonaws.com"),
        ),
    ),
)
