"""Writes what is published of repositories as JSON, by boto3 alone.

    python plain.py web-app team/api    of these
    python plain.py                     of all

For programs that take no further package with them; `with_reader.py` beside it is shorter, and keeps what it read.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import boto3
from botocore.config import Config

PREFIX = "/ecr"  # ecr_ssm_prefix of the environment
SINGLES = ("url", "arn", "name", "registry-id", "scan-on-push", "encryption-type", "tag-mutability")
Info: TypeAlias = dict[str, Any]

# An account and region share 40 reads a second: a client that slows down where it is throttled.
ssm = boto3.client("ssm", config=Config(retries={"mode": "adaptive", "total_max_attempts": 10}))


def get_ecr_info(name: str) -> Info:
    """Return all that is published of a repository, by the names of the parameters.

    Args:
        name: The name that it is published by, such as team/api.

    Raises:
        LookupError: It is not published.
    """
    wanted = [f"{PREFIX}/{name}/{last}" for last in (*SINGLES, "config")]
    answer = ssm.get_parameters(Names=wanted)  # at most ten names; what is not there is no error
    info = _info({each["Name"].rpartition("/")[2]: each["Value"] for each in answer["Parameters"]})
    if info is None:
        raise LookupError(f"{name} is not published below {PREFIX} in {ssm.meta.region_name}, or in part")
    return info


def get_repo_urls(names: Iterable[str]) -> dict[str, str]:
    """Return where repositories are, by name, ten in a call; what is not published is not in it."""
    paths = {f"{PREFIX}/{name}/url": name for name in names}
    found: dict[str, str] = {}
    for start in range(0, len(paths), 10):
        answer = ssm.get_parameters(Names=[*paths][start : start + 10])
        found |= {paths[each["Name"]]: each["Value"] for each in answer["Parameters"]}
    return {name: found[name] for name in paths.values() if name in found}


def list_all_ecr_repositories() -> dict[str, Info]:
    """Return all that is published of every repository, by name."""
    by_name: dict[str, dict[str, str]] = {}
    # Every page: one holds at most ten parameters, and may be empty and still not the last.
    for page in ssm.get_paginator("get_parameters_by_path").paginate(Path=PREFIX, Recursive=True):
        for each in page["Parameters"]:
            # A name may hold "/": it is all that stands between the prefix and the last part.
            name, _, last = each["Name"].removeprefix(f"{PREFIX}/").rpartition("/")
            by_name.setdefault(name, {})[last] = each["Value"]
    infos = {name: _info(values) for name, values in sorted(by_name.items())}
    return {name: info for name, info in infos.items() if info is not None}


def _info(values: dict[str, str]) -> Info | None:
    """Return what parameters say: config where it is there, else the single ones; nothing where some are missing."""
    info: Info = json.loads(values["config"]) if "config" in values else dict(values)
    if any(name not in info for name in SINGLES):
        return None
    return {**{name: info[name] for name in SINGLES}, "scan-on-push": info["scan-on-push"] in (True, "true")}


def main(arguments: Sequence[str]) -> int:
    """Write what is published of the repositories that are named, or of all, and return the exit status."""
    parser = argparse.ArgumentParser(description="What is published of repositories, as JSON.")
    parser.add_argument("names", metavar="NAME", nargs="*", help="names by which they are published; default: all")
    names = parser.parse_args(arguments).names
    try:
        found = {name: get_ecr_info(name) for name in names} if names else list_all_ecr_repositories()
    except LookupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
