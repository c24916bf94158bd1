"""What is published about a repository in SSM Parameter Store, and the rules of its paths."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, Self, TypeAlias

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = [
    "DEFAULT_PREFIX",
    "LAYOUTS",
    "LONGEST_PREFIX",
    "MOST_STANDARD_PARAMETERS",
    "PARAMETERS",
    "PREFIX",
    "PublishedPaths",
    "PublishedRecord",
    "SsmLayout",
    "SsmParameterName",
    "check_parameter_path",
    "parameter_path",
    "published_path",
]

DEFAULT_PREFIX = "/ecr"

# Standard tier, per account and region: https://docs.aws.amazon.com/general/latest/gr/ssm.html
MOST_STANDARD_PARAMETERS = 10_000

SsmParameterName: TypeAlias = Literal[
    "url", "arn", "name", "registry-id", "scan-on-push", "encryption-type", "tag-mutability", "config"
]
PARAMETERS: Final[Mapping[SsmParameterName, str]] = {
    "url": "Where to push and pull images of {name}",
    "arn": "ARN of the ECR repository {name}, for IAM policies",
    "name": "Name of the ECR repository {name} in its registry",
    "registry-id": "AWS account that owns the ECR repository {name}",
    "scan-on-push": "Whether images of {name} are scanned when they are pushed: true or false",
    "encryption-type": "How images of {name} are encrypted: AES256, KMS or KMS_DSSE",
    "tag-mutability": "Whether tags of {name} can be overwritten",
    "config": "All that is published about the ECR repository {name}, as one JSON object",
}
"""Last part of each parameter's path, with its description."""

SsmLayout: TypeAlias = Literal["parameters", "config"]
LAYOUTS: Final[Mapping[str, tuple[SsmParameterName, ...]]] = {
    "parameters": tuple(PARAMETERS),
    "config": ("url", "config"),
}
"""Which of them are published: all, or the one that holds all of them and the one that most readers want."""

# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
_PATH = re.compile(r"(/[a-zA-Z0-9_.-]+)+")
_MOST_LEVELS = 15
_LONGEST_WITH_ARN = 1011
# "arn:aws-us-gov:ssm:ap-southeast-99:123456789012:parameter": the longest ARN prefix there is in use.
_ARN_PREFIX = len("arn:aws-us-gov:ssm:ap-southeast-99:123456789012:parameter")
LONGEST_PREFIX = _LONGEST_WITH_ARN - _ARN_PREFIX - 1 - max(map(len, PARAMETERS))
# All that `check_parameter_path` says of a path, in one pattern.
PREFIX = re.compile(
    rf"(?!/([aA][wW][sS]|[sS][sS][mM]))(/(?!\.+(/|$))[a-zA-Z0-9_.-]+){{1,{_MOST_LEVELS - 1}}}",
)


def published_path(prefix: str, logical_name: str) -> str:
    """Return the path below which the parameters of a repository are: `{prefix}/{logical name}`."""
    return f"{prefix.rstrip('/')}/{logical_name}"


def parameter_path(prefix: str, logical_name: str, parameter: str) -> str:
    """Return the full name of a parameter: `{prefix}/{logical name}/{parameter}`."""
    return f"{published_path(prefix, logical_name)}/{parameter}"


def check_parameter_path(path: str, *where: str | int) -> list[Problem]:
    """Check the path under which a repository's parameters are published.

    Levels of letters, digits, `.`, `_` and `-`; with the parameter's own name at most 15 of them and, with the ARN in
    front, at most 1,011 characters; not starting with `aws` or `ssm`
    (https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html).

    Args:
        path: `{prefix}/{logical name}`, or the prefix alone.
        *where: Key path of what is checked.
    """
    if is_unresolved(path):
        return []
    got = show(path)
    if not _PATH.fullmatch(path):
        fix = "Start with '/', divide levels by one '/', and use letters, digits, '.', '_' and '-'."
        return [Problem(where, "ssm-path", "must be a path that Parameter Store takes", got, fix)]
    problems = []
    if any(not level.strip(".") for level in path[1:].split("/")):
        fix = "Name each level: '.' and '..' lead nowhere there."
        problems.append(Problem(where, "ssm-path", "must have levels of more than dots", got, fix))
    if path[1:4].lower() in ("aws", "ssm"):
        fix = "Begin the first level differently, as in /ecr."
        problems.append(Problem(where, "ssm-path-reserved", "must not start with aws or ssm, in any case", got, fix))
    if path.count("/") + 1 > _MOST_LEVELS:
        rule = f"must leave room for the parameter's own name in {_MOST_LEVELS} levels"
        problems.append(Problem(where, "ssm-path-levels", rule, f"{path.count('/')} levels", "Use fewer '/'."))
    if len(path) > LONGEST_PREFIX:
        most = _LONGEST_WITH_ARN
        rule = f"must be at most {LONGEST_PREFIX} characters, so that every parameter's ARN has at most {most}"
        problems.append(Problem(where, "ssm-path-length", rule, f"{len(path)} characters", "Shorten it."))
    return problems


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRecord:
    """What is published about a repository; text that Terraform fills in later is taken as it stands."""

    url: str
    arn: str
    name: str
    registry_id: str
    scan_on_push: bool | str
    encryption_type: str
    tag_mutability: str

    @classmethod
    def read(cls, value: Callable[[str], str]) -> Self:
        """Return the record whose values are given by the names of their parameters."""
        return cls(**{field.name: value(_parameter(field.name)) for field in dataclasses.fields(cls)})

    @property
    def values(self) -> dict[str, str]:
        """The value of each parameter, by its name."""
        found = {_parameter(field.name): getattr(self, field.name) for field in dataclasses.fields(self)}
        scanned = self.scan_on_push
        found["scan-on-push"] = str(scanned).lower() if isinstance(scanned, bool) else scanned
        # Everything is text that JSON need not escape; scan-on-push stands bare, so that it is a truth value even as a
        # token.
        members = (
            f"{json.dumps(key)}:{value if key == 'scan-on-push' else json.dumps(value)}"
            for key, value in sorted(found.items())
        )
        return {**found, "config": f"{{{','.join(members)}}}"}


def _parameter(field: str) -> str:
    return field.replace("_", "-")


class PublishedPaths:
    """The paths published in one account and region, each with its owner.

    Two paths collide when they are the same, or when one lies below a parameter of the other: `web/url` would put its
    parameters below the parameter `web/url` of `web`, and a listing by path could not tell them apart.
    """

    def __init__(self) -> None:
        self._parameters: dict[str, str] = {}
        self._levels: dict[str, str] = {}
        self._published = 0

    def __len__(self) -> int:
        """Return the number of parameters."""
        return self._published

    def add(self, path: str, owner: str, *, layout: str = "parameters") -> str | None:
        """Publish the parameters of one repository.

        Args:
            path: `{prefix}/{logical name}`.
            owner: Who publishes, as a message names it.
            layout: Which parameters are published; the paths of the others stay reserved.

        Returns:
            The owner of a path that this one collides with; then nothing is added.
        """
        levels = ["/".join(path.split("/")[:depth]) for depth in range(2, path.count("/") + 2)]
        parameters = [f"{path}/{parameter}" for parameter in PARAMETERS]
        for taken in (self._parameters.get(name) for name in (*levels, *parameters)):
            if taken is not None:
                return taken
        for taken in (self._levels.get(name) for name in parameters):
            if taken is not None:
                return taken
        self._parameters.update(dict.fromkeys(parameters, owner))
        self._published += len(LAYOUTS[layout])
        for level in levels:
            self._levels.setdefault(level, owner)
        return None
