"""Writes what is published of repositories as JSON, by the reader of this package.

    python with_reader.py web-app team/api    of these
    python with_reader.py                     of all

It needs `pip install 'ecr-constructs[discovery]'`, and a role with the policy of `ecr_ssm_read`.
"""

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ecr_constructs.discovery import DiscoveryError, PublishedRepository, RepositoryDirectory

# One for the program: it keeps what it reads for five minutes, follows pages and slows down where AWS throttles.
repositories = RepositoryDirectory()


def get_ecr_info(name: str) -> PublishedRepository:
    """Return what is published of a repository.

    Args:
        name: The name that it is published by, such as team/api.

    Raises:
        RepositoryNotPublished: It is not published.
        ParameterAccessDenied: Its parameters may not be read; the message has the statement that is missing.
    """
    return repositories.get(name)


def list_all_ecr_repositories() -> dict[str, PublishedRepository]:
    """Return every repository that is published, by name."""
    return repositories.list()


def image_of(name: str, tag: str, default: str) -> str:
    """Return an image of a repository, or another image where the repository is not published."""
    return repositories.url(name, tag=tag, default=default)


def main(arguments: Sequence[str]) -> int:
    """Write what is published of the repositories that are named, or of all, and return the exit status."""
    parser = argparse.ArgumentParser(description="What is published of repositories, as JSON.")
    parser.add_argument("names", metavar="NAME", nargs="*", help="names by which they are published; default: all")
    names = parser.parse_args(arguments).names
    found: Mapping[str, Any]
    try:
        found = repositories.get_many(names) if names else list_all_ecr_repositories()
    except DiscoveryError as error:  # of all that are missing, in one message
        sys.stderr.write(f"{error}\n")
        return 1
    json.dump({name: dataclasses.asdict(each) for name, each in found.items()}, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
