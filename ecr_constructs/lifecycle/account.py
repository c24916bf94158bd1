"""The images of a repository as they are in AWS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from typing import Any, Protocol

from ecr_constructs.adoption.failures import said_plainly
from ecr_constructs.adoption.read import AwsRegistry
from ecr_constructs.config.environment import Environment
from ecr_constructs.errors import OperationError, file_name, raise_problems
from ecr_constructs.lifecycle.listing import INDEX_MEDIA_TYPES, Listing, listing_of

__all__ = ["NoSuchRepository", "Progress", "registry_of", "repository_images"]

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
_IMAGES_A_PAGE = 1000
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
_MANIFESTS_A_CALL = 100
_AT_ONCE = 8


class NoSuchRepository(OperationError):
    """A repository that is not in the account that was asked."""


class Progress(Protocol):
    """What is told how far something has come."""

    def start(self, what: str, total: int | None = None) -> None:
        """Begin something, of which there is so much; None where nobody knows."""

    def advance(self, number: int = 1) -> None:
        """Go on by so much."""


def registry_of(environment: Environment) -> AwsRegistry:
    """Return the registry of an environment, with its credentials.

    Raises:
        OperationError: AWS cannot be asked, or is another account than the environment's.
    """
    registry = AwsRegistry(environment.settings.region, environment.credentials)
    wanted = environment.settings.account_id
    if wanted not in (None, registry.account_id):
        raise OperationError(
            f"The credentials are those of account {registry.account_id}, and "
            f"{file_name(PurePath(environment.file))} is about account {wanted}: use "
            "credentials of that account, such as by AWS_PROFILE."
        )
    return registry


def repository_images(registry: AwsRegistry, repository_name: str, progress: Progress) -> Listing:
    """Return all images of a repository, archived ones as well, with what its indexes refer to.

    Args:
        registry: The registry.
        repository_name: The repository's name in ECR.
        progress: Is told of each page.

    Raises:
        NoSuchRepository: There is none of that name.
        OperationError: AWS cannot be asked.
    """
    ecr = registry.client("ecr")
    pages: list[Mapping[str, Any]] = []
    progress.start(f"Images of {repository_name}")
    with said_plainly():
        try:
            # Archived images are left out unless they are asked for.
            asked = {"repositoryName": repository_name, "filter": {"imageStatus": "ANY"}}
            paginator = ecr.get_paginator("describe_images")
            for page in paginator.paginate(**asked, PaginationConfig={"PageSize": _IMAGES_A_PAGE}):
                pages.append({"imageDetails": page["imageDetails"]})
                progress.advance(len(page["imageDetails"]))
        except ecr.exceptions.RepositoryNotFoundException:
            raise NoSuchRepository(
                f"There is no repository {repository_name} in account {registry.account_id}, {registry.region}: it is "
                "not deployed yet, or has another name there."
            ) from None
        indexes = [
            each["imageDigest"]
            for page in pages
            for each in page["imageDetails"]
            if each.get("imageManifestMediaType") in INDEX_MEDIA_TYPES
        ]
        pages += _manifests(ecr, repository_name, indexes, progress)
    listing, problems = listing_of(_once(pages))
    raise_problems(problems)  # of what AWS answered: none
    return listing


def _manifests(ecr: Any, repository_name: str, digests: list[str], progress: Progress) -> list[Mapping[str, Any]]:
    """Return the manifests of indexes; what has gone since, or cannot be read in the archive, is left out."""
    batches = [digests[at : at + _MANIFESTS_A_CALL] for at in range(0, len(digests), _MANIFESTS_A_CALL)]
    if not batches:
        return []
    progress.start("What manifest lists refer to", len(digests))

    def ask(batch: list[str]) -> Mapping[str, Any]:
        answer = ecr.batch_get_image(
            repositoryName=repository_name,
            imageIds=[{"imageDigest": digest} for digest in batch],
            acceptedMediaTypes=[*INDEX_MEDIA_TYPES],
        )
        return {"images": [each for each in answer["images"] if "imageManifest" in each]}

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = []
        for batch, answer in zip(batches, threads.map(ask, batches), strict=True):
            answers.append(answer)
            progress.advance(len(batch))
    return answers


def _once(pages: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return pages without the images that came before: one that is pushed meanwhile moves others to the next page."""
    seen: set[str] = set()
    found: list[Mapping[str, Any]] = []
    for page in pages:
        details = [each for each in page.get("imageDetails", ()) if each["imageDigest"] not in seen]
        seen.update(each["imageDigest"] for each in details)
        found.append({**page, "imageDetails": details})
    return found
