"""One resource of a stack, with its values as far as they are known before an apply."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ecr_constructs.core.aws import dns_suffix, partition_of
from ecr_constructs.core.conditions import Conditions
from ecr_constructs.deploying.kinds import EVERYTHING, Kind

__all__ = ["MARKS", "Document", "Subject", "Where", "bodies", "first_block", "subjects_of"]

Document: TypeAlias = dict[str, Any]
"""A stack in Terraform's JSON syntax."""

MARKS = ("Environment", "ManagedBy", "Project")
"""Tags that every resource of an environment has and keeps: what AWS gives an id of its own is known by them."""

_REGION = "us-east-1"
# What CDKTF writes of a value that is known at the apply alone.
_EXPRESSION = re.compile(r"\$\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_REFERENCE = re.compile(r"(?P<kind>(?:data\.)?[a-z]\w*)\.(?P<name>[\w-]+)(?:\[[^\]]*\])?\.(?P<attribute>\w+)")
_FIELD = re.compile(r"\{([a-z_][\w.]*)\}")
_CHOSEN = "terraform-"  # how the provider begins the names that it chooses
_DEFAULTS = {"path": "/", "event_bus_name": "default"}
_DEEPEST = 8  # references that lead to references


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a provider works, and as whom.

    Attributes:
        region: Its region.
        account: Its account, `*` where it is not known.
        role: ARN of the role that it takes on; empty for the credentials of whoever runs it.
        tags: The tags that it gives to everything.
    """

    region: str = _REGION
    account: str = EVERYTHING
    role: str = ""
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return partition_of(self.region)

    @property
    def dns_suffix(self) -> str:
        """The domain of the partition."""
        return dns_suffix(self.region)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A resource or data source of a stack.

    Attributes:
        document: The stack.
        kind: What its type needs.
        kinds: Every type, by its name.
        name: Its name in Terraform.
        body: Its arguments.
        where: Where its provider works.
    """

    document: Document
    kind: Kind
    kinds: Mapping[str, Kind]
    name: str
    body: Mapping[str, Any]
    where: Where

    @property
    def address(self) -> str:
        """Its address: `aws_ecr_repository.web`."""
        return f"{self.kind.type}.{self.name}"

    def raw(self, path: str) -> Any:
        """Return an argument as it is written, None for none.

        Args:
            path: Names joined by dots; of a list of blocks it goes into the first.
        """
        value: Any = self.body
        for part in path.split("."):
            if isinstance(value, list):
                value = value[0] if value else None
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def text(self, path: str) -> str:
        """Return an argument as text, with `*` for what is known at the apply alone; empty for none."""
        value = self.raw(path)
        if value is None and path in ("name", "bucket"):
            return f"{self.text(f'{path}_prefix') or _CHOSEN}{EVERYTHING}"
        if isinstance(value, bool | int | float):
            return str(value).lower()
        return self.resolved(value) if isinstance(value, str) else ""

    def texts(self, path: str) -> tuple[str, ...]:
        """Return the texts of an argument, one or several, without those that are empty."""
        value = self.raw(path)
        values = value if isinstance(value, list) else [value]
        return tuple(self.resolved(each) for each in values if isinstance(each, str) and each)

    def formatted(self, template: str) -> str:
        """Return a template with what its fields stand for."""

        def field(match: re.Match[str]) -> str:
            name = match[1]
            if name in ("partition", "region", "account", "dns_suffix"):
                return str(getattr(self.where, name))
            return self.text(name) or _DEFAULTS.get(name, EVERYTHING)

        return _FIELD.sub(field, template)

    def resolved(self, text: str, depth: int = 0) -> str:
        """Return a text with what its expressions refer to."""
        return _EXPRESSION.sub(lambda match: self._value(match[1].strip(), depth), text)

    def referred(self, path: str) -> Subject | None:
        """Return the resource of the stack that an argument refers to, where it is one reference alone."""
        value = self.raw(path)
        whole = _EXPRESSION.fullmatch(value) if isinstance(value, str) else None
        match = _REFERENCE.fullmatch(whole[1].strip()) if whole else None
        return None if match is None else self._other(match)

    def marks(self, key: str) -> Conditions:
        """Return the condition that something has this resource's standing tags, none where it has none.

        Args:
            key: `aws:ResourceTag` or `aws:RequestTag`.
        """
        own = self.body.get("tags")
        tags = {**self.where.tags, **(own if isinstance(own, Mapping) else {})}
        known = {name: tags[name] for name in MARKS if isinstance(tags.get(name), str) and "${" not in tags[name]}
        return {"StringEquals": {f"{key}/{name}": value for name, value in known.items()}} if known else {}

    def _value(self, expression: str, depth: int) -> str:
        match = _REFERENCE.fullmatch(expression)
        other = self._other(match) if match is not None and depth < _DEEPEST else None
        if match is None or other is None:
            return EVERYTHING
        attribute = match["attribute"]
        value = other.raw(attribute)
        if isinstance(value, str):
            return other.resolved(value, depth + 1)
        template = {"arn": other.kind.arn, **other.kind.attributes}.get(attribute)
        return EVERYTHING if template is None else other.formatted(template)

    def _other(self, match: re.Match[str]) -> Subject | None:
        section, _, kind = match["kind"].rpartition(".")
        body = self.document.get(section or "resource", {}).get(kind, {}).get(match["name"])
        known = self.kinds.get(match["kind"])
        if not isinstance(body, Mapping) or known is None:
            return None
        where = _where_of(self.document, body, self.where.account)
        return dataclasses.replace(self, kind=known, name=match["name"], body=body, where=where)


