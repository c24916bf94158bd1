"""The events that tell what scans of images find: which of them are meant, and what people are told of them.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html for basic scanning and
https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html for enhanced scanning.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.events.patterns import LONGEST_PATTERN, Pattern, render_pattern
from ecr_constructs.errors import Problem

__all__ = [
    "BASIC_MESSAGE",
    "ENHANCED_MESSAGE",
    "SEVERITIES",
    "FindingSeverity",
    "Message",
    "alert_patterns",
    "check_pattern",
    "log_patterns",
]

FindingSeverity: TypeAlias = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"]
SEVERITIES: Final[tuple[FindingSeverity, ...]] = get_args(FindingSeverity)[::-1]
"""From the least to the worst; UNDEFINED is what has no severity yet, which Inspector calls UNTRIAGED."""

_UNRATED = {"UNDEFINED": "UNTRIAGED"}
_IMAGE = "AWS_ECR_CONTAINER_IMAGE"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What EventBridge makes of an event for people to read.

    Attributes:
        paths: Where in the event each variable is, at most 10, which is what older releases of the AWS provider take.
            One that an event does not have comes out as nothing.
        template: The text in JSON's quotes, with each variable in angle brackets.
    """

    paths: Mapping[str, str]
    template: str


def _message(text: str, detail: Mapping[str, str]) -> Message:
    paths = {"region": "$.region", **{name: f"$.detail.{path}" for name, path in detail.items()}}
    # The rule's ARN, which EventBridge knows without a path, tells the account.
    how = (
        "Told by <aws.events.rule-arn>. All findings: aws ecr describe-image-scan-findings --region <region> "
        "--repository-name <repository> --image-id imageDigest=<digest>"
    )
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html: a text must stand in
    # quotes, and quotes in it must be escaped. Values are put in as they are: none is used that may have quotes.
    return Message(paths=paths, template=json.dumps(f"{text} {how}", ensure_ascii=False))


BASIC_MESSAGE = _message(
    "ECR's scan found vulnerabilities in the image <digest> of the repository <repository> (tag: <tag>). "
    "By severity, with nothing where there are none: CRITICAL <critical>, HIGH <high>, MEDIUM <medium>, LOW <low>, "
    "INFORMATIONAL <informational>, UNDEFINED <undefined>.",
    {
        "digest": "image-digest",
        "repository": "repository-name",
        "tag": "image-tags[0]",
        **{severity.lower(): f"finding-severity-counts.{severity}" for severity in reversed(SEVERITIES)},
    },
)
"""Of a completed basic scan: how many findings of each severity an image has."""

ENHANCED_MESSAGE = _message(
    "Amazon Inspector found <title> (<severity>) in the image <digest> of the repository <repository> (tag: <tag>).",
    {
        "title": "title",
        "severity": "severity",
        "digest": "resources[0].details.awsEcrContainerImage.imageHash",
        "repository": "resources[0].details.awsEcrContainerImage.repositoryName",
        "tag": "resources[0].details.awsEcrContainerImage.imageTags[0]",
    },
)
"""Of one finding of enhanced scanning."""


def log_patterns(repositories: Sequence[str] = ()) -> dict[str, Pattern]:
    """Return the patterns of everything that is logged, by what the names of their rules end with.

    Args:
        repositories: Names of the repositories; none means all of the registry.
    """
    arns: list[Pattern] = [{"suffix": f":repository/{name}"} for name in _sorted(repositories)]
    return {
        "basic-scans": _basic(repositories),
        "enhanced-findings": _enhanced(repositories),
        # Inspector scans instances and functions too, whose events have no repository-name; that of an image is an ARN.
        "enhanced-scans": {
            "source": ["aws.inspector2"],
            "detail-type": ["Inspector2 Scan"],
            "detail": {"repository-name": arns or [{"exists": True}]},
        },
    }


def alert_patterns(severity: str, repositories: Sequence[str] = ()) -> dict[str, Pattern]:
    """Return the patterns of what people are told of, by what the names of their rules end with.

    A basic scan tells how many findings of each severity an image has, and leaves out what it has none of. Enhanced
    scanning tells of each finding by itself, also of those that become known long after the scan; only active ones
    count.

    Args:
        severity: The least severity, one of `SEVERITIES`; with UNDEFINED, everything.
        repositories: Names of the repositories; none means all of the registry.
    """
    severities = SEVERITIES[SEVERITIES.index(severity) :]
    counts: list[Pattern] = [{each: [{"numeric": [">", 0]}]} for each in severities]
    # EventBridge takes $or for two alternatives or more.
    some = {"$or": counts} if len(counts) > 1 else counts[0]
    return {
        "basic-alerts": _basic(repositories, {"scan-status": ["COMPLETE"], "finding-severity-counts": some}),
        "enhanced-alerts": _enhanced(
            repositories, {"severity": [_UNRATED.get(each, each) for each in severities], "status": ["ACTIVE"]}
        ),
    }


def check_pattern(pattern: Pattern) -> list[Problem]:
    """Check that a pattern is as long as EventBridge takes one."""
    length = len(render_pattern(pattern))
    if length <= LONGEST_PATTERN:
        return []
    rule = f"must make an event pattern of at most {LONGEST_PATTERN:,} characters"
    fix = "Name fewer repositories, or leave them out to have the findings of all."
    return [Problem(("repositories",), "findings-pattern", rule, f"{length:,}", fix)]


def _basic(repositories: Sequence[str], more: Pattern | None = None) -> Pattern:
    detail = {**({"repository-name": _sorted(repositories)} if repositories else {}), **(more or {})}
    pattern: dict[str, object] = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
    return {**pattern, "detail": detail} if detail else pattern


def _enhanced(repositories: Sequence[str], more: Pattern | None = None) -> Pattern:
    resources: dict[str, object] = {"type": [_IMAGE]}
    if repositories:
        resources["details"] = {"awsEcrContainerImage": {"repositoryName": _sorted(repositories)}}
    detail = {"resources": resources, **(more or {})}
    return {"source": ["aws.inspector2"], "detail-type": ["Inspector2 Finding"], "detail": detail}


def _sorted(names: Sequence[str]) -> list[str]:
    return sorted(set(names))
