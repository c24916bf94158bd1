"""Identity providers of CI services: stand-ins for those that are looked up, and what an older provider is told."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecr_constructs.core.aws import partition_of
from ecr_constructs.sandbox.changes import Changes
from ecr_constructs.sandbox.fit import Document, Schema

if TYPE_CHECKING:
    from ecr_constructs.sandbox.aws import AwsClients

__all__ = ["fit_oidc_providers", "make_oidc_providers"]

_KIND = "aws_iam_openid_connect_provider"
# AWS asks for none any more, and an older provider for one at least; the embedded AWS verifies nothing.
_THUMBPRINT = "f" * 40


def fit_oidc_providers(
    document: Document, schema: Schema, version: str, *, account: str, region: str, changes: Changes
) -> Document:
    """Return a document whose identity providers an older release of the AWS provider understands.

    One that is made gets a thumbprint where the release wants some; in the place of one that is looked up stands its
    ARN where the release cannot look it up.

    Args:
        document: The synthesised document; it is not changed.
        schema: The release's schema.
        version: The release, for the messages.
        account: The account of the document.
        region: Its region.
        changes: Where what is different is noted.
    """
    known = schema.get("resource_schemas", {}).get(_KIND, {}).get("block", {}).get("attributes", {})
    made = document.get("resource", {}).get(_KIND, {})
    if known.get("thumbprint_list", {}).get("required"):
        missing = [name for name, body in made.items() if "thumbprint_list" not in body]
        for name in missing:
            changes.add(f"wrote {_KIND}.thumbprint_list", f"required by provider {version}", name)
        filled = {name: {"thumbprint_list": [_THUMBPRINT], **body} for name, body in made.items()}
        document = {**document, "resource": {**document["resource"], _KIND: filled}} if missing else document
    found = document.get("data", {}).get(_KIND, {})
    if not found or _KIND in schema.get("data_source_schemas", {}):
        return document
    arns = {}
    for name, body in found.items():
        host = str(body["url"]).removeprefix("https://")
        arns[f"${{data.{_KIND}.{name}.arn}}"] = f"arn:{partition_of(region)}:iam::{account}:oidc-provider/{host}"
        changes.add(f"wrote the ARN for data.{_KIND}", f"not known to provider {version}", name)
    data = {kind: bodies for kind, bodies in document["data"].items() if kind != _KIND}
    replaced: Document = _replaced({**document, "data": data}, arns)
    return replaced


def make_oidc_providers(document: Document, aws: AwsClients, region: str) -> tuple[str, ...]:
    """Make the identity providers that a document looks up, and return a line about each for the user.

    Args:
        document: The synthesised document.
        aws: The embedded AWS, answering.
        region: A region to ask; identity providers are of all of them.
    """
    client = aws.client("iam", region)
    urls = sorted({str(body["url"]) for body in document.get("data", {}).get(_KIND, {}).values() if "url" in body})
    for url in urls:
        with contextlib.suppress(client.exceptions.EntityAlreadyExistsException):
            client.create_open_id_connect_provider(Url=url, ClientIDList=[], ThumbprintList=[_THUMBPRINT])
    return tuple(f"identity provider {url.removeprefix('https://')}" for url in urls)


def _replaced(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in texts.items() if "${" in value else ():
            value = value.replace(old, new)
        return value
    if isinstance(value, list):
        return [_replaced(item, texts) for item in value]
    return {key: _replaced(item, texts) for key, item in value.items()} if isinstance(value, dict) else value
