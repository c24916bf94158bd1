"""What a target is told of an event: JSON with the same names whatever has happened.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html. A value that is text
stands in quotes, and comes out empty where an event does not have it; lists and objects stand without.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

from ecr_constructs.errors import Problem

__all__ = [
    "LONGEST_INPUT",
    "EventInput",
    "Subject",
    "check_input",
    "deletion_input",
    "deployment_input",
    "push_input",
    "replication_input",
    "scan_input",
]

LONGEST_INPUT = 8_192
"""Most characters of a template or of a constant
(https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html)."""

_ANY = {"account": "$.account", "region": "$.region", "time": "$.time"}
_IMAGE = {"digest": "$.detail.image-digest", "tag": "$.detail.image-tag"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EventInput:
    """What EventBridge makes of an event for its target.

    Attributes:
        paths: Where in the event each variable is.
        template: JSON, with each variable in angle brackets.
    """

    paths: Mapping[str, str]
    template: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The repository that an event is about, as far as a target is told.

    Attributes:
        repository_name: Its name in ECR.
        url: Where it is pulled from, without a tag.
        workload: What the target calls it; None where it is known by the repository alone.
    """

    repository_name: str
    url: str
    workload: str | None = None

    @property
    def said(self) -> dict[str, str]:
        """What is told of it in any event."""
        own = {} if self.workload is None else {"workload": self.workload}
        return {**own, "repository": self.repository_name}


def push_input(subject: Subject) -> EventInput:
    """Return what is told of a push; the image is named by its digest, which stays when the tag moves on."""
    return _input(subject, "PUSH", {**_ANY, **_IMAGE}, image=f"{subject.url}@<digest>")


def deletion_input(subject: Subject) -> EventInput:
    """Return what is told of a deletion."""
    return _input(subject, "DELETE", {**_ANY, **_IMAGE})


def replication_input(subject: Subject) -> EventInput:
    """Return what is told of an image that has arrived from another region or account."""
    source = {"source_account": "$.detail.source-account", "source_region": "$.detail.source-region"}
    return _input(subject, "REPLICATION", {**_ANY, **_IMAGE, **source}, image=f"{subject.url}@<digest>")


def scan_input(subject: Subject) -> EventInput:
    """Return what is told of a scan: the tags, and how many findings there are of each severity."""
    paths = {**_ANY, "digest": _IMAGE["digest"]}
    unquoted = {"tags": "$.detail.image-tags", "findings": "$.detail.finding-severity-counts"}
    return _input(subject, "SCAN", paths, unquoted, image=f"{subject.url}@<digest>")


def deployment_input(subject: Subject) -> EventInput:
    """Return what is told of an event that asks to deploy a tag; the image is named by that."""
    return _input(subject, "DEPLOY", {**_ANY, "tag": "$.detail.tag"}, image=f"{subject.url}:<tag>")


def check_input(text: str, *path: str | int) -> list[Problem]:
    """Check that what a target is told is as long as EventBridge takes it."""
    if len(text) <= LONGEST_INPUT:
        return []
    rule = f"must be at most {LONGEST_INPUT:,} characters"
    return [Problem(path, "event-input", rule, f"{len(text):,}", "Shorten it.")]


def _input(
    subject: Subject,
    action: str,
    paths: Mapping[str, str],
    unquoted: Mapping[str, str] | None = None,
    image: str | None = None,
) -> EventInput:
    unquoted = unquoted or {}
    told = {"action": action, **subject.said, **{name: f"<{name}>" for name in (*paths, *unquoted)}}
    template = json.dumps(told if image is None else {**told, "image": image}, ensure_ascii=False)
    for name in unquoted:
        template = template.replace(f'"<{name}>"', f"<{name}>")
    return EventInput(paths=dict(sorted({**paths, **unquoted}.items())), template=template)
