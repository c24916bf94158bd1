"""Fitting a synthesised document to an older release of the AWS provider.

What the release does not know, by its own schema, is left out; what it knows by another name is renamed. Pure: the
schema is what `terraform providers schema -json` prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecr_constructs.sandbox.changes import Change, Changes
from ecr_constructs.sandbox.references import without_dangling

__all__ = ["Document", "Schema", "aws_schema", "fit"]

Document = dict[str, Any]
"""A configuration in Terraform's JSON syntax, as CDKTF writes it."""

Schema = Mapping[str, Any]
"""The schema of one provider: `provider`, `resource_schemas` and `data_source_schemas`."""

# Understood by Terraform itself in every resource and data source.
_META = frozenset({"//", "connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"})

_COMMENT = frozenset({"//"})

# An attribute that an older release has under another name, by type.
_RENAMED = {("aws_region", "region"): "name", ("aws_ssm_parameter", "insecure_value"): "value"}

# A value that an older release refuses, by type and attribute, and the block that such a release lacks.
_REPLACED = {
    ("aws_ecr_repository", "image_tag_mutability"): (
        "image_tag_mutability_exclusion_filter",
        {"IMMUTABLE_WITH_EXCLUSION": "IMMUTABLE", "MUTABLE_WITH_EXCLUSION": "MUTABLE"},
    )
}


def aws_schema(schemas: Mapping[str, Any]) -> Schema:
    """Return the AWS provider's part of what `terraform providers schema -json` prints.

    Raises:
        LookupError: It is not in there.
    """
    for name, schema in schemas.get("provider_schemas", {}).items():
        if name.endswith("/hashicorp/aws"):
            return dict(schema)
    raise LookupError("hashicorp/aws")


def fit(document: Document, schema: Schema, version: str) -> tuple[Document, tuple[Change, ...]]:
    """Return the document without what a release of the AWS provider does not know, and what that changed.

    Resources, data sources, attributes, blocks and what refers to them are left out; attributes and values that have
    an older form get it. Resources of other providers stay as they are.

    Args:
        document: The synthesised document; it is not changed.
        schema: The release's schema.
        version: The release, for the messages.
    """
    changes = Changes()
    document = _with_older_subnets(document, schema, f"not known to provider {version}", changes)
    fitting = _Fitting(schema, f"not known to provider {version}", changes)
    fitted = dict(document)
    if "aws" in document.get("provider", {}):
        fitted["provider"] = {**document["provider"], "aws": fitting.providers(document["provider"]["aws"])}
    for kind in ("resource", "data"):
        if kind in document:
            fitted[kind] = fitting.types(kind, document[kind])
    fitted = without_dangling(fitted, before=document, known=fitting.attribute, changes=changes)
    return fitted, changes.all()


def _with_older_subnets(document: Document, schema: Schema, reason: str, changes: Changes) -> Document:
    """Return a document that looks subnets up by `aws_subnet_ids`, where a release has no `aws_subnets` yet."""
    known, found = schema.get("data_source_schemas", {}), document.get("data", {}).get("aws_subnets", {})
    if not found or "aws_subnets" in known or "aws_subnet_ids" not in known:
        return document
    older: dict[str, Any] = {}
    for name, body in found.items():
        filters = body.get("filter", [])
        vpcs = [each["values"][0] for each in filters if each["name"] == "vpc-id"]
        rest = [each for each in filters if each["name"] != "vpc-id"]
        if not vpcs:
            return document
        older[name] = {**body, "vpc_id": vpcs[0], "filter": rest}
        changes.add("wrote data.aws_subnet_ids for aws_subnets", reason, name)
    data = {kind: bodies for kind, bodies in document["data"].items() if kind != "aws_subnets"}
    renamed: Document = _renamed({**document, "data": {**data, "aws_subnet_ids": older}})
    return renamed


