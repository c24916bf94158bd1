"""Log groups and topics: where findings of scans go."""

from __future__ import annotations

from ecr_constructs.deploying.kinds import EVERYTHING, Kind, destroys, reads, writes
from ecr_constructs.deploying.subjects import Subject

__all__ = ["KINDS"]

_LOG_GROUP = "arn:{partition}:logs:{region}:{account}:log-group:{name}"


def _log_group(subject: Subject) -> tuple[str, ...]:
    """Return a log group as the API of tags names it, and as all others do.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """
    arn = subject.formatted(_LOG_GROUP)
    return (arn, f"{arn}:*")


KINDS = (
    Kind(
        type="aws_cloudwatch_log_group",
        feature="Logs of findings",
        arn=_LOG_GROUP,
        attributes={"id": "{name}"},
        needs=(
            reads("logs:DescribeLogGroups", on=EVERYTHING),
            reads("logs:ListTagsForResource", on=_log_group),
            writes(
                "logs:CreateLogGroup",
                "logs:DeleteRetentionPolicy",
                "logs:PutRetentionPolicy",
                "logs:TagResource",
                "logs:UntagResource",
                on=_log_group,
            ),
            writes(
                "logs:AssociateKmsKey",
                "logs:DisassociateKmsKey",
                on=_log_group,
                when=lambda subject: subject.raw("kms_key_id") is not None,
            ),
            destroys("logs:DeleteLogGroup", on=_log_group),
        ),
    ),
    Kind(
        type="aws_cloudwatch_log_resource_policy",
        feature="Logs of findings",
        needs=(
            reads("logs:DescribeResourcePolicies"),
            writes("logs:DeleteResourcePolicy", "logs:PutResourcePolicy"),
        ),
    ),
    Kind(
        type="aws_sns_topic",
        feature="Alerts",
        arn="arn:{partition}:sns:{region}:{account}:{name}",
        attributes={"id": "arn:{partition}:sns:{region}:{account}:{name}"},
        needs=(
            reads("sns:GetTopicAttributes", "sns:ListTagsForResource"),
            writes("sns:CreateTopic", "sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"),
            # With its subscriptions, which are made by hand.
            destroys("sns:DeleteTopic"),
        ),
    ),
    Kind(
        type="aws_sns_topic_policy",
        feature="Alerts",
        arn="{arn}",
        needs=(reads("sns:GetTopicAttributes"), writes("sns:SetTopicAttributes")),
    ),
)
