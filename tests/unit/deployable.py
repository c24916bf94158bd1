"""Stacks in few words, and what the deploying role may do with them."""

from __future__ import annotations

from typing import Any

from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.deploying.derive import derive

__all__ = [
    "ACCOUNT",
    "MARKS",
    "REGION",
    "ROLE",
    "S3",
    "WEB",
    "actions",
    "allowed",
    "in_another_account",
    "stack",
    "statements",
]

ACCOUNT, REGION = "111111111111", "eu-west-1"
MARKS = {"Environment": "dev", "ManagedBy": "ecr-constructs", "Project": "shop"}
S3 = {"bucket": "states", "key": "ecr/dev", "region": REGION}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"


def stack(resource: dict[str, Any], **more: Any) -> dict[str, Any]:
    provider = {"region": REGION, "allowed_account_ids": [ACCOUNT], "default_tags": [{"tags": MARKS}]}
    return {"provider": {"aws": [provider]}, "resource": resource, "terraform": {}, **more}


def statements(document: dict[str, Any], **options: Any) -> list[PolicyStatement]:
    derived = derive({"dev": document}, **options)
    return list(derived.statements[derived.role])


def allowed(document: dict[str, Any], action: str, **options: Any) -> list[dict[str, Any]]:
    """Return where an action is allowed, and when."""
    found = [each.to_document() for each in statements(document, **options) if action in each.actions]
    return [{key: each[key] for key in ("Resource", "Condition") if key in each} for each in found]


def actions(document: dict[str, Any], **options: Any) -> set[str]:
    return {action for each in statements(document, **options) for action in each.actions}


WEB = {"aws_ecr_repository": {"web": {"name": "shop/web"}}}


def in_another_account() -> dict[str, Any]:
    document = stack(WEB, terraform={"backend": {"s3": S3}})
    document["provider"]["aws"][0]["assume_role"] = [{"role_arn": ROLE}]
    return document
