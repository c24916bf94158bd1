"""What is known about a published repository, read from its parameters."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

from ecr_constructs.core.aws import parse_repository_arn
from ecr_constructs.core.images import check_digest, check_tag
from ecr_constructs.core.ssm import PARAMETERS
from ecr_constructs.errors import Problem, raise_problems

__all__ = [
    "CONFIG",
    "SINGLES",
    "PublishedRepository",
    "StoredParameter",
    "Unreadable",
    "published_below",
    "read_record",
]

CONFIG = "config"
"""The parameter that holds all the others."""

SINGLES = tuple(name for name in PARAMETERS if name != CONFIG)
"""The parameters that hold one value each."""

_SCANNED = "scan-on-push"
_TRUTHS = {True: True, False: False, "true": True, "false": False}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRepository:
    """A repository as it is published.

    Attributes:
        url: Where to push and pull, without a tag.
        arn: Its ARN.
        name: Its name in ECR, as the API takes it; the name it is published by may be another.
        registry_id: The account that owns it, which may be another one than the reader's.
        scan_on_push: Whether images are scanned when they are pushed.
        encryption_type: `AES256`, `KMS` or `KMS_DSSE`.
        tag_mutability: `MUTABLE`, `IMMUTABLE`, `IMMUTABLE_WITH_EXCLUSION` or `MUTABLE_WITH_EXCLUSION`.
    """

    url: str
    arn: str
    name: str
    registry_id: str
    scan_on_push: bool
    encryption_type: str
    tag_mutability: str

    @property
    def region(self) -> str:
        """Region of its registry, as `aws ecr get-login-password --region` takes it; empty where the ARN is none."""
        arn = parse_repository_arn(self.arn)
        return "" if arn is None else arn.region

    @property
    def registry_host(self) -> str:
        """Host of its registry, as `docker login` takes it."""
        return self.url.partition("/")[0]

    def image(self, *, tag: str | None = None, digest: str | None = None) -> str:
        """Return the URL with a tag or a digest, as `docker pull` takes it, or alone where none is given.

        Args:
            tag: 1 to 128 letters, digits, `_`, `.` and `-`, not starting with `.` or `-`.
            digest: `sha256:` and 64 hexadecimal digits: an image that never changes.

        Raises:
            InvalidInput: It is none, or both are given.
        """
        problems = [] if tag is None else check_tag(tag, "tag")
        problems += [] if digest is None else check_digest(digest, "digest")
        if tag is not None and digest is not None:
            fix = "Give the digest alone: it says which image it is."
            problems.append(Problem(("digest",), "arguments", "must not come with a tag", "both", fix))
        raise_problems(problems)
        if digest is not None:
            return f"{self.url}@{digest}"
        return self.url if tag is None else f"{self.url}:{tag}"


@dataclasses.dataclass(frozen=True, slots=True)
class StoredParameter:
    """A parameter as it is in Parameter Store.

    Attributes:
        value: Its value, which of a `SecureString` is encrypted.
        type: `String`, `StringList` or `SecureString`.
    """

    value: str
    type: str = "String"


@dataclasses.dataclass(frozen=True, slots=True)
class Unreadable:
    """Why parameters make no record, as a clause that follows the path of the repository."""

    reason: str


def published_below(prefix: str, found: Mapping[str, StoredParameter]) -> dict[str, dict[str, StoredParameter]]:
    """Return the parameters of each name: those that are called as the parameters of a repository are.

    Args:
        prefix: Path below which they are.
        found: Parameters by their full names.
    """
    by_name: dict[str, dict[str, StoredParameter]] = {}
    for path, parameter in found.items():
        name, _, last = path.removeprefix(f"{prefix}/").rpartition("/")
        if name and last in PARAMETERS:
            by_name.setdefault(name, {})[last] = parameter
    return by_name


def read_record(parameters: Mapping[str, StoredParameter]) -> PublishedRepository | Unreadable:
    """Return the record of a repository: that of `config` where it is there, else that of the single parameters.

    Args:
        parameters: Its parameters, by the last parts of their names.
    """
    config = parameters.get(CONFIG)
    used = {name: parameters[name] for name in SINGLES if name in parameters} if config is None else {CONFIG: config}
    if encrypted := [name for name, each in used.items() if each.type == "SecureString"]:
        return Unreadable(f"{' and '.join(encrypted)} must be of type String, and is a SecureString")
    if config is None:
        return _record({name: each.value for name, each in used.items()}, "")
    try:
        values = json.loads(config.value)
    except (ValueError, RecursionError):
        return Unreadable(f"{CONFIG} is no JSON")
    return _record(values, f"{CONFIG}: ") if isinstance(values, dict) else Unreadable(f"{CONFIG} is no JSON object")


def _record(values: Mapping[str, object], where: str) -> PublishedRepository | Unreadable:
    missing = [name for name in SINGLES if name not in values]
    if missing:
        return Unreadable(f"{where}{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    scanned = values[_SCANNED]
    scan_on_push = _TRUTHS.get(scanned) if isinstance(scanned, bool | str) else None
    texts = {name.replace("-", "_"): values[name] for name in SINGLES if name != _SCANNED}
    known = {name: value for name, value in texts.items() if isinstance(value, str) and value}
    wrong = [name.replace("_", "-") for name in texts if name not in known]
    if wrong or scan_on_push is None:
        names = ", ".join([*wrong, *([] if scan_on_push is not None else [_SCANNED])])
        return Unreadable(f"{where}the value of {names} is not one that is published")
    return PublishedRepository(**known, scan_on_push=scan_on_push)
