"""The example of a function that deploys to ECS does what the guide says of it."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import parliament
import pytest
from moto import mock_aws

from ecr_constructs.core.aws import DUAL_STACK_SUFFIXES, PARTITION_SUFFIXES
from ecr_constructs.core.events.deployments import Deployment
from ecr_constructs.core.events.targets import EventTarget
from ecr_constructs.core.events.workloads import Workload
from ecr_constructs.core.places import KnownPlace

EXAMPLE = Path(__file__).parents[2] / "examples/ecs-deploy"
REGISTRY = "111111111111.dkr.ecr.us-east-1.amazonaws.com"
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
HOSTS = [
    REGISTRY,
    "111111111111.dkr.ecr-fips.us-east-1.amazonaws.com",
    "111111111111.dkr-ecr.us-east-1.on.aws",
    "111111111111.dkr-ecr-fips.us-east-1.on.aws",
]
DIGEST = f"sha256:{'7f' * 32}"
ROLE = "arn:aws:iam::111111111111:role/shop-task"


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("CLUSTER", "shop")
    monkeypatch.setenv("REGISTRY", REGISTRY)
    monkeypatch.setenv("SERVICES", '{"service_api": "api"}')
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    spec = importlib.util.spec_from_file_location("ecs_deploy_example", EXAMPLE / "handler.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ecs(handler: ModuleType) -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("ecs", region_name="us-east-1")
        client.create_cluster(clusterName="shop")
        for service in ("api", "web"):
            client.register_task_definition(
                family=service,
                networkMode="awsvpc",
                requiresCompatibilities=["FARGATE"],
                cpu="256",
                memory="512",
                executionRoleArn=ROLE,
                taskRoleArn=ROLE,
                containerDefinitions=[
                    {"name": service, "image": f"{REGISTRY}/shop_{service}:latest", "essential": True, "memory": 256},
                    {"name": "proxy", "image": "public.ecr.aws/nginx/nginx:1.27", "memory": 128},
                ],
                tags=[{"key": "Team", "value": "web"}],
            )
            client.create_service(cluster="shop", serviceName=service, taskDefinition=service, desiredCount=1)
        yield client


def event(workload: str = "service_api", image: str = f"{REGISTRY}/shop_api@{DIGEST}") -> dict[str, str]:
    return {"action": "PUSH", "workload": workload, "image": image}


def definition_of(ecs: Any, service: str) -> dict[str, Any]:
    """Return the task definition that a service has."""
    (found,) = ecs.describe_services(cluster="shop", services=[service])["services"]
    return ecs.describe_task_definition(taskDefinition=found["taskDefinition"], include=["TAGS"])


def images(ecs: Any, service: str) -> dict[str, str]:
    containers = definition_of(ecs, service)["taskDefinition"]["containerDefinitions"]
    return {each["name"]: each["image"] for each in containers}


def test_the_service_takes_a_new_revision_with_the_image_and_nothing_else_changed(handler, ecs):
    before = definition_of(ecs, "api")["taskDefinition"]
    done = handler.handler(event(), None)
    found = definition_of(ecs, "api")
    after = found["taskDefinition"]
    assert (done["done"], done["task_definition"]) == ("deployed", after["taskDefinitionArn"])
    assert after["revision"] == before["revision"] + 1
    assert images(ecs, "api") == {"api": f"{REGISTRY}/shop_api@{DIGEST}", "proxy": "public.ecr.aws/nginx/nginx:1.27"}
    for key in ("family", "cpu", "memory", "networkMode", "executionRoleArn", "taskRoleArn", "requiresCompatibilities"):
        assert after[key] == before[key]
    assert found["tags"] == [{"key": "Team", "value": "web"}]


def test_another_service_stays_as_it_is(handler, ecs):
    handler.handler(event(), None)
    assert images(ecs, "web")["web"] == f"{REGISTRY}/shop_web:latest"


def test_a_workload_may_be_the_service_itself_and_an_image_may_have_a_tag(handler, ecs):
    handler.handler(event("web", f"{REGISTRY}/shop_web:git-abc123f"), None)
    assert images(ecs, "web")["web"] == f"{REGISTRY}/shop_web:git-abc123f"


def test_an_event_that_comes_twice_deploys_once(handler, ecs):
    assert handler.handler(event(), None)["done"] == "deployed"
    assert handler.handler(event(), None)["done"] == "nothing"
    assert definition_of(ecs, "api")["taskDefinition"]["revision"] == 2


def test_a_tag_that_is_asked_for_again_is_deployed_again_because_it_may_have_moved(handler, ecs):
    for _ in range(2):
        assert handler.handler(event(image=f"{REGISTRY}/shop_api:stable"), None)["done"] == "deployed"
    assert definition_of(ecs, "api")["taskDefinition"]["revision"] == 3


def of_api(ecs: Any, *hosts: str, image: str = "shop_api:latest") -> None:
    """Have the service's containers pull by these hosts."""
    ecs.register_task_definition(
        family="api",
        containerDefinitions=[
            {"name": f"api{number}", "image": f"{host}/{image}", "memory": 64} for number, host in enumerate(hosts)
        ],
    )
    ecs.update_service(cluster="shop", service="api", taskDefinition="api")


