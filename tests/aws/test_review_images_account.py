"""`ecr-constructs review --from-aws --in-use-from-aws`: images and deployments of an AWS within this process."""

from __future__ import annotations

import datetime
import json

import boto3
import pytest
from moto import mock_aws

from ecr_constructs.errors import OperationError
from ecr_constructs.lifecycle import deployed
from ecr_constructs.lifecycle.progress import Bar
from ecr_constructs.review.retention.images import real_images
from ecr_constructs.review.retention.judge import judge_retention
from tests.unit.reviewed import change_of

REGION, ACCOUNT = "eu-west-1", "123456789012"
HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
HEAD = f"project: shop\nenv: prod\nregion: {REGION}\n"
BOTH = "ecr_defaults: {max_image_count: null, expire_tagged_after_days: %s}\necr_repositories: {web: {}, api: {}}\n"


def put(ecr, name, number, tag):
    config = {"config": {"digest": f"sha256:{number:064x}", "size": number}, "layers": []}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": IMAGE, **config})
    ecr.put_image(repositoryName=name, imageManifest=manifest, imageTag=tag, imageDigest=f"sha256:{number:064x}")


@pytest.fixture
def account():
    """Two images in a repository, of which a function runs one."""
    with mock_aws():
        ecr = boto3.client("ecr", REGION)
        ecr.create_repository(repositoryName="shop-prod-web")
        put(ecr, "shop-prod-web", 1, "v1")
        put(ecr, "shop-prod-web", 2, "v2")
        role = boto3.client("iam", REGION).create_role(RoleName="f", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        boto3.client("lambda", REGION).create_function(
            FunctionName="resize", Role=role, PackageType="Image", Code={"ImageUri": f"{HOST}/shop-prod-web:v2"}
        )
        yield ecr


def change(before, after, head=HEAD):
    return change_of({"prod.yaml": head + before}, {"prod.yaml": head + after})


def found(changed, **options):
    """Return what is found nine days from now, by the logical names of repositories."""
    at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=9)
    real = real_images(changed, from_aws=True, at=at, progress=Bar(), **options)
    return {each.repositories: each for each in judge_retention(changed, real)}


def test_the_images_of_the_account_are_counted(account):
    one = found(change(BOTH % 30, BOTH % 5))["web",]
    assert one.what.startswith("newly expires 2 images of 2 (")
    assert one.severity == "danger"


def test_a_repository_that_is_not_there_yet_has_no_images_that_go(account):
    one = found(change(BOTH % 30, BOTH % 5))["api",]
    assert one.severity == "note"
    assert one.what.startswith("newly expires no image that is there, and later on tagged images")
    assert one.details[0].startswith(f"api: There is no repository shop-prod-api in account {ACCOUNT}, {REGION}")


def test_what_the_account_deploys_is_a_danger_and_asked_for_once(account, monkeypatch):
    account.create_repository(repositoryName="shop-prod-api")
    put(account, "shop-prod-api", 3, "v1")
    asked = []
    functions = deployed._functions
    monkeypatch.setattr(deployed, "_functions", lambda *told: asked.append(1) or functions(*told))
    ones = found(change(BOTH % 30, BOTH % 5), in_use_from_aws=True)
    web, api = ones["web",], ones["api",]
    assert (web.severity, api.severity) == ("danger", "attention")
    assert web.what.endswith("1 of them deployed")
    assert web.details[0].startswith("web: DEPLOYED v2, in use as v2 (function resize): expire, rule 1 (")
    assert any(line.startswith("Amazon ECS and AWS Lambda were asked") for line in web.details)
    assert asked == [1]


def test_an_account_is_asked_of_repositories_alone_of_which_something_newly_goes(account):
    text = BOTH % 30
    changed = change(text, text.replace("web: {}", "web: {scan_on_push: true}"))
    boto3.client("ecr", REGION).delete_repository(repositoryName="shop-prod-web", force=True)
    assert found(changed) == {}


def test_another_account_is_not_asked(account):
    head = f'{HEAD}account_id: "111111111111"\n'
    with pytest.raises(OperationError, match=f"The credentials are those of account {ACCOUNT}"):
        found(change(BOTH % 30, BOTH % 5, head))
