"""The function of examples/lambda tells the newest image, of whichever repository, and may do what it does."""

from __future__ import annotations

import datetime
import fnmatch
import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import parliament
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from moto.ecr import ecr_backends

from tests.discovery.parameters import parameters_of
from tests.examples.conftest import EXAMPLES, OTHER

EXAMPLE = EXAMPLES / "lambda"
ACCOUNT, REGION = "123456789012", "us-east-1"  # moto's own
HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nobody")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


@pytest.fixture
def example(aws: None) -> ModuleType:
    spec = importlib.util.spec_from_file_location("lambda_example", EXAMPLE / "handler.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def publish(aws: None) -> Callable[..., None]:
    """Publish a repository, in a layout and with other values than usual."""

    def made(name: str, layout: str = "parameters", prefix: str = "/ecr", **values: Any) -> None:
        values = {"registry_id": ACCOUNT, "url": f"{HOST}/shop-dev-{name}", **values}
        singles = layout == "singles"
        found = parameters_of([name], layout="parameters" if singles else layout, prefix=prefix, **values)
        for parameter, value in found.items():
            if not (singles and parameter.endswith("/config")):
                boto3.client("ssm").put_parameter(Name=parameter, Value=value, Type="String")

    return made


def push(repository: str) -> str:
    """Push an image as `v1`, and return its digest."""
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": {"digest": "sha256:0"}, "layers": []}
    done = boto3.client("ecr").put_image(repositoryName=repository, imageManifest=json.dumps(manifest), imageTag="v1")
    return done["image"]["imageId"]["imageDigest"]


@pytest.mark.parametrize("layout", ["parameters", "config", "singles"])
@pytest.mark.parametrize("name", ["web-app", "team/lambda-processor"])
def test_the_newest_image_is_told(example, publish, name, layout):
    publish(name, layout)
    boto3.client("ecr").create_repository(repositoryName=f"shop-dev-{name}")
    digest = push(f"shop-dev-{name}")
    told = json.loads(json.dumps(example.handler({"repository": name}, None)))
    assert told["newest"].pop("pushed_at").startswith("2")
    assert told == {
        "repository": name,
        "url": f"{HOST}/shop-dev-{name}",
        "image_count": 1,
        "newest": {"image": f"{HOST}/shop-dev-{name}@{digest}", "digest": digest, "tags": ["v1"]},
    }


def test_the_registry_of_another_account_is_asked(example, publish):
    publish("web-app", registry_id=OTHER)
    boto3.client("ecr").create_repository(repositoryName="shop-dev-web-app")
    push("shop-dev-web-app")
    # moto finds a repository only for whoever names its registry.
    ecr_backends[ACCOUNT][REGION].repositories["shop-dev-web-app"].registry_id = OTHER
    assert example.handler({"repository": "web-app"}, None)["image_count"] == 1


def image(number: int, *tags: str) -> dict[str, Any]:
    pushed = datetime.datetime(2026, 1, number, 12, tzinfo=datetime.UTC)
    return {"imageDigest": f"sha256:{number:064}", "imageTags": list(tags), "imagePushedAt": pushed}


@pytest.fixture
def pages(example, publish) -> Iterator[Callable[..., None]]:
    """Answer for ECR with pages of images; botocore checks each call and each answer against its model."""
    publish("team/api", registry_id=OTHER)
    asked = {"registryId": OTHER, "repositoryName": "shop-dev-team/api", "filter": {"tagStatus": "TAGGED"}}

    def made(*answers: list[dict[str, Any]]) -> None:
        for number, images in enumerate(answers):
            last = number == len(answers) - 1
            answer = {"imageDetails": images, **({} if last else {"nextToken": str(number + 1)})}
            stubber.add_response("describe_images", answer, {**asked, **({"nextToken": str(number)} if number else {})})

    with Stubber(example.ecr) as stubber:
        yield made
        stubber.assert_no_pending_responses()


def test_the_newest_may_be_on_any_page(example, pages):
    pages([image(1, "v1")], [], [image(9, "v9", "stable"), image(2, "v2")], [image(3, "v3")])
    told = example.handler({"repository": "team/api"}, None)
    assert told["image_count"] == 4
    assert told["newest"]["digest"] == f"sha256:{9:064}"
    assert told["newest"]["tags"] == ["stable", "v9"]
    assert told["newest"]["pushed_at"] == "2026-01-09T12:00:00+00:00"


def test_a_signature_is_no_image(example, pages):
    signature = f"sha256-{1:064}"
    pages([image(1, "v1"), image(2, f"{signature}.sig"), image(3, signature)])
    assert example.handler({"repository": "team/api"}, None)["newest"]["tags"] == ["v1"]


def test_a_repository_without_images_has_no_newest(example, pages):
    pages([])
    told = example.handler({"repository": "team/api"}, None)
    assert (told["image_count"], told["newest"]) == (0, None)


def test_the_variable_says_which_where_the_event_does_not(example, publish, monkeypatch):
    publish("web-app", prefix="/other")
    boto3.client("ecr").create_repository(repositoryName="shop-dev-web-app")
    monkeypatch.setenv("REPO_NAME", "web-app")
    monkeypatch.setenv("SSM_PREFIX", "/other/")
    for event in ({}, None, {"repository": ""}, {"repository": "web-app"}):
        assert example.handler(event, None)["repository"] == "web-app"
    with pytest.raises(LookupError, match=r"/other/none is not published in us-east-1: there is no url, name, reg"):
        example.handler({"repository": "none"}, None)


def test_nobody_saying_which_is_an_error(example):
    with pytest.raises(ValueError, match="Say which repository"):
        example.handler({}, None)


def test_its_policy_allows_what_it_asks_for_and_nothing_else(example, publish):
    publish("web-app")
    boto3.client("ecr").create_repository(repositoryName="shop-dev-web-app")
    asked = []
    for client in (example.ssm, example.ecr):
        client.meta.events.register("before-call.*.*", lambda model, **_: asked.append(model.name))
    example.handler({"repository": "web-app"}, None)
    policy = json.loads((EXAMPLE / "policy.json").read_text(encoding="utf-8"))
    allowed = {each["Action"]: each["Resource"] for each in policy["Statement"]}
    assert sorted(allowed) == sorted(("ecr:" if "Images" in name else "ssm:") + name for name in asked)
    for parameter in parameters_of(["web-app"]):
        assert fnmatch.fnmatch(f"arn:aws:ssm:us-east-1:111111111111:parameter{parameter}", allowed["ssm:GetParameters"])


def test_parliament_finds_nothing_in_its_policy():
    findings = parliament.analyze_policy_string((EXAMPLE / "policy.json").read_text("utf-8")).findings
    assert [str(each) for each in findings] == []