def _renamed(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("data.aws_subnets.", "data.aws_subnet_ids.") if "${" in value else value
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    return {key: _renamed(item) for key, item in value.items()} if isinstance(value, dict) else value


class _Fitting:
    def __init__(self, schema: Schema, reason: str, changes: Changes) -> None:
        self._provider: Mapping[str, Any] = schema["provider"]["block"]
        self._blocks = {
            "resource": {name: found["block"] for name, found in schema.get("resource_schemas", {}).items()},
            "data": {name: found["block"] for name, found in schema.get("data_source_schemas", {}).items()},
        }
        self._reason = reason
        self._changes = changes

    def providers(self, blocks: Any) -> list[Any]:
        """Return the blocks of `provider.aws` with what the release has of them."""
        blocks = blocks if isinstance(blocks, list) else [blocks]
        return [
            self._block("provider.aws", block, self._provider, block.get("alias", ""), _COMMENT | {"alias"})
            for block in blocks
        ]

    def types(self, kind: str, types: Mapping[str, Any]) -> dict[str, Any]:
        """Return the resources or data sources, by type and name, with what the release has of them."""
        known: dict[str, Any] = {}
        for name, bodies in types.items():
            label = _label(kind, name)
            if not name.startswith("aws_"):
                known[name] = bodies
            elif name in self._blocks[kind]:
                block = self._blocks[kind][name]
                known[name] = {each: self._body(name, label, body, block, each) for each, body in bodies.items()}
            else:
                for each in bodies:
                    self._changes.add(f"left out {label}", self._reason, each)
        return known

    def attribute(self, kind: str, type_name: str, attribute: str) -> tuple[str, bool]:
        """Return what an attribute is called in this release, empty for nothing, and whether it is a secret."""
        block = self._blocks[kind].get(type_name, {})
        known = _names(block)
        if attribute not in known:
            attribute = _RENAMED.get((type_name, attribute), "")
        return attribute, bool(known.get(attribute, {}).get("sensitive"))

    def _body(self, kind: str, label: str, body: Any, block: Mapping[str, Any], where: str) -> dict[str, Any]:
        body, known = dict(body), _names(block)
        for (of, old), new in _RENAMED.items():
            if of == kind and old in body and old not in known:
                body[new] = body.pop(old)
                self._changes.add(f"wrote {label}.{new} for {old}", self._reason, where)
        for (of, attribute), (lacked, values) in _REPLACED.items():
            value = body.get(attribute) if of == kind and lacked not in known else None
            if isinstance(value, str) and value in values:
                body[attribute] = values[value]
                self._changes.add(f"wrote {values[value]} for {value} in {label}.{attribute}", self._reason, where)
        ignored = body.get("lifecycle", {}).get("ignore_changes")
        if isinstance(ignored, list):
            kept = [name for name in ignored if name.partition("[")[0].partition(".")[0] in known]
            body["lifecycle"] = {**body["lifecycle"], "ignore_changes": kept}
        return self._block(label, body, block, where, _META)

    def _block(
        self, label: str, body: Mapping[str, Any], block: Mapping[str, Any], where: str, meta: frozenset[str]
    ) -> dict[str, Any]:
        attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
        kept: dict[str, Any] = {}
        for key, value in body.items():
            if key in meta or key in attributes:
                kept[key] = value
            elif key in blocks:
                kept[key] = self._nested(f"{label}.{key}", value, blocks[key], where)
            elif key == "dynamic":
                kept[key] = self._dynamic(label, value, blocks, where)
            elif value is not None:
                self._changes.add(f"left out {label}.{key}", self._reason, where)
        return kept

    def _nested(self, label: str, value: Any, block_type: Mapping[str, Any], where: str) -> Any:
        if not isinstance(value, list):
            return self._block(label, value, block_type["block"], where, _COMMENT) if isinstance(value, dict) else value
        most = block_type.get("max_items") or len(value)
        if len(value) > most:
            self._changes.add(f"left out all but {most} of {label}", self._reason, where)
        return [self._nested(label, item, block_type, where) for item in value[:most]]

    def _dynamic(self, label: str, value: Mapping[str, Any], blocks: Mapping[str, Any], where: str) -> dict[str, Any]:
        kept = {}
        for name, dynamic in value.items():
            if name in blocks:
                content = self._nested(f"{label}.{name}", dynamic.get("content", {}), blocks[name], where)
                kept[name] = {**dynamic, "content": content}
            else:
                self._changes.add(f"left out {label}.{name}", self._reason, where)
        return kept


def _names(block: Mapping[str, Any]) -> dict[str, Any]:
    return {**block.get("attributes", {}), **block.get("block_types", {})}


def _label(kind: str, name: str) -> str:
    return name if kind == "resource" else f"data.{name}"
