"""Stand-ins in the embedded AWS for what an environment reads from elsewhere.

The state of another layer, a key's alias, the organisation, a network, a repository, a parameter, a role or a
target of events that somebody else makes: the document says what it reads, and that is made before it is applied.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ecr_constructs.core.aws import partition_of, registry_host
from ecr_constructs.sandbox.adapt import region_of
from ecr_constructs.sandbox.aws import AwsClients
from ecr_constructs.sandbox.events import make_targets
from ecr_constructs.sandbox.fit import Document
from ecr_constructs.sandbox.identities import make_roles
from ecr_constructs.sandbox.networks import make_networks
from ecr_constructs.sandbox.oidc import make_oidc_providers

__all__ = ["make_stand_ins", "outputs_read"]

_MANAGED = "alias/aws/"


def make_stand_ins(document: Document, aws: AwsClients) -> tuple[str, ...]:
    """Make what a document's data sources read, and return a line about each for the user.

    Args:
        document: The synthesised document.
        aws: The embedded AWS, answering.

    Returns:
        Such as `key of alias/ecr`, in the document's order. What a data source finds without help is not among them.
    """
    region = region_of(document)
    makers: dict[str, Callable[[str, dict[str, Any]], str]] = {
        "aws_ecr_repository": lambda _, body: _repository(aws, region, body["name"], document),
        "aws_kms_alias": lambda _, body: _alias(aws, region, body["name"], document),
        "aws_organizations_organization": lambda _, __: _organisation(aws, region),
        "aws_secretsmanager_secret": lambda _, body: _secret(aws, region, body, document),
        "aws_ssm_parameter": lambda name, body: _parameter(aws, region, name, body["name"], document),
        "terraform_remote_state": lambda name, body: _state(aws, region, body, outputs_read(document, name)),
    }
    made = []
    for kind, make in makers.items():
        for name, body in document.get("data", {}).get(kind, {}).items():
            made.append(make(name, body))
    return tuple(
        dict.fromkeys(
            [
                *(line for line in made if line),
                *make_oidc_providers(document, aws, region),
                *make_roles(document, aws),
                *make_networks(document, aws),
                *make_targets(document, aws),
            ]
        )
    )


def outputs_read(document: Document, name: str) -> tuple[str, ...]:
    """Return the outputs of a `terraform_remote_state` data source that a document's expressions name, sorted.

    Args:
        document: The document.
        name: The data source's name.
    """
    pattern = re.compile(rf"data\.terraform_remote_state\.{re.escape(name)}\.outputs(?:\.([\w-]+)|\[\"([\w-]+)\"\])")
    return tuple(sorted({dot or bracket for text in _strings(document) for dot, bracket in pattern.findall(text)}))


def _strings(value: Any) -> Iterator[str]:
    yield from (text for _, text in _arguments(value))


def _arguments(value: Any, argument: str = "") -> Iterator[tuple[str, str]]:
    """Return every text in a part of a document, with the argument that it is a value of."""
    if isinstance(value, str):
        yield argument, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _arguments(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _arguments(item, argument)


def _made(document: Document, kind: str) -> set[str | None]:
    """Return the names of the resources of a type that a document makes itself."""
    return {body.get("name") for body in document.get("resource", {}).get(kind, {}).values()}


def _key(aws: AwsClients, region: str, purpose: str) -> str:
    return str(aws.client("kms", region).create_key(Description=f"Stand-in: {purpose}")["KeyMetadata"]["Arn"])


def _alias(aws: AwsClients, region: str, name: str, document: Document) -> str:
    # An expression is not known before the apply.
    if "${" in name or name in _made(document, "aws_kms_alias"):
        return ""
    client = aws.client("kms", region)
    if not any(alias["AliasName"] == name for alias in client.list_aliases()["Aliases"]):
        client.create_alias(AliasName=name, TargetKeyId=_key(aws, region, name))
    elif name.startswith(_MANAGED):
        # Of some keys that AWS manages the embedded AWS lists the alias, and makes the key when it is asked for it.
        client.describe_key(KeyId=name)
    return f"key of {name}"


def _organisation(aws: AwsClients, region: str) -> str:
    client = aws.client("organizations", region)
    try:
        client.describe_organization()
    except client.exceptions.AWSOrganizationsNotInUseException:
        client.create_organization(FeatureSet="ALL")
    return "organisation"


def _parameter(aws: AwsClients, region: str, id_: str, name: str, document: Document) -> str:
    if "${" in name or name in _made(document, "aws_ssm_parameter"):
        return ""
    folder, _, leaf = name.rpartition("/")
    repository = folder.rpartition("/")[2] or "sandbox"
    values = {
        "arn": f"arn:{partition_of(region)}:ecr:{region}:{aws.account}:repository/{repository}",
        "encryption-type": "AES256",
        "name": repository,
        "registry-id": aws.account,
        "scan-on-push": "true",
        "tag-mutability": "MUTABLE",
        "url": f"{registry_host(aws.account, region)}/{repository}",
    }
    values["config"] = json.dumps({**values, "scan-on-push": True})
    read = f"data.aws_ssm_parameter.{id_}."
    is_key = any("kms" in argument and read in text for argument, text in _arguments(document.get("resource", {})))
    client = aws.client("ssm", region)
    # What is there stays: what was applied before has its value.
    if not client.get_parameters(Names=[name])["Parameters"]:
        value = _key(aws, region, name) if is_key else values.get(leaf, "sandbox")
        client.put_parameter(Name=name, Value=value, Type="String")
    return f"parameter {name}"


def _repository(aws: AwsClients, region: str, name: str, document: Document) -> str:
    if "${" in name or name in _made(document, "aws_ecr_repository"):
        return ""
    client = aws.client("ecr", region)
    with contextlib.suppress(client.exceptions.RepositoryAlreadyExistsException):
        client.create_repository(repositoryName=name)
    return f"repository {name}"


def _secret(aws: AwsClients, region: str, body: dict[str, Any], document: Document) -> str:
    # By its ARN nothing can be made: AWS chooses how that ends.
    name = body.get("name")
    if name is None or "${" in name or name in _made(document, "aws_secretsmanager_secret"):
        return ""
    client = aws.client("secretsmanager", region)
    with contextlib.suppress(client.exceptions.ResourceExistsException):
        client.create_secret(Name=name)
    return f"secret {name}"


def _state(aws: AwsClients, region: str, body: dict[str, Any], outputs: tuple[str, ...]) -> str:
    config = body["config"]
    bucket, key = config["bucket"], config["key"]
    # https://developer.hashicorp.com/terraform/language/backend/s3
    workspace = body.get("workspace", "default")
    if workspace != "default":
        key = f"{config.get('workspace_key_prefix', 'env:')}/{workspace}/{key}"
    client = aws.client("s3", str(config.get("region", region)))
    there: dict[str, Any] = {}
    with contextlib.suppress(client.exceptions.ClientError):
        there = json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())["outputs"]
    # What a layer above is asked for here is the ARN of its key; what is there stays.
    made = {name: {"value": _key(aws, region, name), "type": "string"} for name in outputs if name not in there}
    state = {
        "version": 4,
        "terraform_version": "1.6.0",
        "serial": 1,
        "lineage": "5a9d0c30-0000-4000-8000-000000000000",
        "outputs": {**there, **made},
        "resources": [],
    }
    if not any(found["Name"] == bucket for found in client.list_buckets()["Buckets"]):
        # In us-east-1, where S3 wants no location constraint; the embedded S3 finds a bucket from every region.
        aws.client("s3", "us-east-1").create_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key=key, Body=json.dumps(state).encode())
    names = ", ".join(outputs) or "no output"
    return f"state s3://{bucket}/{key} with {names}"
