"""What Terraform needs to keep the state of a stack, and to read the states of others.

Sources: https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required and
https://developer.hashicorp.com/terraform/language/state/remote-state-data.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from ecr_constructs.core.aws import dns_suffix, partition_of
from ecr_constructs.deploying.kinds import EVERYTHING
from ecr_constructs.deploying.statements import Grant, patterned
from ecr_constructs.deploying.subjects import Document, bodies, first_block

__all__ = ["State", "states_of"]

_STATE = "terraform_remote_state"
_DEFAULT_PREFIX = "env:"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a state needs.

    Attributes:
        role: The role that it is reached with; empty for the credentials of whoever runs Terraform.
        grants: What is needed, of a plan as of an apply, which both hold the lock.
        writes: What an apply needs besides.
        elsewhere: The backend that it is in, where that is not S3; then there are no grants.
    """

    role: str = ""
    grants: tuple[Grant, ...] = ()
    writes: tuple[Grant, ...] = ()
    elsewhere: str = ""


def states_of(document: Document) -> Iterator[State]:
    """Return what the state of a stack needs, and each state that it reads.

    Args:
        document: The stack.
    """
    settings = document.get("terraform", {})
    if settings.get("cloud"):
        yield State(elsewhere="cloud")
    for backend, config in settings.get("backend", {}).items():
        config = first_block(config)
        if backend == "s3":
            yield _kept(config)
        elif backend != "local":
            yield State(elsewhere=str(backend))
    for kind, _, body in bodies(document):
        if kind == f"data.{_STATE}":
            config = first_block(body.get("config"))
            if body.get("backend") == "s3":
                yield _read(config, str(body.get("workspace") or "default"))
            elif body.get("backend") != "local":
                yield State(elsewhere=str(body.get("backend")))


def _kept(config: Mapping[str, Any]) -> State:
    # Workspaces have keys of their own, and are listed at each start.
    keys = _keys(config, EVERYTHING) if "workspace_key_prefix" in config else _keys(config, "default")
    grants = list(_found(config, keys))
    if config.get("use_lockfile"):
        locks = tuple(f"{key}.tflock" for key in keys)
        grants += [Grant(action=f"s3:{each}Object", resources=locks) for each in ("Get", "Put", "Delete")]
    table = config.get("dynamodb_table")
    if table:
        region = _text(config, "region") or EVERYTHING
        table = _text(config, "dynamodb_table") or EVERYTHING
        arn = f"arn:{_partition(config)}:dynamodb:{region}:{EVERYTHING}:table/{table}"
        grants += [
            Grant(action=f"dynamodb:{each}", resources=(arn,))
            for each in ("DeleteItem", "DescribeTable", "GetItem", "PutItem")
        ]
    grants += _of_key(config, "kms:Decrypt")
    writes = [Grant(action="s3:PutObject", resources=keys)]
    if table:
        # The digest of the state, which is written with it.
        writes += [Grant(action="dynamodb:PutItem", resources=(arn,))]
    return State(
        role=_role(config),
        grants=tuple(grants),
        writes=(*writes, *_of_key(config, "kms:Encrypt", "kms:GenerateDataKey")),
    )


def _read(config: Mapping[str, Any], workspace: str) -> State:
    return State(role=_role(config), grants=tuple(_found(config, _keys(config, workspace))))


def _found(config: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[Grant]:
    # Without a condition on the prefix: a state that is not there yet is 404 only for whoever may list the bucket, and
    # that question comes with no prefix. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    yield Grant(action="s3:ListBucket", resources=(_bucket(config),))
    yield Grant(action="s3:GetObject", resources=keys)


def _keys(config: Mapping[str, Any], workspace: str) -> tuple[str, ...]:
    bucket, key = _bucket(config), _text(config, "key") or EVERYTHING
    prefix = _text(config, "workspace_key_prefix") or _DEFAULT_PREFIX
    in_workspace = f"{bucket}/{prefix}/{workspace}/{key}"
    if workspace == "default":
        return (f"{bucket}/{key}",)
    return (f"{bucket}/{key}", in_workspace) if workspace == EVERYTHING else (in_workspace,)


def _bucket(config: Mapping[str, Any]) -> str:
    return f"arn:{_partition(config)}:s3:::{_text(config, 'bucket') or EVERYTHING}"


def _of_key(config: Mapping[str, Any], *actions: str) -> Iterator[Grant]:
    """Return what S3 needs of the key, for objects alone: Terraform asks S3, and S3 asks KMS."""
    key, region = _text(config, "kms_key_id"), _text(config, "region")
    if config.get("kms_key_id") and not key.startswith("arn:"):
        key = f"arn:{_partition(config)}:kms:{region or EVERYTHING}:{EVERYTHING}:key/{EVERYTHING}"
    service = f"s3.{region or EVERYTHING}.{dns_suffix(region or 'us-east-1')}"
    for action in actions if key else ():
        yield Grant(
            action=action, resources=(key,), conditions=patterned({"StringEquals": {"kms:ViaService": service}})
        )


def _partition(config: Mapping[str, Any]) -> str:
    return partition_of(_text(config, "region") or "us-east-1")


def _role(config: Mapping[str, Any]) -> str:
    return _text(first_block(config.get("assume_role")), "role_arn") or _text(config, "role_arn")


def _text(config: Mapping[str, Any], name: str) -> str:
    value = config.get(name)
    return "" if not isinstance(value, str) or "${" in value else value
