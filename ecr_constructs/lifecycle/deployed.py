"""What is deployed in an account and region: by Amazon ECS, by AWS Lambda, and as Amazon Inspector counts it.

- Amazon ECS: the containers of running tasks, by digest, and the task definitions of services and of what is deployed
  of them, with which a next task starts
  (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html).
- AWS Lambda: every version of a function that is an image
  (https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html).
- Amazon Inspector: images that containers of Amazon ECS and Amazon EKS use, where the account has it
  (https://docs.aws.amazon.com/inspector/v2/APIReference/API_ListCoverage.html).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ecr_constructs.adoption.failures import said_plainly
from ecr_constructs.adoption.read import AwsRegistry
from ecr_constructs.errors import OperationError
from ecr_constructs.lifecycle.account import Progress
from ecr_constructs.lifecycle.in_use import InUse, in_use_by, merged

__all__ = ["Asked", "Deployments", "ask_what_is_deployed"]

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
_SERVICES_A_CALL = 10
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
_TASKS_A_CALL = 100
_AT_ONCE = 8


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an account says that is deployed.

    Attributes:
        in_use: What is deployed of the repository.
        notes: What was asked, and what could not be.
    """

    in_use: InUse
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class _Reference:
    text: str
    user: str


class Deployments:
    """What an account deploys in the region of its registry, asked once for all repositories."""

    def __init__(self, registry: AwsRegistry, progress: Progress) -> None:
        """Ask Amazon ECS and AWS Lambda.

        Args:
            registry: The registry.
            progress: Is told of each cluster and function.

        Raises:
            OperationError: One of them cannot be asked: what it uses is not known then.
        """
        self._registry, self._progress = registry, progress
        with said_plainly():
            self._references = [
                *_ecs(registry.client("ecs"), progress),
                *_functions(registry.client("lambda"), progress),
            ]

    def of(self, repository_name: str, *, host: str | None = None) -> Asked:
        """Return what is deployed of a repository, with what Amazon Inspector counts of it.

        Args:
            repository_name: The repository's name in ECR.
            host: The host of the registry.
        """
        registry = self._registry
        found = [in_use_by(each.text, repository_name, host=host, user=each.user) for each in self._references]
        counted, unasked = _inspector(registry, repository_name, self._progress)
        asked = f"Amazon ECS and AWS Lambda were asked in account {registry.account_id}, {registry.region}"
        others = "What others use, such as Kubernetes and other accounts and regions, is for --in-use to say."
        note = (
            f"{asked}; Amazon Inspector was not ({unasked})." if unasked else f"{asked}, and Amazon Inspector's counts."
        )
        return Asked(in_use=merged([*(each for each in found if each is not None), counted]), notes=(note, others))


def ask_what_is_deployed(
    registry: AwsRegistry, repository_name: str, progress: Progress, *, host: str | None = None
) -> Asked:
    """Return what is deployed of a repository in the account and region of its registry.

    Args:
        registry: The registry.
        repository_name: The repository's name in ECR.
        progress: Is told of each cluster and function.
        host: The host of the registry.

    Raises:
        OperationError: Amazon ECS or AWS Lambda cannot be asked: what they use is not known then.
    """
    return Deployments(registry, progress).of(repository_name, host=host)


