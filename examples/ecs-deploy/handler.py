"""A function for AWS Lambda that deploys what `ecr_deployments` tells it: an image, as a service of ECS.

It copies the task definition that the service has, with the image in place of the one from the same repository, and
lets the service take that. Variables of its environment:

- `CLUSTER`: the cluster.
- `REGISTRY`: the registry that images may come from, such as 111111111111.dkr.ecr.us-east-1.amazonaws.com.
- `SERVICES`: services by workload, as JSON; a workload that is not in it is a service of that name.
"""

import json
import os
import re
from typing import Any

import boto3

# What an image looks like: an event is text that somebody wrote, and only images of the registry are deployed.
_REPOSITORY = r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
_VERSION = r"@sha256:[0-9a-f]{64}|:[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}"


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Deploy the image of an event, and return what was done.

    Args:
        event: What the rule tells: `workload`, `image` and more.

    Raises:
        ValueError: The image is not of the registry, or the service has no container with one of its repository.
    """
    cluster, registry = os.environ["CLUSTER"], os.environ["REGISTRY"]
    services: dict[str, str] = json.loads(os.environ.get("SERVICES", "{}"))
    service, image = services.get(event["workload"], event["workload"]), event["image"]
    if not re.fullmatch(rf"{re.escape(registry)}/{_REPOSITORY}(?:{_VERSION})", image):
        raise ValueError(f"{image!r} is no image of {registry}")
    ecs = boto3.client("ecs")
    found = ecs.describe_services(cluster=cluster, services=[service])["services"]
    if not found:
        raise ValueError(f"{cluster} has no service {service}")
    said = ecs.describe_task_definition(taskDefinition=found[0]["taskDefinition"], include=["TAGS"])
    definition, before = _with_image(said["taskDefinition"], image)
    if image == before and "@" in image:  # the event has come twice
        return {"service": service, "image": image, "task_definition": found[0]["taskDefinition"], "done": "nothing"}
    tags = {"tags": said["tags"]} if said.get("tags") else {}
    made = ecs.register_task_definition(**definition, **tags)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=cluster, service=service, taskDefinition=made)
    return {"service": service, "image": image, "task_definition": made, "done": "deployed"}


def _with_image(definition: dict[str, Any], image: str) -> tuple[dict[str, Any], str]:
    """Return a task definition as it is registered, with another image of the same repository, and the one before."""
    taken = boto3.client("ecs").meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    repository = _repository(image)
    containers = [dict(each) for each in definition["containerDefinitions"]]
    meant = [each for each in containers if _repository(each["image"]) == repository]
    if not meant:
        raise ValueError(f"no container of {definition['family']} has an image of {repository}")
    before = str(meant[0]["image"])
    for each in meant:
        each["image"] = image
    kept = {name: value for name, value in definition.items() if name in taken and value not in (None, [])}
    return {**kept, "containerDefinitions": containers}, before


def _repository(image: str) -> str:
    """Return an image without its tag and digest."""
    return re.sub(rf"(?:{_VERSION})$", "", image)
