"""`npx cdktf deploy` for real: what the embedded AWS holds afterwards is what the environment declares."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Deployment

pytestmark = pytest.mark.deploy

PARAMETERS = ("arn", "config", "encryption-type", "name", "registry-id", "scan-on-push", "tag-mutability", "url")


def resolved(deployment: Deployment, text: str) -> str:
    """Return a synthesised text with its references filled in from the embedded AWS."""
    there = deployment.repositories()
    attributes = {
        "arn": "repositoryArn",
        "name": "repositoryName",
        "registry_id": "registryId",
        "repository_url": "repositoryUri",
    }

    def repository(match: re.Match[str]) -> str:
        name = deployment.resources("aws_ecr_repository")[match[1]]["name"]
        return str(there[name][attributes[match[2]]])

    text = re.sub(r"\$\{aws_ecr_repository\.([\w-]+)\.(\w+)\}", repository, text)
    return re.sub(r"\$\{data\.aws_caller_identity\.\w+\.account_id\}", deployment.aws.account, text)


def test_the_command_succeeds(deployment: Deployment) -> None:
    """`npx cdktf deploy ENV --auto-approve` ends well and prints the outputs."""
    assert deployment.deployed.returncode == 0, deployment.deployed.stdout + deployment.deployed.stderr
    for output in deployment.synthesised["output"]:
        assert output in deployment.deployed.stdout


def test_exactly_the_declared_repositories_exist(deployment: Deployment) -> None:
    """Nothing is missing and nothing is there that was not declared."""
    declared = {body["name"] for body in deployment.resources("aws_ecr_repository").values()}
    assert set(deployment.repositories()) == declared


def test_settings_are_the_declared_ones(deployment: Deployment) -> None:
    """Tag mutability, scanning and encryption are as synthesised, as far as the provider's release can say them."""
    there = deployment.repositories()
    for body in deployment.resources("aws_ecr_repository").values():
        found = there[body["name"]]
        (encryption,) = body["encryption_configuration"]
        assert found["imageTagMutability"] == body["image_tag_mutability"].removesuffix("_WITH_EXCLUSION")
        assert found["imageScanningConfiguration"] == {
            "scanOnPush": body["image_scanning_configuration"]["scan_on_push"]
        }
        assert found["encryptionConfiguration"]["encryptionType"] == encryption["encryption_type"]


