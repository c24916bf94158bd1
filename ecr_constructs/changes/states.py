"""The repositories that a Terraform state has, or a synthesised stack: what a change would be compared with."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ecr_constructs.core.aws import parse_repository_arn
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, file_name, show

__all__ = ["StoredRepository", "read_stored"]

_TYPE = "aws_ecr_repository"
_STATE_VERSION = 4
_FIX = (
    "Give a terraform.tfstate, what `terraform state pull` or `terraform show -json` prints, or a cdk.tf.json; for an "
    "environment that was never applied, leave --against out."
)


@dataclasses.dataclass(frozen=True, slots=True)
class StoredRepository:
    """A repository as a state or a synthesised stack has it; None stands for what cannot be known from there.

    Attributes:
        address: Terraform's address of it: `aws_ecr_repository.web`.
        name: Name in ECR.
        encryption_type: `AES256`, `KMS` or `KMS_DSSE`.
        kms_key: ARN of the key.
        account_id: Its account.
        region: Its region.
        force_delete: Whether it can be deleted with images in it.
        key: How an environment file names its key, where that says what there is.
    """

    address: str
    name: str | None = None
    encryption_type: str | None = None
    kms_key: str | None = None
    account_id: str | None = None
    region: str | None = None
    force_delete: bool = False
    key: str | None = None


def read_stored(file: Path) -> tuple[list[StoredRepository], list[Problem]]:
    """Read the repositories of a file.

    That is a state of version 4 (`terraform.tfstate`, or what `terraform state pull` prints), a state as
    `terraform show -json` prints it (https://developer.hashicorp.com/terraform/internals/json-format), or a stack as
    CDKTF synthesises it (https://developer.hashicorp.com/terraform/language/syntax/json).

    Args:
        file: The file.

    Returns:
        The repositories, sorted by address, and what is wrong with the file.
    """
    name = file_name(file)
    try:
        # JSON says itself in which encoding it is: a PowerShell writes UTF-16.
        data = json.loads(file.read_bytes())
        return sorted(_repositories(data), key=lambda each: each.address), []
    except OSError as error:
        got = error.strerror or str(error)
        return [], [Problem((), "against-file", "must be a file that can be read", got, _FIX, name)]
    except (ValueError, RecursionError):
        return [], [Problem((), "against-file", "must be a Terraform state in JSON", "", _FIX, name)]
    except _Foreign as error:
        return [], [Problem((), "against-file", f"must {error}", error.got, _FIX, name)]


class _Foreign(Exception):
    """The file is none of those that are understood; the message says what it must be."""

    def __init__(self, rule: str, got: str = "") -> None:
        super().__init__(rule)
        self.got = got


def _repositories(data: object) -> Iterator[StoredRepository]:
    if not isinstance(data, dict):
        raise _Foreign("be a Terraform state or a synthesised stack")
    if "version" in data:
        if data["version"] != _STATE_VERSION:
            raise _Foreign(f"be a state of version {_STATE_VERSION}", show(data["version"]))
        return _of_state(data)
    if "format_version" in data:
        if "planned_values" in data:
            raise _Foreign("be a state", "a plan")
        return _of_module(_mapping(_mapping(data.get("values", {})).get("root_module", {})))
    if any(key in data for key in ("resource", "provider", "terraform")):
        return _of_stack(data)
    raise _Foreign("be a Terraform state or a synthesised stack")


def _of_state(data: Mapping[str, Any]) -> Iterator[StoredRepository]:
    for resource in map(_mapping, _list(data.get("resources", []))):
        if resource.get("mode") != "managed" or resource.get("type") != _TYPE:
            continue
        parts = [resource[key] for key in ("module", "type", "name") if key in resource]
        for instance in map(_mapping, _list(resource.get("instances", []))):
            if "deposed" in instance:  # what a replacement has left, gone at the next apply in any case
                continue
            key = instance.get("index_key")
            index = "" if key is None else f"[{json.dumps(key)}]"
            yield _stored(".".join(map(str, parts)) + index, _mapping(instance.get("attributes", {})))


def _of_module(module: Mapping[str, Any]) -> Iterator[StoredRepository]:
    for resource in map(_mapping, _list(module.get("resources", []))):
        if resource.get("mode") == "managed" and resource.get("type") == _TYPE and "deposed_key" not in resource:
            yield _stored(str(resource.get("address")), _mapping(resource.get("values", {})))
    for child in _list(module.get("child_modules", [])):
        yield from _of_module(_mapping(child))


def _of_stack(data: Mapping[str, Any]) -> Iterator[StoredRepository]:
    provider = _mapping(_first(_mapping(data.get("provider", {})).get("aws")))
    accounts = provider.get("allowed_account_ids")
    account_id = accounts[0] if isinstance(accounts, list) and len(accounts) == 1 else None
    for name, values in _mapping(_mapping(data.get("resource", {})).get(_TYPE, {})).items():
        stored = _stored(f"{_TYPE}.{name}", _mapping(values))
        region = stored.region or _known(provider.get("region"))
        yield dataclasses.replace(stored, account_id=_known(account_id), region=region)


def _stored(address: str, values: Mapping[str, Any]) -> StoredRepository:
    encryption = _mapping(_first(values.get("encryption_configuration")))
    arn = parse_repository_arn(_known(values.get("arn")) or "")
    return StoredRepository(
        address=address,
        name=_known(values.get("name")),
        encryption_type=_known(encryption.get("encryption_type", "AES256")),
        kms_key=_known(encryption.get("kms_key")),
        account_id=arn.account_id if arn else None,
        region=arn.region if arn else _known(values.get("region")),
        force_delete=values.get("force_delete") is True,
    )


def _known(value: object) -> str | None:
    """Return text that is known; neither nothing, nor an expression."""
    return value if isinstance(value, str) and value and not is_unresolved(value) else None


def _first(value: object) -> object:
    """Return the one block of a kind, which may be written as a list of one; an empty mapping where there is none."""
    if isinstance(value, list):
        value = value[0] if value else None
    return {} if value is None else value


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _Foreign("be a Terraform state or a synthesised stack as they are written")
    return value


def _list(value: object) -> Iterable[object]:
    if not isinstance(value, list):
        raise _Foreign("be a Terraform state or a synthesised stack as they are written")
    return value
