"""What the policy of the deploying role says of the state, held against what real Terraform asks of S3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ecr_constructs.deploying.derive import derive
from ecr_constructs.deploying.statements import document_of
from ecr_constructs.sandbox.adapt import ACCESS_KEY, SECRET_KEY
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import Provider
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.terraform import find_terraform
from tests.deploy.authorized import Asked, asked_of, refused
from tests.deploy.calls import recording

pytestmark = pytest.mark.deploy

ACCOUNT = "111111111111"
BACKEND = {"bucket": "states", "key": "ecr/dev.tfstate", "region": "us-east-1", "encrypt": True, "use_lockfile": True}
COMMANDS = {"init": ("init",), "plan": ("plan",), "apply": ("apply", "-auto-approve"), "again": ("plan",)}


@pytest.fixture(scope="module")
def phases() -> Iterator[dict[str, list[Asked]]]:
    """What each command of Terraform asks, of a stack that makes nothing in AWS."""
    with Processes() as processes:
        aws = EmbeddedAws(processes)
        aws.open(ACCOUNT)
        aws.client("s3", "us-east-1").create_bucket(Bucket="states")
        session = Session(processes.folder / "work", find_terraform(), Provider(), processes)
        found = {}
        with recording(aws.endpoint) as (endpoint, calls):
            skipped = ("credentials_validation", "metadata_api_check", "region_validation", "requesting_account_id")
            reached: dict[str, Any] = {
                "access_key": ACCESS_KEY,
                "secret_key": SECRET_KEY,
                "endpoints": {"s3": endpoint, "sts": endpoint},
                "use_path_style": True,
                **{f"skip_{each}": True for each in skipped},
            }
            session.write(
                {
                    "terraform": {"backend": {"s3": {**BACKEND, **reached}}},
                    "resource": {"terraform_data": {"a": {"input": "x"}}},
                }
            )
            for phase, command in COMMANDS.items():
                session._run(*command)
                found[phase] = [asked_of(call, aws) for call in calls]
                calls.clear()
        yield found


def policy(**options: bool) -> dict[str, Any]:
    stack = {"terraform": {"backend": {"s3": BACKEND}}, "resource": {"terraform_data": {"a": {"input": "x"}}}}
    return document_of(derive({"dev": stack}, **options).statements[""])


def test_every_command_may_do_what_it_does(phases):
    for phase, asks in phases.items():
        assert asks
        assert refused(policy(), asks, ACCOUNT) == [], phase


def test_a_plan_writes_the_lock_and_no_state(phases):
    for phase in ("init", "plan", "again"):
        assert refused(policy(plan_only=True), phases[phase], ACCOUNT) == [], phase
    state = "arn:aws:s3:::states/ecr/dev.tfstate"
    assert refused(policy(plan_only=True), phases["apply"], ACCOUNT) == [f"s3:PutObject on {state}"]


def test_nothing_is_allowed_that_is_not_asked(phases):
    asked = {(each.action, arn) for asks in phases.values() for each in asks for arn in each.resources}
    allowed = {
        (action, arn)
        for each in policy()["Statement"]
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
        for arn in ([each["Resource"]] if isinstance(each["Resource"], str) else each["Resource"])
    }
    assert allowed == asked
