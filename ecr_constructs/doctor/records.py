"""What should be published of a repository, and which repository something that is published is about."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ecr_constructs.adoption.read import FoundRepository
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import reference_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.aws import RepositoryArn, parse_repository_arn, parse_repository_uri, registry_host
from ecr_constructs.core.ssm import PublishedRecord
from ecr_constructs.discovery.record import StoredParameter

__all__ = ["expected_record", "json_object", "subject_of"]


def expected_record(
    repository: DeclaredRepository, environment: Environment, found: Mapping[str, FoundRepository]
) -> PublishedRecord | None:
    """Return what should be published of a repository: what ECR has, or of one elsewhere what the files say.

    Args:
        repository: The repository.
        environment: Its environment.
        found: The repositories of the environment's registry, by name.

    Returns:
        The record; None where it is to be in this registry and is not.
    """
    reference = reference_of(repository, environment)
    if reference is not None:
        arn, settings = reference
        return PublishedRecord(
            url=f"{registry_host(arn.account_id, arn.region)}/{arn.repository_name}",
            arn=str(arn),
            name=arn.repository_name,
            registry_id=arn.account_id,
            scan_on_push=settings.scan_on_push,
            encryption_type=settings.encryption_type,
            tag_mutability=settings.image_tag_mutability,
        )
    there = found.get(environment.owner_of(repository).repository_name)
    own = None if there is None else parse_repository_arn(there.arn)
    if there is None or own is None:
        return None
    return PublishedRecord(
        url=f"{registry_host(own.account_id, own.region)}/{there.name}",
        arn=there.arn,
        name=there.name,
        registry_id=own.account_id,
        scan_on_push=there.scan_on_push,
        encryption_type=there.encryption_type,
        tag_mutability=there.image_tag_mutability,
    )


def subject_of(parameters: Mapping[str, StoredParameter]) -> RepositoryArn | None:
    """Return the repository that parameters are about, as far as one of them tells; None where none does.

    Args:
        parameters: The parameters of one name, by the last parts of theirs.
    """
    config = json_object(parameters["config"].value) if "config" in parameters else None
    arn = (config or {}).get("arn")
    texts = [arn if isinstance(arn, str) else "", *(parameters[each].value for each in ("arn",) if each in parameters)]
    found = [parse_repository_arn(text) for text in texts]
    if "url" in parameters:
        found.append(parse_repository_uri(parameters["url"].value))
    return next((each for each in found if each is not None), None)


def json_object(text: str) -> dict[str, object] | None:
    """Return the JSON object that a text is, or None."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
