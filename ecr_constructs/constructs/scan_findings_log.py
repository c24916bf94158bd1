"""A log of what scans of images find, and a topic that tells people of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecr_constructs._engine.addresses import set_logical_id
from ecr_constructs._engine.aws import (
    CloudwatchEventRule,
    CloudwatchEventTarget,
    CloudwatchEventTargetInputTransformer,
    CloudwatchLogGroup,
    CloudwatchLogResourcePolicy,
    SnsTopic,
    SnsTopicPolicy,
)
from ecr_constructs._engine.door import Construct, TerraformElement, TerraformProvider
from ecr_constructs.constructs.base.gate import checks_arguments
from ecr_constructs.constructs.base.placed import PlacedConstruct
from ecr_constructs.constructs.base.registry import claim_logical_id, registry_of
from ecr_constructs.constructs.base.repository import RepositoryBase
from ecr_constructs.core.events.patterns import Pattern, render_pattern
from ecr_constructs.core.iam import render_policy
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.registry.finding_events import (
    BASIC_MESSAGE,
    ENHANCED_MESSAGE,
    FindingSeverity,
    Message,
    alert_patterns,
    check_pattern,
    log_patterns,
)
from ecr_constructs.core.registry.findings import (
    DEFAULT_LOG_GROUP_NAME,
    FindingsLog,
    log_statements,
    resource_name,
    topic_statements,
)
from ecr_constructs.core.tags import check_tags
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, raise_problems

__all__ = ["ScanFindingsLog"]

_MESSAGES = {"basic-alerts": BASIC_MESSAGE, "enhanced-alerts": ENHANCED_MESSAGE}
_DESCRIPTIONS = {
    "basic-scans": "Completed and failed basic scans of container images",
    "enhanced-findings": "What Amazon Inspector finds in container images",
    "enhanced-scans": "Initial scans of container images by Amazon Inspector",
    "basic-alerts": "Basic scans of container images with findings of severity {severity} or worse",
    "enhanced-alerts": "What Amazon Inspector finds in container images, of severity {severity} or worse",
}


@checks_arguments
class ScanFindingsLog(PlacedConstruct):
    """What scans of images find, in a log group, and, from a severity upwards, in messages to a topic.

    Both kinds of scanning are covered: of a basic scan, how many findings of each severity an image has; of enhanced
    scanning, each finding when it becomes known, changes or is closed, and the end of each first scan. Of Amazon
    Inspector's findings those of container images alone are taken, not those of instances and functions.

    ECR and Inspector send these events on a best effort basis
    (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html).

    Example:
        >>> ScanFindingsLog(self, "Findings", retention_in_days=90, alert_severity="HIGH")

    Attributes:
        log_group: The log group.
        topic: The topic that is made here, or None.
        topic_arn: ARN of the topic that alerts go to, or None.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's name
        *,
        log_group_name: str = DEFAULT_LOG_GROUP_NAME,
        retention_in_days: float = 30,
        kms_key: str | None = None,
        alert_severity: FindingSeverity | None = None,
        topic_arn: str | None = None,
        topic_kms_key: str | None = None,
        repositories: Sequence[RepositoryBase | str] | None = None,
        tags: Mapping[str, str] | None = None,
        logical_id: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Log findings.

        Args:
            scope: Where the construct belongs.
            id: Name of the construct in its scope.
            log_group_name: Name under `/aws/events/`, where EventBridge writes; default `/aws/events/ecr/findings`. The
                rules and the topic are named after it.
            retention_in_days: How long findings are kept: a number of days that CloudWatch Logs knows, such as 7, 30
                (default), 90 or 365, or 0 for ever
                (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).
            kms_key: Full ARN of the key that encrypts the log group; default: AWS's own. Its policy must let CloudWatch
                Logs use it, which `RepositoryKey.allow_log_group` does
                (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
            alert_severity: From which severity on people are told: `CRITICAL`, `HIGH`, `MEDIUM`, `LOW`,
                `INFORMATIONAL`, or `UNDEFINED` for everything, also what has no severity yet; known at synthesis;
                default: no alerts. Of a basic scan there is one message an image, of enhanced scanning one for each
                active finding.
            topic_arn: SNS topic for the alerts, in the same region; its policy must let events.amazonaws.com publish.
                Default: a topic is made, to which nobody is subscribed yet.
            topic_kms_key: Full ARN of the key that encrypts the topic that is made; default: not encrypted. EventBridge
                cannot publish to a topic with AWS's own key `aws/sns`, and the policy of another key must let
                it use the key, which `RepositoryKey.allow_alerts` does
                (https://repost.aws/knowledge-center/sns-not-getting-eventbridge-notification).
            repositories: The repositories, or their names; default: all of the registry.
            tags: Tags of the log group, the rules and the topic.
            logical_id: Start of the resources' Terraform names; default: CDKTF's names.
            provider: Provider to use instead of the stack's.

        Raises:
            InvalidInput: AWS takes no such arguments, or the registry has a findings log already; it names all of it.
        """
        super().__init__(scope, id)
        names = [each if isinstance(each, str) else each.repository_name for each in repositories or ()]
        registry = registry_of(self, provider)
        wanted = FindingsLog(
            log_group_name=log_group_name,
            retention_in_days=retention_in_days,
            kms_key=kms_key,
            alert_severity=alert_severity,
            topic_arn=topic_arn,
            topic_kms_key=topic_kms_key,
        )
        problems = wanted.problems(registry)
        problems += _check_repositories(None if repositories is None else names)
        problems += check_tags(tags or {}, "tags")
        # A second log would count and announce every finding twice.
        problems += registry.claim("findings log", self)
        problems += claim_logical_id(logical_id, "findings log", self)
        alerts = {} if problems or alert_severity is None else alert_patterns(alert_severity, names)
        patterns = log_patterns(names)
        if not problems:  # one problem for all of them
            problems += check_pattern(max({**patterns, **alerts}.values(), key=lambda each: len(render_pattern(each))))
        raise_problems(problems, source=self._path)
        self._name = None if is_unresolved(log_group_name) else resource_name(log_group_name)
        self._tags = dict(tags) if tags else None
        self._logical_id, self._provider = logical_id, provider
        self.log_group: CloudwatchLogGroup = self._make_log_group(log_group_name, retention_in_days, kms_key, patterns)
        self.topic: SnsTopic | None = None
        self.topic_arn: str | None = topic_arn
        if alert_severity is not None:
            if topic_arn is None:
                self.topic = self._make_topic(topic_kms_key)
                self.topic_arn = self.topic.arn
            for suffix, pattern in alerts.items():
                rule = self._make_rule(suffix, pattern, _DESCRIPTIONS[suffix].format(severity=alert_severity))
                self._send(rule, suffix, str(self.topic_arn), _MESSAGES[suffix])

    def _make_log_group(
        self, name: str, retention_in_days: float, kms_key: str | None, patterns: Mapping[str, Pattern]
    ) -> CloudwatchLogGroup:
        log_group = CloudwatchLogGroup(
            self,
            "LogGroup",
            name=name,
            retention_in_days=retention_in_days,
            kms_key_id=kms_key,
            tags=self._tags,
            provider=self._provider,
        )
        self._place(log_group)
        rules = []
        for suffix, pattern in patterns.items():
            rules.append(rule := self._make_rule(suffix, pattern, _DESCRIPTIONS[suffix]))
            self._send(rule, suffix, log_group.arn)
        # One policy for all rules: an account has at most 10 of them in a region
        # (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html).
        policy = CloudwatchLogResourcePolicy(
            self,
            "LogPolicy",
            policy_name=self._name or "ecr-findings",
            policy_document=render_policy(log_statements(log_group.arn, [rule.arn for rule in rules])),
            provider=self._provider,
        )
        self._place(policy)
        return log_group

    def _make_topic(self, kms_key: str | None) -> SnsTopic:
        topic = SnsTopic(
            self,
            "Topic",
            name=self._name,
            display_name="Findings in container images",
            kms_master_key_id=kms_key,
            tags=self._tags,
            provider=self._provider,
        )
        self._place(topic)
        policy = SnsTopicPolicy(
            self,
            "TopicPolicy",
            arn=topic.arn,
            policy=render_policy(topic_statements(topic.arn)),
            provider=self._provider,
        )
        self._place(policy)
        return topic

    def _make_rule(self, suffix: str, pattern: Pattern, description: str) -> CloudwatchEventRule:
        rule = CloudwatchEventRule(
            self,
            f"Rule-{suffix}",
            name=None if self._name is None else f"{self._name}-{suffix}",
            description=description,
            event_pattern=render_pattern(pattern),
            tags=self._tags,
            provider=self._provider,
        )
        self._place(rule, suffix)
        return rule

    def _send(self, rule: CloudwatchEventRule, suffix: str, arn: str, message: Message | None = None) -> None:
        target = CloudwatchEventTarget(
            self,
            f"Target-{suffix}",
            rule=rule.name,
            target_id="findings",
            arn=arn,
            input_transformer=None
            if message is None
            else CloudwatchEventTargetInputTransformer(
                input_paths=dict(sorted(message.paths.items())), input_template=message.template
            ),
            provider=self._provider,
        )
        self._place(target, suffix)

    def _place(self, element: TerraformElement, suffix: str | None = None) -> None:
        if self._logical_id is not None:
            end = "" if suffix is None else f"_{suffix.replace('-', '_')}"
            set_logical_id(element, f"{self._logical_id}{end}")


def _check_repositories(names: Sequence[str] | None) -> list[Problem]:
    if names is None:
        return []
    if not names:
        fix = "Name some, or leave them out to have the findings of all."
        return [Problem(("repositories",), "findings-repositories", "must name a repository", "none", fix)]
    return [
        problem for index, name in enumerate(names) for problem in check_repository_name(name, "repositories", index)
    ]