@pytest.mark.parametrize("asked", HOSTS)
@pytest.mark.parametrize("known", HOSTS)
def test_every_host_of_the_registry_is_the_registry_and_each_container_keeps_its_own(
    handler, ecs, monkeypatch, known, asked
):
    monkeypatch.setenv("REGISTRY", known)
    of_api(ecs, *HOSTS)
    assert handler.handler(event(image=f"{asked}/shop_api@{DIGEST}"), None)["done"] == "deployed"
    assert [*images(ecs, "api").values()] == [f"{host}/shop_api@{DIGEST}" for host in HOSTS]
    assert handler.handler(event(image=f"{known}/shop_api@{DIGEST}"), None)["done"] == "nothing"


def test_one_container_that_has_it_already_does_not_keep_it_from_the_others(handler, ecs):
    ecs.register_task_definition(
        family="api",
        containerDefinitions=[
            {"name": "new", "image": f"{REGISTRY}/shop_api@{DIGEST}", "memory": 64},
            {"name": "old", "image": f"{REGISTRY}/shop_api:latest", "memory": 64},
        ],
    )
    ecs.update_service(cluster="shop", service="api", taskDefinition="api")
    assert handler.handler(event(), None)["done"] == "deployed"
    assert {*images(ecs, "api").values()} == {f"{REGISTRY}/shop_api@{DIGEST}"}


def test_a_container_may_have_both_a_tag_and_a_digest(handler, ecs):
    of_api(ecs, REGISTRY, image=f"shop_api:v1@sha256:{'0' * 64}")
    handler.handler(event(), None)
    assert images(ecs, "api") == {"api0": f"{REGISTRY}/shop_api@{DIGEST}"}


def test_another_region_and_another_account_are_another_registry(handler, ecs):
    others = [
        "111111111111.dkr-ecr.eu-west-1.on.aws",
        "222222222222.dkr-ecr.us-east-1.on.aws",
        "111111111111.dkr-ecr.us-east-1.on.aws.evil.com",
    ]
    of_api(ecs, *others, REGISTRY)
    for host in others:
        with pytest.raises(ValueError, match="no image of"):
            handler.handler(event(image=f"{host}/shop_api:latest"), None)
    handler.handler(event(), None)
    assert [*images(ecs, "api").values()] == [
        *(f"{host}/shop_api:latest" for host in others),
        f"{REGISTRY}/shop_api@{DIGEST}",
    ]


@pytest.mark.parametrize("suffixes", [PARTITION_SUFFIXES, DUAL_STACK_SUFFIXES])
def test_it_knows_the_hosts_of_every_partition(handler, suffixes):
    sign = "." if suffixes is PARTITION_SUFFIXES else "-"
    for suffix in suffixes.values():
        for fips in ("", "-fips"):
            found = handler._registry(f"111111111111.dkr{sign}ecr{fips}.eu-west-1.{suffix}")
            assert found == "111111111111.eu-west-1", suffix
    assert handler._registry("111111111111.dkr.ecr.eu-west-1.example.com").endswith("example.com")


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("docker.io/evil/api:latest", "no image of"),
        (f"{REGISTRY}.evil.com/shop_api:latest", "no image of"),
        ("111111111111.dkr.ecr.us-east-1.evil.com/shop_api:latest", "no image of"),
        (f"999999999999.{REGISTRY.partition('.')[2]}/shop_api:latest", "no image of"),
        (f"{REGISTRY}/shop_api", "no image of"),
        (f'{REGISTRY}/shop_api:x","image":"evil', "no image of"),
        (f"{REGISTRY}/shop_api:a\n", "no image of"),
        ("", "no image of"),
        (f"{REGISTRY}/shop_web:latest", "no container of api has an image of"),
    ],
)
def test_no_other_image_is_deployed(handler, ecs, image, why):
    with pytest.raises(ValueError, match=why):
        handler.handler(event(image=image), None)
    assert images(ecs, "api")["api"] == f"{REGISTRY}/shop_api:latest"


def test_a_service_that_there_is_not_fails_so_that_it_is_tried_again(handler, ecs):
    with pytest.raises(ValueError, match="shop has no service jobs"):
        handler.handler(event("jobs"), None)


@pytest.mark.parametrize("trigger", ["push", "event"])
def test_what_the_rules_tell_is_what_it_takes(handler, ecs, trigger):
    place = KnownPlace("us-east-1", "111111111111")
    workload = Workload.of_arn("service_api", "arn:aws:ecr:us-east-1:111111111111:repository/shop_api", place)
    target = EventTarget(arn="arn:aws:lambda:us-east-1:111111111111:function:deploy")
    (rule,) = Deployment(name="a", trigger=trigger, target=target, workloads=(workload,)).rules(place)
    told = json.loads(rule.input.template.replace("<digest>", DIGEST).replace("<tag>", "v1"))
    assert handler.handler(told, None)["done"] == "deployed"


def test_parliament_finds_nothing_in_its_policy():
    findings = parliament.analyze_policy_string((EXAMPLE / "policy.json").read_text("utf-8")).findings
    assert [str(each) for each in findings] == []