def subjects_of(document: Document, kinds: Mapping[str, Kind], account: str = EVERYTHING) -> Iterator[Subject]:
    """Return every resource and data source of a stack whose type is known.

    Args:
        document: The stack.
        kinds: Every type, by its name.
        account: The account where the stack says none.
    """
    for kind, name, body in bodies(document):
        if kind in kinds:
            where = _where_of(document, body, account)
            yield Subject(document=document, kind=kinds[kind], kinds=kinds, name=name, body=body, where=where)


def bodies(document: Document) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Return what a stack makes and reads: each with its type, its name and its arguments."""
    sections: list[tuple[str, Mapping[str, Any]]] = [
        ("", document.get("resource", {})),
        ("data.", document.get("data", {})),
        ("ephemeral.", document.get("ephemeral", {})),
        *(("data.", each.get("data", {})) for each in document.get("check", {}).values()),
    ]
    for prefix, types in sections:
        for kind, found in types.items():
            for name, body in found.items():
                yield f"{prefix}{kind}", name, body


def _where_of(document: Document, body: Mapping[str, Any], account: str) -> Where:
    """Return where the provider of a resource works."""
    named = str(body.get("provider") or "").removeprefix("${").removesuffix("}").partition(".")[2]
    blocks = document.get("provider", {}).get("aws", [{}])
    found = [each for each in (blocks if isinstance(blocks, list) else [blocks]) if each.get("alias", "") == named]
    block: Mapping[str, Any] = found[0] if found else {}
    allowed = [str(each) for each in block.get("allowed_account_ids") or () if "${" not in str(each)]
    roles = first_block(block.get("assume_role"))
    role = str(roles.get("role_arn") or "")
    of_role = role.split(":")[4] if role.count(":") >= 5 else ""
    of_role = "" if "${" in of_role else of_role
    tags = first_block(block.get("default_tags")).get("tags")
    # A resource may be in another region than its provider, since release 6.
    region = str(body.get("region") or block.get("region") or _REGION)
    return Where(
        region=EVERYTHING if "${" in region else region,
        account=allowed[0] if len(allowed) == 1 else of_role or account,
        role=role,
        tags=tags if isinstance(tags, Mapping) else {},
    )


def first_block(block: Any) -> Mapping[str, Any]:
    """Return a block of Terraform, which may be written as a list of one."""
    if isinstance(block, Sequence) and not isinstance(block, str):
        block = block[0] if block else {}
    return block if isinstance(block, Mapping) else {}
