"""AWS's own sample events, and events like them.

Of ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html; of Amazon Inspector:
https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html, shortened.
"""

from __future__ import annotations

import copy
import itertools
from typing import Any

from moto.events.models import EventPattern

from ecr_constructs.core.events.patterns import Pattern, render_pattern

__all__ = ["ACCOUNT", "DIGEST", "SAMPLES", "like", "matches", "put_event"]

ACCOUNT = "123456789012"
DIGEST = "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234"
_OTHER_DIGEST = "sha256:f98d67af8e53a536502bfc600de3266556b06ed635a32d60aa7a5fe6d7e609d7"
_INDEX, _SBOM = "application/vnd.oci.image.manifest.v1+json", "application/vnd.cncf.oras.artifact.manifest.v1+json"


def _event(kind: str, time: str, region: str, detail: dict[str, Any], *resources: str, source: str = "aws.ecr") -> Any:
    return {
        "version": "0",
        "id": "13cde686-328b-6117-af20-0e5566167482",
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": time,
        "region": region,
        "resources": list(resources),
        "detail": detail,
    }


def _stored(kind: str, to: str, name: str, manifest: str) -> Any:
    detail = {
        "action-type": "UPDATE_STORAGE_CLASS",
        "target-storage-class": to,
        "image-digest": _OTHER_DIGEST,
        "repository-name": name,
        "result": "SUCCESS",
        "manifest-media-type": manifest,
    }
    return _event(kind, "2019-08-06T00:58:09Z", "us-east-1", detail)


def _acted(action: str, time: str) -> Any:
    detail = {
        "result": "SUCCESS",
        "repository-name": "my-repository-name",
        "image-digest": DIGEST,
        "action-type": action,
        "image-tag": "latest",
    }
    return _event("ECR Image Action", time, "us-west-2", detail)


def _replicated(result: str, name: str, tag: str) -> Any:
    detail = {
        "result": result,
        "repository-name": name,
        "image-digest": DIGEST,
        "source-account": ACCOUNT,
        "action-type": "REPLICATE",
        "source-region": "us-west-2",
        "image-tag": tag,
    }
    arn = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/{name}"
    return _event("ECR Replication Action", "2024-05-08T20:44:54Z", "us-east-1", detail, arn)


SAMPLES: dict[str, Any] = {
    "push": _acted("PUSH", "2019-11-16T01:54:34Z"),
    "delete": _acted("DELETE", "2019-11-16T02:01:05Z"),
    "replication": _replicated("SUCCESS", "docker-hub/alpine", "3.17.2"),
    "failed replication": _replicated("FAILED", "my-app", "latest"),
    "archive": _stored("ECR Image Action", "ARCHIVE", "ubuntu", _INDEX),
    "restore": _stored("ECR Image Action", "STANDARD", "ubuntu", _INDEX),
    "referrer": _stored("ECR Referrer Action", "STANDARD", "sbom", _SBOM),
    "cache": _event(
        "ECR Pull Through Cache Action",
        "2023-02-29T02:36:48Z",
        "us-west-2",
        {
            "rule-version": "1",
            "sync-status": "SUCCESS",
            "ecr-repository-prefix": "docker-hub",
            "repository-name": "docker-hub/alpine",
            "upstream-registry-url": "public.ecr.aws",
            "image-tag": "3.17.2",
            "image-digest": "sha256:4aa08ef415aecc80814cb42fa41b658480779d80c77ab15EXAMPLE",
        },
        f"arn:aws:ecr:us-west-2:{ACCOUNT}:repository/docker-hub/alpine",
    ),
    "scan": _event(
        "ECR Image Scan",
        "2019-10-29T02:36:48Z",
        "us-east-1",
        {
            "scan-status": "COMPLETE",
            "repository-name": "my-repository-name",
            "finding-severity-counts": {"CRITICAL": 10, "MEDIUM": 9},
            "image-digest": DIGEST,
            "image-tags": [],
        },
        f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/my-repository-name",
    ),
    "enhanced scan": _event(
        "Inspector2 Scan",
        "2021-12-03T18:03:16Z",
        "us-east-1",
        {
            "scan-status": "INITIAL_SCAN_COMPLETE",
            "repository-name": f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/my-repository-name",
            "finding-severity-counts": {"CRITICAL": 7, "HIGH": 61, "MEDIUM": 62, "TOTAL": 158},
            "image-digest": DIGEST,
            "image-tags": ["latest"],
            "version": "1.0",
        },
        f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/my-repository-name",
        source="aws.inspector2",
    ),
    "finding": _event(
        "Inspector2 Finding",
        "2021-12-03T18:03:16Z",
        "us-east-1",
        {
            "severity": "HIGH",
            "status": "ACTIVE",
            "resources": [
                {
                    "type": "AWS_ECR_CONTAINER_IMAGE",
                    "details": {"awsEcrContainerImage": {"repositoryName": "my-repository-name", "imageHash": DIGEST}},
                }
            ],
        },
        source="aws.inspector2",
    ),
    "scan frequency": _event(
        "ECR Scan Resource Change",
        "2021-10-14T20:53:46Z",
        "us-east-1",
        {
            "action-type": "SCAN_FREQUENCY_CHANGE",
            "repositories": [
                {
                    "repository-name": "repository-1",
                    "repository-arn": f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/repository-1",
                    "scan-frequency": "SCAN_ON_PUSH",
                    "previous-scan-frequency": "MANUAL",
                }
            ],
            "resource-type": "REPOSITORY",
            "scan-type": "ENHANCED",
        },
    ),
}


def like(sample: str, *without: str, **changes: Any) -> Any:
    """Return an event like a sample: changes of its detail, `image_tag` for `image-tag`, or of `account` and others."""
    event = copy.deepcopy(SAMPLES[sample])
    for name, value in changes.items():
        key = name.replace("_", "-")
        (event if key in event else event["detail"])[key] = value
    for name in without:
        del event["detail"][name]
    return event


def put_event(source: str = "action.production", kind: str = "DEPLOY", account: str = ACCOUNT, **detail: Any) -> Any:
    """Return what arrives of an event that an application puts on a bus."""
    return {**_event(kind, "2026-11-29T02:36:48Z", "us-east-1", detail, source=source), "account": account}


def matches(pattern: Pattern, event: Any) -> bool:
    """Tell whether moto finds that an event matches.

    moto does not look into objects in a list; EventBridge takes each of them for itself, which is done here.
    """
    matcher = EventPattern.load(render_pattern(pattern))
    return any(matcher.matches_event(each) for each in _unfolded(event))


def _unfolded(value: Any) -> list[Any]:
    """Return a value once with each of the objects that stand in one of its lists."""
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return [found for each in value for found in _unfolded(each)]
    if not isinstance(value, dict):
        return [value]
    choices = itertools.product(*(_unfolded(each) for each in value.values()))
    return [dict(zip(value, chosen, strict=True)) for chosen in choices]
