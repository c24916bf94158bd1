"""S3 buckets: what an older provider is told of them, and those that came to be."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ecr_constructs.sandbox.changes import Changes
from ecr_constructs.sandbox.fit import Document, Schema

if TYPE_CHECKING:
    from ecr_constructs.sandbox.aws import AwsClients

__all__ = ["BucketRow", "fit_buckets", "read_buckets"]

_BUCKET = "aws_s3_bucket"
_VERSIONING = "aws_s3_bucket_versioning"
_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
_OWNERSHIP = "aws_s3_bucket_ownership_controls"
_REFERENCE = re.compile(rf"\$\{{{_BUCKET}\.([\w-]+)\.(?:id|bucket)\}}")


@dataclasses.dataclass(frozen=True, slots=True)
class BucketRow:
    """One bucket as it is.

    Attributes:
        name: Its name.
        versions: Whether older versions of objects are kept.
        encryption: By which keys objects are encrypted: `AES256` for S3's own.
        public_access: Whether all four ways of public access are blocked.
        transport: Whether requests without TLS are refused.
    """

    name: str
    versions: str
    encryption: str
    public_access: str
    transport: str


def fit_buckets(document: Document, schema: Schema, version: str, *, changes: Changes) -> Document:
    """Return a document whose buckets an older release of the AWS provider understands.

    Before 4.0, versions and encryption were a bucket's own blocks, and `BucketOwnerEnforced` was none of the kinds of
    ownership.

    Args:
        document: The synthesised document; it is not changed.
        schema: The release's schema.
        version: The release, for the messages.
        changes: Where what is different is noted.
    """
    resources = document.get("resource", {})
    if _BUCKET not in resources or _VERSIONING in schema.get("resource_schemas", {}):
        return document
    reason = f"not known to provider {version}"
    fitted = {**resources, _BUCKET: {name: dict(body) for name, body in resources[_BUCKET].items()}}
    for kind, block, value_of in (
        (_VERSIONING, "versioning", _versioning),
        (_ENCRYPTION, "server_side_encryption_configuration", _encryption),
    ):
        # What is about a bucket of elsewhere stays, and is left out as all else that the release does not know.
        kept = {}
        for name, body in fitted.pop(kind, {}).items():
            match = _REFERENCE.fullmatch(str(body.get("bucket")))
            if match is None or match[1] not in fitted[_BUCKET]:
                kept[name] = body
                continue
            fitted[_BUCKET][match[1]][block] = [value_of(body)]
            changes.add(f"wrote {_BUCKET}.{block} for {kind}", reason, match[1])
        if kept:
            fitted[kind] = kept
    if _OWNERSHIP in fitted:
        fitted[_OWNERSHIP] = {name: _owned(name, body, reason, changes) for name, body in fitted[_OWNERSHIP].items()}
    return {**document, "resource": fitted}


def _versioning(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"enabled": _one(body["versioning_configuration"])["status"] == "Enabled"}


def _encryption(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"rule": body["rule"]}


def _owned(name: str, body: Mapping[str, Any], reason: str, changes: Changes) -> dict[str, Any]:
    enforced, preferred = "BucketOwnerEnforced", "BucketOwnerPreferred"
    rule = _one(body["rule"])
    if rule.get("object_ownership") != enforced:
        return dict(body)
    changes.add(f"wrote {preferred} for {enforced} in {_OWNERSHIP}.rule", reason, name)
    return {**body, "rule": [{**rule, "object_ownership": preferred}]}


def _one(block: Any) -> dict[str, Any]:
    return dict(block[0] if isinstance(block, list) else block)


def read_buckets(aws: AwsClients, document: Document, region: str) -> Iterator[BucketRow]:
    """Yield what the embedded AWS has of the buckets that a document makes, by name.

    Args:
        aws: The embedded AWS, answering.
        document: The document that was applied.
        region: Its region.
    """
    s3 = aws.client("s3", region)
    names = {str(body.get("bucket", "$")) for body in document.get("resource", {}).get(_BUCKET, {}).values()}
    # What Terraform puts together is not known here.
    for name in sorted(each for each in names if "$" not in each):
        try:
            blocked = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        except s3.exceptions.ClientError:
            blocked = {"": False}
        try:
            (rule, *_) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
            encryption = str(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])
        except s3.exceptions.ClientError:
            encryption = "none"
        try:
            policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
        except s3.exceptions.ClientError:
            policy = {"Statement": []}
        yield BucketRow(
            name=name,
            versions="kept" if s3.get_bucket_versioning(Bucket=name).get("Status") == "Enabled" else "not kept",
            encryption=encryption,
            public_access="blocked" if all(blocked.values()) else "possible",
            transport="TLS only" if any(map(_refuses_plain, policy["Statement"])) else "any",
        )


def _refuses_plain(statement: Mapping[str, Any]) -> bool:
    secure = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return statement["Effect"] == "Deny" and statement.get("Principal") in ("*", {"AWS": "*"}) and secure == "false"