def _ecs(ecs: Any, progress: Progress) -> Iterator[_Reference]:
    clusters = _listed(ecs, "list_clusters", "clusterArns")
    progress.start("Clusters of Amazon ECS", len(clusters))
    # Which task definition is who's: many services share one.
    definitions: dict[str, str] = {}
    for cluster in clusters:
        name = cluster.rpartition("/")[2]
        for services in _batches(_listed(ecs, "list_services", "serviceArns", cluster=cluster), _SERVICES_A_CALL):
            for service in ecs.describe_services(cluster=cluster, services=services)["services"]:
                user = f"service {service['serviceName']} of {name}"
                for each in (service, *service.get("deployments", ()), *service.get("taskSets", ())):
                    # Blue/green deployments have them in task sets alone.
                    if each.get("taskDefinition"):
                        definitions.setdefault(each["taskDefinition"], user)
        for tasks in _batches(_listed(ecs, "list_tasks", "taskArns", cluster=cluster), _TASKS_A_CALL):
            for task in ecs.describe_tasks(cluster=cluster, tasks=tasks)["tasks"]:
                user = _user_of(task, name)
                if task.get("taskDefinitionArn"):
                    definitions.setdefault(task["taskDefinitionArn"], user)
                for container in task.get("containers", ()):
                    yield from _of_container(container, user)
        progress.advance()
    progress.start("Task definitions", len(definitions))

    def images(definition: str) -> list[str]:
        answer = ecs.describe_task_definition(taskDefinition=definition)["taskDefinition"]
        return [each["image"] for each in answer.get("containerDefinitions", ()) if each.get("image")]

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for user, found in zip(definitions.values(), threads.map(images, definitions), strict=True):
            yield from (_Reference(image, user) for image in found)
            progress.advance()


def _user_of(task: Any, cluster: str) -> str:
    group = str(task.get("group") or "")
    service = group.removeprefix("service:")
    return f"service {service} of {cluster}" if service != group else f"a task of {cluster}"


def _of_container(container: Any, user: str) -> Iterator[_Reference]:
    """Return what a running container was started from: the digest, where ECS knows it, whatever its tag is now."""
    image, digest = container.get("image"), container.get("imageDigest")
    if image and digest:
        yield _Reference(f"{image.partition('@')[0]}@{digest}", user)
    elif image:
        yield _Reference(image, user)


def _functions(client: Any, progress: Progress) -> Iterator[_Reference]:
    # Published versions run images of their own.
    listed = _listed(client, "list_functions", "Functions", FunctionVersion="ALL")
    functions = [each for each in listed if each.get("PackageType") == "Image"]
    progress.start("Functions of AWS Lambda", len(functions))

    def code(function: Any) -> tuple[Any, Any]:
        try:
            answer = client.get_function(FunctionName=function["FunctionName"], Qualifier=function["Version"])
        except client.exceptions.ResourceNotFoundException:  # it is gone since it was listed
            return function, {}
        return function, answer["Code"]

    _ = client.exceptions  # made before there are threads, which would each know exceptions of their own
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for function, said in threads.map(code, functions):
            user = f"function {function['FunctionName']}"
            # By tag as it was given, and by the digest that it was then.
            for key in ("ImageUri", "ResolvedImageUri"):
                if said.get(key):
                    yield _Reference(said[key], user)
            progress.advance()


def _inspector(registry: AwsRegistry, repository_name: str, progress: Progress) -> tuple[InUse, str]:
    """Return the images that Inspector counts containers of, and why it cannot be asked."""
    progress.start("Images that Amazon Inspector counts")
    wanted = {
        "ecrRepositoryName": [{"comparison": "EQUALS", "value": repository_name}],
        "ecrImageInUseCount": [{"lowerInclusive": 1}],
    }
    found = []
    try:
        with said_plainly():
            covered = _listed(registry.client("inspector2"), "list_coverage", "coveredResources", filterCriteria=wanted)
    except OperationError as error:
        return InUse(), " ".join(str(error).split()).rstrip(".")
    for resource in covered:
        about = resource.get("resourceMetadata", {}).get("ecrImage", {})
        # arn:aws:ecr:REGION:ACCOUNT:repository/NAME/DIGEST
        digest = resource["resourceId"].rpartition("/")[2]
        if about.get("inUseCount", 0) > 0:
            found.append(in_use_by(digest, repository_name, user="Amazon Inspector counts containers"))
    return merged(each for each in found if each is not None), ""


def _listed(client: Any, operation: str, key: str, **asked: Any) -> list[Any]:
    """Return what all pages of an answer list."""
    return [each for page in client.get_paginator(operation).paginate(**asked) for each in page[key]]


def _batches(listed: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (listed[at : at + size] for at in range(0, len(listed), size))
