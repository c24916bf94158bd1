"""Rules of events in short, as the sandbox shows them."""

import pytest

from ecr_constructs.core.events.deployments import Deployment
from ecr_constructs.core.events.patterns import (
    image_deleted,
    image_pushed,
    image_replicated,
    pushed_anywhere,
    scan_completed,
)
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.events.workloads import Workload
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.core.registry.finding_events import log_patterns
from ecr_constructs.sandbox.events import matched

OWN = "111111111111"
ARN = f"arn:aws:ecr:us-east-1:{OWN}:repository/web"
PLACE = {"account_id": OWN, "region": "us-east-1"}
DEPLOYED = Deployment(
    name="a",
    trigger="event",
    target=EventTarget(arn=f"arn:aws:sqs:us-east-1:{OWN}:q"),
    workloads=(Workload.of_arn("web", ARN, KnownPlace("us-east-1", OWN)),),
)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (image_pushed("web"), "ECR Image Action PUSH of web"),
        (image_pushed("web", ["latest", "v*"]), "ECR Image Action PUSH of web: latest, v*"),
        (image_pushed("web", ["*-rc", "a*b"]), "ECR Image Action PUSH of web: *-rc, a*b"),
        (image_pushed("web", ["*"]), "ECR Image Action PUSH of web: *"),
        (image_deleted("web", **PLACE), "ECR Image Action DELETE of web"),
        (image_replicated("web"), "ECR Replication Action of web"),
        (scan_completed("web", ARN), f"ECR Image Scan, Inspector2 Scan of web, {ARN}"),
        (
            pushed_anywhere([f"r{number}" for number in range(9)], ["latest"], **PLACE),
            "ECR Image Action PUSH of 9 repositories: latest",
        ),
        (
            pushed_anywhere([f"shop-{number:04}" for number in range(900)], ["latest"], **PLACE),
            "ECR Image Action PUSH of shop-0*: latest",
        ),
        (DEPLOYED.rules(KnownPlace("us-east-1", OWN))[0].pattern, "DEPLOY of web"),
        (log_patterns()["basic-scans"], "ECR Image Scan"),
        (log_patterns()["enhanced-scans"], "Inspector2 Scan of *"),
        ({"source": ["aws.ecr"]}, "aws.ecr"),
        ({}, ""),
    ],
)
def test_a_pattern_is_said_in_short(pattern, expected):
    assert matched(pattern) == expected
