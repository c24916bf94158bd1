"""A function for AWS Lambda that tells the newest image of a repository which is published in SSM Parameter Store.

Python's runtime has all that it needs. Its role has the policy of `policy.json`; where the repository is of another
account, that repository's policy lets the role read as well. Which repository, the event says (`{"repository":
"team/api"}`), or the variable REPO_NAME; SSM_PREFIX is the path below which it is published, by default /ecr.
"""

import json
import os
import re
from typing import Any

import boto3

# Outside of the handler, so that they are made once for all events.
ssm = boto3.client("ssm")
ecr = boto3.client("ecr")

# What cosign keeps beside an image: a signature is newer than the image that it signs, and no image.
_SIGNATURE = re.compile(r"sha256-[0-9a-f]{64}(\.\w+)?")


def handler(event: dict[str, Any] | None, _context: object) -> dict[str, Any]:
    """Return the newest image of a repository, and how many have a tag.

    Args:
        event: What the function is called with: `repository`, the name that it is published by.

    Raises:
        ValueError: Nobody says which repository.
        LookupError: It is not published.
    """
    name = (event or {}).get("repository") or os.environ.get("REPO_NAME")
    if not name:
        raise ValueError("Say which repository: 'repository' of the event, or the variable REPO_NAME.")
    published = _published(name)
    # Of the account that owns it, by its name in ECR, which is not the last part of its URL: it may hold "/".
    pages = ecr.get_paginator("describe_images").paginate(
        registryId=published["registry-id"], repositoryName=published["name"], filter={"tagStatus": "TAGGED"}
    )
    details = [each for page in pages for each in page["imageDetails"]]
    images = [each for each in details if not all(map(_SIGNATURE.fullmatch, each["imageTags"]))]
    newest = max(images, key=lambda each: each["imagePushedAt"], default=None)
    return {
        "repository": name,
        "url": published["url"],
        "image_count": len(images),
        "newest": None if newest is None else _told(newest, published["url"]),
    }


def _told(image: dict[str, Any], url: str) -> dict[str, Any]:
    """Return an image as JSON can say it."""
    return {
        "image": f"{url}@{image['imageDigest']}",
        "digest": image["imageDigest"],
        "tags": sorted(image["imageTags"]),
        "pushed_at": image["imagePushedAt"].isoformat(),
    }


def _published(name: str) -> dict[str, str]:
    """Return url, name and registry-id of a repository: from config where it is published, else from single ones."""
    path = f"{os.environ.get('SSM_PREFIX', '/ecr').rstrip('/')}/{name}"
    wanted = ("url", "name", "registry-id")
    answer = ssm.get_parameters(Names=[f"{path}/{last}" for last in (*wanted, "config")])
    found = {each["Name"].rpartition("/")[2]: each["Value"] for each in answer["Parameters"]}
    values: dict[str, str] = json.loads(found["config"]) if "config" in found else found
    if missing := [last for last in wanted if last not in values]:
        raise LookupError(f"{path} is not published in {ssm.meta.region_name}: there is no {', '.join(missing)}.")
    return values
