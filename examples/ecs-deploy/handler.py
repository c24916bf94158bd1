"""A function for AWS Lambda that deploys what `ecr_deployments` tells it: an image, as a service of ECS.

It copies the task definition that the service has, with the image in place of the one from the same repository, and
lets the service take that. Each container keeps the host by which it has pulled. Variables of its environment:

- `CLUSTER`: the cluster.
- `REGISTRY`: the registry that images may come from, by any of its hosts, such as
  111111111111.dkr.ecr.us-east-1.amazonaws.com.
- `SERVICES`: services by workload, as JSON; a workload that is not in it is a service of that name.
"""

import json
import os
import re
from typing import Any

import boto3

# What an image looks like: an event is text that somebody wrote, and only images of the registry are deployed.
_REPOSITORY = r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
_DIGEST, _TAG = r"@sha256:[0-9a-f]{64}", r":[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}"

# A registry has a host for IPv4 and one for both IPv4 and IPv6, 111111111111.dkr-ecr.us-east-1.on.aws, and each of them
# also with FIPS. The domains are those of AWS's partitions.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
_HOST = re.compile(
    r"([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\."
    r"(?:amazonaws\.(?:com|com\.cn|eu)|(?:c2s|csp\.hci)\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk"
    r"|on\.(?:aws(?:\.scloud|(?:\.hci)?\.ic\.gov)?|amazonwebservices\.(?:com\.cn|eu)|cloud-aws\.adc-e\.uk))"
)


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
    host, _, rest = image.partition("/")
    if _registry(host) != _registry(registry) or not re.fullmatch(rf"{_REPOSITORY}(?:{_DIGEST}|{_TAG})", rest):
        raise ValueError(f"{image!r} is no image of {registry}")
    ecs = boto3.client("ecs")
    found = ecs.describe_services(cluster=cluster, services=[service])["services"]
    if not found:
        raise ValueError(f"{cluster} has no service {service}")
    said = ecs.describe_task_definition(taskDefinition=found[0]["taskDefinition"], include=["TAGS"])
    definition, changed = _with_image(said["taskDefinition"], image)
    if not changed and "@" in image:  # the event has come twice
        return {"service": service, "image": image, "task_definition": found[0]["taskDefinition"], "done": "nothing"}
    tags = {"tags": said["tags"]} if said.get("tags") else {}
    made = ecs.register_task_definition(**definition, **tags)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=cluster, service=service, taskDefinition=made)
    return {"service": service, "image": image, "task_definition": made, "done": "deployed"}


def _with_image(definition: dict[str, Any], image: str) -> tuple[dict[str, Any], bool]:
    """Return a task definition as it is registered, with another image of the same repository, and if that is new."""
    taken = boto3.client("ecs").meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    repository, (_, _, rest) = _repository(image), image.partition("/")
    containers = [dict(each) for each in definition["containerDefinitions"]]
    meant = [each for each in containers if _repository(each["image"]) == repository]
    if not meant:
        raise ValueError(f"no container of {definition['family']} has an image of {repository[1]}")
    before = [each["image"] for each in meant]
    for each in meant:
        host, _, _ = each["image"].partition("/")
        each["image"] = f"{host}/{rest}"
    kept = {name: value for name, value in definition.items() if name in taken and value not in (None, [])}
    return {**kept, "containerDefinitions": containers}, before != [each["image"] for each in meant]


def _repository(image: str) -> tuple[str, str]:
    """Return an image's registry and its name there, without tag and digest."""
    host, _, rest = image.partition("/")
    return _registry(host), re.sub(rf"(?:{_TAG})?(?:{_DIGEST})?$", "", rest)


def _registry(host: str) -> str:
    """Return account and region of a host of ECR, which are the same for all hosts of a registry; or else the host."""
    found = _HOST.fullmatch(host)
    return f"{found[1]}.{found[2]}" if found else host
