"""The policy of who makes the bucket of the states, held against every call of real Terraform and the real provider."""

from __future__ import annotations

import copy
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.deploying.derive import derive
from ecr_constructs.deploying.statements import document_of
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.synth import synthesise
from ecr_constructs.start.files import files_of
from ecr_constructs.start.wanted import NewProject
from ecr_constructs.start.write import write_all
from tests.deploy.authorized import Asked, refused
from tests.deploy.phases import asked_in_phases

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
ACCOUNT, BUCKET = "111111111111", "arn:aws:s3:::acme-states"
# Release 3.39 takes tags away by writing the others, and today's calls the newer API of tags besides.
NEWER = {"s3:ListTagsForResource", "s3:TagResource", "s3:UntagResource"}
# It asks with the rights of the caller who that is, which today's needs no permission for.
OLDER = {"iam:GetUser"}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The stack `bootstrap` of a project as `init` writes it."""
    folder = tmp_path_factory.mktemp("shop")
    wanted = NewProject(folder=folder, region="eu-west-1", account_id=ACCOUNT, name="shop", bucket="acme-states")
    write_all(folder, files_of(wanted))
    with pytest.MonkeyPatch.context() as patch, Processes() as processes:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        patch.delenv("ECR_ENVIRONMENTS_DIR", raising=False)
        return synthesise("bootstrap", folder, processes)["bootstrap"].document


@pytest.fixture(scope="module")
def phases(document: dict[str, Any]) -> dict[str, list[Asked]]:
    with Processes() as processes:
        aws = EmbeddedAws(processes)
        aws.open(ACCOUNT)
        return asked_in_phases(document, aws, processes, changed)


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with another value of whatever is changed in place."""
    document = copy.deepcopy(document)
    (bucket,) = document["resource"]["aws_s3_bucket"].values()
    bucket["versioning"][0]["enabled"] = False
    document["provider"]["aws"][0]["default_tags"][0]["tags"] = {"Changed": "yes"}
    (policy,) = document["resource"]["aws_s3_bucket_policy"].values()
    policy["policy"] = policy["policy"].replace("TlsOnly", "OnlyByTls")
    (private,) = document["resource"]["aws_s3_bucket_public_access_block"].values()
    private["restrict_public_buckets"] = False
    return document


def held(document: dict[str, Any], asks: list[Asked], **options: bool) -> list[str]:
    derived = derive({"bootstrap": document}, **options)
    asks = [each for each in asks if each.action not in OLDER]
    return refused(document_of(derived.statements[derived.role]), asks, ACCOUNT)


def test_every_call_is_allowed(document, phases):
    for phase, asks in phases.items():
        assert asks
        assert held(document, asks, allow_delete=phase == "destroy") == [], phase
    assert held(document, phases["plan"], plan_only=True) == []


def test_the_bucket_is_deleted_where_that_is_allowed_alone(document, phases):
    assert held(document, phases["destroy"]) == [f"s3:DeleteBucket on {BUCKET}"]


def test_a_plan_may_change_nothing(document, phases):
    kept = {each.partition(" ")[0] for each in held(document, phases["apply"], plan_only=True)}
    assert {"s3:CreateBucket", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock"} <= kept
    assert not [each for each in kept if each.partition(":")[2].startswith(("Get", "List"))]


def test_nothing_is_allowed_that_is_not_called_or_has_its_reason(document, phases):
    called = {asked.action for asks in phases.values() for asked in asks}
    derived = derive({"bootstrap": document}, allow_delete=True)
    allowed = {action for each in derived.statements[derived.role] for action in each.actions}
    assert allowed - called == NEWER
    assert {on for each in derived.statements[derived.role] for on in each.resources} == {BUCKET}


def test_once_its_state_is_in_the_bucket_that_is_allowed_too(document):
    moved = copy.deepcopy(document)
    moved["terraform"]["backend"] = {
        "s3": {
            "bucket": "acme-states",
            "key": "bootstrap/terraform.tfstate",
            "region": "eu-west-1",
            "use_lockfile": True,
        }
    }
    (statements,) = derive({"bootstrap": moved}).statements.values()
    allowed = {(action, on) for each in statements for action in each.actions for on in each.resources}
    state = f"{BUCKET}/bootstrap/terraform.tfstate"
    assert {("s3:PutObject", state), ("s3:DeleteObject", f"{state}.tflock"), ("s3:CreateBucket", BUCKET)} <= allowed
    assert ("s3:DeleteObject", state) not in allowed
