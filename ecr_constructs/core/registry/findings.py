"""Where findings of scans go: the log group and the topic, who may write to them, and their limits.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from ecr_constructs.core.aws import check_key_arn
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.places import Place, check_arn_place
from ecr_constructs.core.registry.finding_events import SEVERITIES, FindingSeverity
from ecr_constructs.core.repository import check_key_place
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = [
    "DEFAULT_LOG_GROUP_NAME",
    "RETENTION_DAYS",
    "TOPIC_ARN",
    "FindingsLog",
    "log_statements",
    "resource_name",
    "topic_statements",
]

DEFAULT_LOG_GROUP_NAME = "/aws/events/ecr/findings"
"""The log group, unless another is named; EventBridge writes to groups under `/aws/events/`."""

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html; 0 is Terraform's
# word for keeping events for ever.
RETENTION_DAYS = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)

_PREFIX = "/aws/events/"
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
_LOG_GROUP_NAME = re.compile(r"/aws/events/[.\-_/#A-Za-z0-9]+")
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html: 64 characters with what a rule's name
# ends with.
_LONGEST_RULE_NAME = 64
_LONGEST_SUFFIX = len("-enhanced-findings")
# https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
TOPIC_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")


def log_statements(log_group_arn: str, rule_arns: Sequence[str]) -> list[PolicyStatement]:
    """Return the statements that let EventBridge write what rules match into a log group.

    The condition stands with logs:PutLogEvents alone: EventBridge names no rule when it creates a log stream
    (https://github.com/aws-samples/serverless-patterns/pull/618).
    """
    services = ("delivery.logs.amazonaws.com", "events.amazonaws.com")
    return [
        PolicyStatement(
            sid="CreateLogStreams",
            actions=("logs:CreateLogStream",),
            service_principals=services,
            resources=(f"{log_group_arn}:*",),
        ),
        PolicyStatement(
            sid="PutFindings",
            actions=("logs:PutLogEvents",),
            service_principals=services,
            resources=(f"{log_group_arn}:*",),
            conditions={"ArnEquals": {"aws:SourceArn": tuple(rule_arns)}},
        ),
    ]


def topic_statements(topic_arn: str) -> list[PolicyStatement]:
    """Return the statement that lets EventBridge publish to a topic.

    It has no condition, because EventBridge takes none in the policy of a topic
    (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions).
    """
    return [
        PolicyStatement(
            sid="PublishFindings",
            actions=("sns:Publish",),
            service_principals=("events.amazonaws.com",),
            resources=(topic_arn,),
        )
    ]


def resource_name(log_group_name: str) -> str:
    """Return what the rules, the topic and the policy of a log group are called: `ecr-findings` for the default one."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", log_group_name.removeprefix(_PREFIX))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FindingsLog:
    """A findings log as far as it is checked here; see `ScanFindingsLog` for what each argument means."""

    log_group_name: str = DEFAULT_LOG_GROUP_NAME
    retention_in_days: float = 30
    kms_key: str | None = None
    alert_severity: FindingSeverity | None = None
    topic_arn: str | None = None
    topic_kms_key: str | None = None

    def problems(self, place: Place) -> list[Problem]:
        """Return every rule that the arguments break, as far as their values are known."""
        problems = _check_log_group_name(self.log_group_name)
        days = self.retention_in_days
        if not is_unresolved(days) and days not in RETENTION_DAYS:
            rule = "must be a number of days that CloudWatch Logs knows"
            fix = f"Use one of {', '.join(map(str, RETENTION_DAYS[1:]))}, or 0 to keep findings for ever."
            problems.append(Problem(("retention_in_days",), "log-retention", rule, show(days), fix))
        for name in ("kms_key", "topic_kms_key"):
            problems += check_key_place(getattr(self, name), place, name)
        topic = check_arn_place(self.topic_arn, place, "topic_arn", code="alert-topic", what="a topic")
        return [*problems, *topic, *_check_key(self.kms_key, "kms_key"), *_check_alerts(self)]


def _check_alerts(log: FindingsLog) -> list[Problem]:
    severity, topic_arn, topic_kms_key = log.alert_severity, log.topic_arn, log.topic_kms_key
    problems = []
    if severity is None:
        for name, value in (("topic_arn", topic_arn), ("topic_kms_key", topic_kms_key)):
            if value is not None:
                fix = "Say from which severity people are told, as in alert_severity: HIGH, or remove it."
                problems.append(Problem((name,), "alert-topic", "must go with alert_severity", show(value), fix))
        return problems
    if severity not in SEVERITIES:
        rule = f"must be one of {', '.join(reversed(SEVERITIES))}"
        fix = nearest(str(severity).upper(), SEVERITIES) or "Use one of these."
        problems.append(Problem(("alert_severity",), "alert-severity", rule, show(severity), fix))
    if topic_arn is not None and not is_unresolved(topic_arn) and not TOPIC_ARN.fullmatch(topic_arn):
        rule, fix = "must be the ARN of an SNS topic", "Write it as in arn:aws:sns:us-east-1:111111111111:alerts."
        problems.append(Problem(("topic_arn",), "alert-topic", rule, show(topic_arn), fix))
    if topic_arn is not None and topic_kms_key is not None:
        rule, fix = "must be left out with topic_arn", "Encrypt the topic where it is made."
        problems.append(Problem(("topic_kms_key",), "alert-topic", rule, show(topic_kms_key), fix))
    return problems + _check_key(topic_kms_key, "topic_kms_key")


def _check_log_group_name(name: str) -> list[Problem]:
    if is_unresolved(name):
        return []
    if not _LOG_GROUP_NAME.fullmatch(name):
        rule = "must be the name of a log group under /aws/events/, which is where EventBridge writes"
        fix = f"Write it as in {DEFAULT_LOG_GROUP_NAME}: letters, digits, '.', '-', '_', '/' and '#'."
        return [Problem(("log_group_name",), "log-group-name", rule, show(name), fix)]
    longest = len(_PREFIX) + _LONGEST_RULE_NAME - _LONGEST_SUFFIX
    if len(name) > longest:
        rule = f"must be at most {longest} characters, because the rules are named after it"
        return [Problem(("log_group_name",), "log-group-name", rule, f"{len(name)} characters", "Shorten it.")]
    return []


def _check_key(value: str | None, name: str) -> list[Problem]:
    if value is None:
        return []
    fix = "Write arn:aws:kms:REGION:ACCOUNT:key/ID; its policy must let the service use it."
    return [dataclasses.replace(problem, fix=fix) for problem in check_key_arn(value, name)]
