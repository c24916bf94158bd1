"""The examples that are layouts of others, and the app that uses one of them, applied to an embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs.config.load import load_environments
from ecr_constructs.sandbox.adapt import account_of, without_prevent_destroy
from ecr_constructs.sandbox.aws import EmbeddedAws
from ecr_constructs.sandbox.networks import make_networks
from ecr_constructs.sandbox.processes import Processes
from ecr_constructs.sandbox.provider import choose_provider
from ecr_constructs.sandbox.run import prepare
from ecr_constructs.sandbox.session import Session
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.terraform import find_terraform
from ecr_constructs.testing.documents import synthesise
from stacks.app import build_app
from tests.examples.consumer import Document, copy_to, synthesised_by

pytestmark = pytest.mark.deploy

EXAMPLES = Path(__file__).parents[2] / "examples"
DIGESTS = {"web_app_digest": f"sha256:{'1' * 64}", "lambda_processor_digest": f"sha256:{'2' * 64}"}


def document_of(layout: str, name: str, folder: Path) -> Document:
    """Return what an environment of an example becomes."""
    app = build_app(load_environments(EXAMPLES / layout / "environments"), outdir=str(folder))
    return dict(synthesise(app)[name])


class Place:
    """An embedded AWS of the account that a document is for, and the stacks in it."""

    def __init__(self, processes: Processes, document: Document) -> None:
        self._processes, self._terraform = processes, find_terraform()
        self._provider = choose_provider("bundled", self._terraform, processes.folder)
        self.aws = EmbeddedAws(processes)
        self.aws.open(account_of(document))

    def apply(self, name: str, document: Document, **variables: str) -> Session:
        """Apply a stack, with nothing made before it."""
        session = Session(self._processes.folder / name, self._terraform, self._provider, self._processes)
        session.set_variables(variables)
        self.adapted = prepare(document, session, self._provider, self.aws)[0]
        session.apply(lambda _: None)
        return session

    def client(self, service: str, region: str = "us-east-1") -> Any:
        return self.aws.client(service, region)


@pytest.fixture
def processes() -> Iterator[Processes]:
    with Processes() as running:
        yield running


def test_the_app_runs_images_of_the_repositories_that_the_compute_layer_publishes(
    processes: Processes, tmp_path: Path
) -> None:
    layer = document_of("compute-layer", "dev", tmp_path / "out")
    place = Place(processes, layer)
    repositories = place.apply("layer", layer)
    assert repositories.plan() is None
    urls = {each["repositoryName"]: each["repositoryUri"] for each in _repositories(place, "us-east-1")}
    assert urls.keys() == {f"myproject-dev-{name}" for name in ("web-app", "api-service", "worker", "lambda-processor")}

    app = synthesised_by(copy_to(tmp_path))["dev"]
    assert account_of(app) == place.aws.account
    make_networks(app, place.aws)  # and no other stand-ins: the parameters are there
    session = place.apply("app", app, **DIGESTS)
    (task,) = place.client("ecs").list_task_definitions()["taskDefinitionArns"]
    definition = place.client("ecs").describe_task_definition(taskDefinition=task)["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    assert container["image"] == f"{urls['myproject-dev-web-app']}@{DIGESTS['web_app_digest']}"
    role = place.client("iam").get_role_policy(RoleName="dev-web-app-execution", PolicyName="ecr")["PolicyDocument"]
    (may_pull,) = (each for each in role["Statement"] if each["Sid"] == "PullImages")
    assert may_pull["Resource"] == "arn:aws:ecr:us-east-1:123456789012:repository/myproject-dev-web-app"
    (service,) = place.client("ecs").describe_services(cluster="dev-web-app", services=["web-app"])["services"]
    assert service["taskDefinition"] == task
    assert len(service["networkConfiguration"]["awsvpcConfiguration"]["subnets"]) == 2
    function = place.client("lambda").get_function(FunctionName="dev-image-processor")["Code"]["ImageUri"]
    assert function == f"{urls['myproject-dev-lambda-processor']}@{DIGESTS['lambda_processor_digest']}"
    assert session.plan() is None
    session.destroy(lambda _: None)
    assert place.client("lambda").list_functions()["Functions"] == []


def test_production_of_the_compute_layer_has_the_security_layers_key(processes: Processes, tmp_path: Path) -> None:
    document = document_of("compute-layer", "prod", tmp_path)
    place = Place(processes, document)
    stand_ins = make_stand_ins(document, place.aws)
    state = "s3://myproject-terraform-state-prod/layers/security/prod/terraform.tfstate"
    assert f"state {state} with ecr_kms_key_arn" in stand_ins
    session = place.apply("prod", document)
    assert session.plan() is None
    found = {each["repositoryName"].removeprefix("myproject-prod-"): each for each in _repositories(place, "us-east-1")}
    assert found.keys() == {"web-app", "api-service", "worker", "lambda-processor"}
    assert {each["imageTagMutability"] for each in found.values()} == {"IMMUTABLE"}
    (key,) = {each["encryptionConfiguration"]["kmsKey"] for each in found.values()}
    assert place.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Description"] == "Stand-in: ecr_kms_key_arn"
    (group,) = place.client("logs").describe_log_groups()["logGroups"]
    assert group["retentionInDays"] == 90
    (rule,) = place.client("ecr").describe_registry()["replicationConfiguration"]["rules"]
    assert rule["destinations"] == [{"region": "us-west-2", "registryId": "333333333333"}]
    policy = place.client("ecr").get_repository_policy(repositoryName="myproject-prod-web-app")["policyText"]
    assert {account for account in ("123456789012", "210987654321") if account in policy} == {
        "123456789012",
        "210987654321",
    }
    unprotected, protected = without_prevent_destroy(place.adapted)
    assert len(protected) == 4
    session.write(unprotected)
    session.destroy(lambda _: None)
    assert _repositories(place, "us-east-1") == []


def test_the_container_registries_are_there_with_the_roles_that_use_them(processes: Processes, tmp_path: Path) -> None:
    document = document_of("container-registries", "dev", tmp_path)
    place = Place(processes, document)
    make_stand_ins(document, place.aws)
    session = place.apply("dev", document)
    assert session.plan() is None
    names = {each["repositoryName"] for each in _repositories(place, "eu-central-1")}
    assert names == {"my-web-app", "api-service", "background-worker", "nginx-proxy"}
    roles = {each["RoleName"] for each in place.client("iam").list_roles()["Roles"]}
    assert {"shop-dev-github-your-org-your-app-repo", "shop-dev-ecr-image-updater", "dev-eks-nodes"} <= roles
    (attached,) = place.client("iam").list_attached_role_policies(RoleName="dev-eks-nodes")["AttachedPolicies"]
    assert attached["PolicyName"] == "shop-dev-ecr-node-pull"
    text = place.client("ecr", "eu-central-1").get_lifecycle_policy(repositoryName="my-web-app")["lifecyclePolicyText"]
    rules = [each["selection"] for each in sorted(json.loads(text)["rules"], key=lambda each: each["rulePriority"])]
    assert [(each["tagStatus"], each["countType"], each["countNumber"]) for each in rules] == [
        ("tagged", "imageCountMoreThan", 20),
        ("untagged", "imageCountMoreThan", 10),
        ("tagged", "sinceImagePushed", 30),
    ]
    session.destroy(lambda _: None)
    assert _repositories(place, "eu-central-1") == []


def _repositories(place: Place, region: str) -> list[Document]:
    return list(place.client("ecr", region).describe_repositories()["repositories"])
