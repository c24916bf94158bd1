"""Repositories found by what is published about them in SSM Parameter Store, by programs that run in AWS.

    from ecr_constructs.discovery import RepositoryDirectory

    repositories = RepositoryDirectory()
    repositories.get("web").url

It needs boto3 alone (`pip install 'ecr-constructs[discovery]'`), which AWS Lambda has already, and loads it when it
first asks. Of the rest of this package it takes a few files of the pure core.

- `directory`: the directory that programs use.
- `record`: what is known about a repository.
- `cache`: what was read, kept for a time and asked for once.
- `store`: Parameter Store, asked in batches and pages.
- `client`: the client that asks, and whose account that is.
- `failures`: what is raised.
- `variables`: repositories as variables of a shell.
"""

from __future__ import annotations

from ecr_constructs.discovery.directory import RepositoryDirectory
from ecr_constructs.discovery.failures import (
    DiscoveryError,
    MalformedRecord,
    ParameterAccessDenied,
    RepositoryNotPublished,
)
from ecr_constructs.discovery.record import PublishedRepository

__all__ = [
    "DiscoveryError",
    "MalformedRecord",
    "ParameterAccessDenied",
    "PublishedRepository",
    "RepositoryDirectory",
    "RepositoryNotPublished",
]
