"""Which events of ECR a rule matches.

Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html for ECR's events and
https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html for those of enhanced scanning;
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html for the operators.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "EVENT_TAG",
    "LONGEST_PATTERN",
    "Pattern",
    "check_event_tags",
    "check_pattern",
    "check_pattern_values",
    "image_deleted",
    "image_pushed",
    "image_replicated",
    "pushed_anywhere",
    "render_pattern",
    "scan_completed",
]

Pattern = Mapping[str, object]
"""An event pattern, as EventBridge's JSON has it."""

LONGEST_PATTERN = 2_048
"""Most characters of a pattern; AWS raises it on request
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html)."""

# A tag (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests) in which `*` stands
# for any characters; EventBridge takes no two of them in a row.
EVENT_TAG = re.compile(r"(?!.*\*\*)[a-zA-Z0-9_*][a-zA-Z0-9._*-]{0,127}")


def image_pushed(
    repository_name: str, tags: Sequence[str] = (), *, account_id: str | None = None, region: str | None = None
) -> Pattern:
    """Return the pattern of a push to a repository.

    Args:
        repository_name: The repository.
        tags: Tags, in which `*` stands for any characters; none means any push, also that of an image without a tag.
        account_id: Account of the repository, so that the events of a repository of the same name in another account,
            which may arrive at the same bus, are not meant.
        region: Region of the repository, for the same reason.
    """
    return _pushes([repository_name], tags, account_id, region)


def pushed_anywhere(repository_names: Sequence[str], tags: Sequence[str], *, account_id: str, region: str) -> Pattern:
    """Return the pattern of pushes to any of several repositories.

    Where their names are too many for a pattern, whatever begins as all of them do is meant: for whoever looks at the
    events again.
    """
    names: list[str] = sorted(set(repository_names))
    pattern = _pushes(names, tags, account_id, region)
    if len(render_pattern(pattern)) <= LONGEST_PATTERN:
        return pattern
    alike = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(names[0], names[-1], strict=False))
    prefix = "".join(first for first, _ in alike)
    return _pushes([{"prefix": prefix} if prefix else {"exists": True}], tags, account_id, region)


def image_deleted(repository_name: str, *, account_id: str | None = None, region: str | None = None) -> Pattern:
    """Return the pattern of the deletion of an image, by people or by a lifecycle policy."""
    detail = {"action-type": ["DELETE"], "result": ["SUCCESS"], "repository-name": [repository_name]}
    return _of_ecr("ECR Image Action", detail, account_id, region)


def image_replicated(repository_name: str, *, account_id: str | None = None, region: str | None = None) -> Pattern:
    """Return the pattern of an image that was replicated into a repository: the destination's registry sends it."""
    detail = {
        "action-type": [{"anything-but": ["DELETE"]}],  # deletions may be replicated as well
        "result": ["SUCCESS"],
        "repository-name": [repository_name],
    }
    return _of_ecr("ECR Replication Action", detail, account_id, region)


def scan_completed(
    repository_name: str, repository_arn: str, *, account_id: str | None = None, region: str | None = None
) -> Pattern:
    """Return the pattern of a scan that was completed, basic or enhanced; of the latter, each image's first one.

    A basic scan tells the repository's name, an enhanced one its ARN, and each has a status of its own.
    """
    return {
        "source": ["aws.ecr", "aws.inspector2"],
        "detail-type": ["ECR Image Scan", "Inspector2 Scan"],
        **_place(account_id, region),
        "detail": {
            "scan-status": ["COMPLETE", "INITIAL_SCAN_COMPLETE"],
            "repository-name": [repository_name, repository_arn],
        },
    }


def render_pattern(pattern: Pattern) -> str:
    """Return a pattern as JSON text."""
    return json.dumps(pattern, separators=(",", ":"), ensure_ascii=False)


def check_pattern(pattern: Pattern, *path: str | int, fix: str) -> list[Problem]:
    """Check that a pattern is as long as EventBridge takes one.

    Args:
        pattern: The pattern.
        *path: Where it is said.
        fix: What to do about one that is too long.
    """
    length = len(render_pattern(pattern))
    if length <= LONGEST_PATTERN:
        return []
    rule = f"must make an event pattern of at most {LONGEST_PATTERN:,} characters"
    return [Problem(path, "event-pattern", rule, f"{length:,}", fix)]


def check_pattern_values(value: object, *path: str | int) -> list[Problem]:
    """Check that each field of a pattern has what it may be in a list that is not empty.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html.

    Args:
        value: The pattern, or what a field of it has.
        *path: Where it is said.
    """
    if isinstance(value, Mapping):
        return [problem for key, each in value.items() for problem in check_pattern_values(each, *path, str(key))]
    if is_unresolved(value) or (isinstance(value, list | tuple) and value):
        return []
    fix = "Name what the field may be." if isinstance(value, list | tuple) else f"Write {show([value])}."
    return [Problem(path, "event-pattern", "must be a list of what the field may be", show(value), fix)]


def check_event_tags(tags: Sequence[str], *path: str | int) -> list[Problem]:
    """Check tags by which pushes are chosen: 1 to 128 characters of a tag, or `*` for any of them."""
    problems = []
    for index, tag in enumerate(tags):
        if not is_unresolved(tag) and not EVENT_TAG.fullmatch(tag):
            rule = "must be a tag, in which '*' stands for any characters"
            fix = "Write it as in latest or v1.*, without two '*' in a row."
            problems.append(Problem((*path, index), "event-tags", rule, show(tag), fix))
        elif tag in tags[:index]:
            rule, fix = "must be listed once", "Remove the second one."
            problems.append(Problem((*path, index), "event-tags", rule, show(tag), fix))
    return problems


def _pushes(repositories: Sequence[object], tags: Sequence[str], account_id: str | None, region: str | None) -> Pattern:
    detail: dict[str, object] = {
        "action-type": ["PUSH"],
        "result": ["SUCCESS"],
        "repository-name": list(repositories),
    }
    if tags:
        detail["image-tag"] = [_tag_filter(tag) for tag in sorted(set(tags))]
    return _of_ecr("ECR Image Action", detail, account_id, region)


def _tag_filter(tag: str) -> object:
    """Return what matches a tag, in the least operator: a rule of many wildcards may be too complex for EventBridge."""
    if is_unresolved(tag) or "*" not in tag:
        return tag
    if tag == "*":
        return {"exists": True}
    if tag.count("*") == 1 and tag[0] == "*":
        return {"suffix": tag[1:]}
    if tag.count("*") == 1 and tag[-1] == "*":
        return {"prefix": tag[:-1]}
    return {"wildcard": tag}


def _of_ecr(kind: str, detail: Pattern, account_id: str | None, region: str | None) -> Pattern:
    return {"source": ["aws.ecr"], "detail-type": [kind], **_place(account_id, region), "detail": detail}


def _place(account_id: str | None, region: str | None) -> Pattern:
    return {
        **({} if account_id is None else {"account": [account_id]}),
        **({} if region is None else {"region": [region]}),
    }