def test_tags_are_those_of_the_environment_and_the_repository(deployment: Deployment) -> None:
    """Every repository carries the default tags and its own."""
    (provider,) = deployment.synthesised["provider"]["aws"]
    (default,) = provider["default_tags"]
    client, there = deployment.client("ecr"), deployment.repositories()
    for body in deployment.resources("aws_ecr_repository").values():
        tags = client.list_tags_for_resource(resourceArn=there[body["name"]]["repositoryArn"])["tags"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == {**default["tags"], **body.get("tags", {})}


def test_lifecycle_policies_are_the_synthesised_texts(deployment: Deployment) -> None:
    """ECR holds each lifecycle policy byte for byte."""
    client = deployment.client("ecr")
    assert deployment.resources("aws_ecr_lifecycle_policy")
    for body in deployment.resources("aws_ecr_lifecycle_policy").values():
        name = resolved(deployment, body["repository"])
        assert client.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"] == body["policy"]


def test_repository_policies_are_the_synthesised_documents(deployment: Deployment) -> None:
    """ECR holds each repository policy, and none where none is declared."""
    client = deployment.client("ecr")
    declared = {
        resolved(deployment, body["repository"]): json.loads(resolved(deployment, body["policy"]))
        for body in deployment.resources("aws_ecr_repository_policy").values()
    }
    found = {}
    for name in deployment.repositories():
        try:
            found[name] = json.loads(client.get_repository_policy(repositoryName=name)["policyText"])
        except client.exceptions.RepositoryPolicyNotFoundException:
            continue
    assert found == declared


def test_every_parameter_holds_what_is_there(deployment: Deployment) -> None:
    """Each published parameter says what the repository really is."""
    there = deployment.parameters()
    declared = {
        body["name"]: resolved(deployment, body["insecure_value"])
        for body in deployment.resources("aws_ssm_parameter").values()
    }
    assert {name: found["Value"] for name, found in there.items()} == declared
    assert {found["Type"] for found in there.values()} == {"String"}
    assert len(declared) % len(PARAMETERS) == 0


def test_a_second_plan_is_empty(deployment: Deployment) -> None:
    """`npx cdktf diff ENV` finds nothing to change."""
    diff = deployment.cdktf("diff", deployment.name, "--skip-synth")
    assert diff.returncode == 0, diff.stdout + diff.stderr
    assert "No changes." in diff.stdout


def test_everything_declared_is_there_in_detail(deployment: Deployment) -> None:
    """What the environment file says is there, told by hand for a few repositories of each file."""
    DETAILS[deployment.name](deployment)


def test_destroy_leaves_nothing(deployment: Deployment) -> None:
    """`npx cdktf destroy ENV` takes every repository and parameter, and the replication, away."""
    destroyed = deployment.cdktf("destroy", deployment.name, "--auto-approve", ECR_SANDBOX_UNPROTECTED="1")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert deployment.repositories() == {}
    assert deployment.parameters() == {}
    assert deployment.client("ecr").describe_registry()["replicationConfiguration"]["rules"] == []


def details_of_dev(deployment: Deployment) -> None:
    host = f"{deployment.aws.account}.dkr.ecr.{deployment.region}.amazonaws.com"
    name = "myproject-dev-web-app"
    there = {leaf: deployment.parameters()[f"/ecr/web-app/{leaf}"]["Value"] for leaf in PARAMETERS}
    config = json.loads(there.pop("config"))
    assert config == {**there, "scan-on-push": True}
    assert there == {
        "arn": f"arn:aws:ecr:{deployment.region}:{deployment.aws.account}:repository/{name}",
        "encryption-type": "AES256",
        "name": name,
        "registry-id": deployment.aws.account,
        "scan-on-push": "true",
        "tag-mutability": "MUTABLE",
        "url": f"{host}/{name}",
    }
    rules = json.loads(deployment.client("ecr").get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])
    assert rules["rules"][-1]["selection"] == {
        "tagStatus": "any",
        "countType": "imageCountMoreThan",
        "countNumber": 50,
    }


def details_of_everything(deployment: Deployment) -> None:
    client, there = deployment.client("ecr"), deployment.repositories()
    shared, typed = "everything/everything-shared/web", "everything/everything-typed"

    keys = {alias["AliasName"]: alias["TargetKeyId"] for alias in deployment.client("kms").list_aliases()["Aliases"]}
    key = there[typed]["encryptionConfiguration"]["kmsKey"]
    assert key.endswith(f":key/{keys['alias/everything']}")
    assert there[shared]["encryptionConfiguration"]["kmsKey"].startswith("arn:aws:kms:eu-central-1:444444444444:key/")
    assert there["legacy--name/raw"]["encryptionConfiguration"]["encryptionType"] == "AES256"

    policy = json.loads(client.get_repository_policy(repositoryName=shared)["policyText"])
    text = json.dumps(policy)
    for expected in ("111111111111", "222222222222", "o-a1b2c3d4e5", "lambda.amazonaws.com"):
        assert expected in text

    (rule,) = client.describe_registry()["replicationConfiguration"]["rules"]
    assert sorted((each["region"], each["registryId"]) for each in rule["destinations"]) == [
        ("eu-west-1", "444444444444"),
        ("us-west-2", "555555555555"),
    ]

    def lifecycle(name: str) -> list[dict[str, Any]]:
        return json.loads(client.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])["rules"]

    archive = [rule for rule in lifecycle(typed) if rule["action"]["type"] == "transition"]
    assert [rule["action"]["targetStorageClass"] for rule in archive] == ["archive"]
    assert [rule["selection"]["tagPatternList"] for rule in lifecycle(shared)[:2]] == [["v*"], ["release-*"]]
    assert [rule["description"] for rule in lifecycle("legacy--name/raw")] == ["Keep ten"]

    folders = {name.rpartition("/")[0] for name in deployment.parameters()}
    assert folders == {f"/platform/ecr/{name}" for name in ("plain", "raw-policy", "shared/web", "typed")}
    tags = client.list_tags_for_resource(resourceArn=there[shared]["repositoryArn"])["tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags}.items() >= {
        "CostCenter": "4711",
        "Owner": "web",
        "Tier": "critical",
    }.items()


DETAILS = {"dev": details_of_dev, "everything": details_of_everything}
