"""What a synthesised document must say differently to be applied to the embedded AWS. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecr_constructs.sandbox.buckets import fit_buckets
from ecr_constructs.sandbox.changes import Change, Changes
from ecr_constructs.sandbox.fit import Document, Schema, fit
from ecr_constructs.sandbox.oidc import fit_oidc_providers
from ecr_constructs.sandbox.references import without_dangling

__all__ = ["ACCESS_KEY", "SECRET_KEY", "account_of", "adapt", "region_of", "without_prevent_destroy"]

ACCESS_KEY = "sandbox"
"""The access key id for the embedded AWS, which takes any."""

SECRET_KEY = "sandbox"  # noqa: S105  # no secret: the embedded AWS takes any
"""The secret access key for the embedded AWS, which takes any."""

_DEFAULT_ACCOUNT = "123456789012"

# The services that a stack of this kind uses, each with its name in the provider's `endpoints` now and before 4.0. The
# provider asks ec2 and sts for itself. Others are led to the embedded AWS by the variable of `Session`.
_SERVICES = (
    ("ec2",),
    ("ecr",),
    ("ecrpublic",),
    ("ecs",),
    ("events", "cloudwatchevents"),
    ("iam",),
    ("inspector2",),
    ("kms",),
    ("lambda",),
    ("logs", "cloudwatchlogs"),
    ("organizations",),
    ("s3",),
    ("secretsmanager",),
    ("sns",),
    ("ssm",),
    ("sts",),
)

# Arguments of the provider that say nothing about how to reach the AWS or who asks.
_KEPT = frozenset(
    {"//", "alias", "allowed_account_ids", "default_tags", "forbidden_account_ids", "ignore_tags", "region"}
)

# Of Terraform's settings, those that say what is applied; and those in whose place the sandbox has its own. Others say
# where the state is and with what it is encrypted, some of them by programs and services that are real.
_KEPT_SETTINGS = frozenset({"//", "experiments", "required_providers"})
_REPLACED_SETTINGS = frozenset({"backend", "cloud", "required_version"})

# What moto 5.2 does not have.
_NOT_EMBEDDED = (
    "aws_ecr_account_setting",
    "aws_ecr_pull_through_cache_rule",
    "aws_ecr_pull_time_update_exclusion",
    "aws_ecr_repository_creation_template",
    "aws_ecrpublic_repository",
    "aws_ecrpublic_repository_policy",
    "aws_eks_pod_identity_association",
)


def adapt(
    document: Document,
    *,
    endpoint: str,
    state: str | None = None,
    version: str | None = None,
    schema: Schema | None = None,
) -> tuple[Document, tuple[Change, ...]]:
    """Return a document that can be applied to the embedded AWS, and what is left out or different for it.

    Args:
        document: The synthesised document; it is not changed.
        endpoint: The embedded AWS: `http://127.0.0.1:5000`.
        state: A path for the state; default: `terraform.tfstate` where Terraform runs.
        version: The provider's release to pin; default: what the document asks for.
        schema: That release's schema, where it may be older than what the document is written for.
    """
    changes = Changes()
    adapted = dict(document)
    adapted["terraform"] = _terraform(document.get("terraform", {}), state, version, changes)
    adapted["provider"] = {**document.get("provider", {}), "aws": _providers(document, endpoint, schema)}
    if adapted.pop("import", None):
        changes.add("left out the import blocks", "the embedded AWS starts empty")
    if "resource" in document:
        adapted["resource"] = {kind: body for kind, body in document["resource"].items() if kind not in _NOT_EMBEDDED}
        for kind in _NOT_EMBEDDED:
            for name in document["resource"].get(kind, ()):
                changes.add(f"left out {kind}", "the embedded AWS does not have it", name)
        adapted = without_dangling(
            adapted, before=document, known=lambda _kind, _type, attribute: (attribute, False), changes=changes
        )
    if "terraform_remote_state" in document.get("data", {}):
        adapted["data"] = {
            **adapted["data"],
            "terraform_remote_state": {
                name: _remote_state(body, endpoint) for name, body in document["data"]["terraform_remote_state"].items()
            },
        }
    if schema is None or version is None:
        return adapted, changes.all()
    adapted = fit_oidc_providers(
        adapted, schema, version, account=account_of(document), region=region_of(document), changes=changes
    )
    adapted = fit_buckets(adapted, schema, version, changes=changes)
    fitted, left_out = fit(adapted, schema, version)
    return fitted, (*changes.all(), *left_out)


def account_of(document: Document) -> str:
    """Return the account that a document is for: the first that its provider allows, else a made-up one."""
    for block in _aws_blocks(document):
        for account in block.get("allowed_account_ids") or ():
            if re.fullmatch(r"\d{12}", str(account)):
                return str(account)
    return _DEFAULT_ACCOUNT


def region_of(document: Document) -> str:
    """Return the region of a document's provider, `us-east-1` where it says none."""
    for block in _aws_blocks(document):
        if "region" in block and "alias" not in block:
            return str(block["region"])
    return "us-east-1"


def without_prevent_destroy(document: Document) -> tuple[Document, tuple[str, ...]]:
    """Return a document whose resources can all be destroyed, and the names of those that could not."""
    resources: dict[str, Any] = {}
    names = []
    for kind, bodies in document.get("resource", {}).items():
        resources[kind] = {}
        for name, body in bodies.items():
            if body.get("lifecycle", {}).get("prevent_destroy"):
                names.append(f"{kind}.{name}")
                lifecycle = {key: value for key, value in body["lifecycle"].items() if key != "prevent_destroy"}
                body = {**body, "lifecycle": lifecycle}
            resources[kind][name] = body
    return ({**document, "resource": resources} if names else document), tuple(names)


def _terraform(settings: Mapping[str, Any], state: str | None, version: str | None, changes: Changes) -> dict[str, Any]:
    kept = {key: value for key, value in settings.items() if key in _KEPT_SETTINGS}
    for key in settings.keys() - _KEPT_SETTINGS - _REPLACED_SETTINGS:
        changes.add(f"left out terraform.{key}", "the sandbox has a state of its own, on this machine")
    if state is not None:
        kept["backend"] = {"local": {"path": state}}
    if version is not None:
        kept["required_providers"] = {
            **settings.get("required_providers", {}),
            "aws": {"source": "hashicorp/aws", "version": version},
        }
    return kept


def _aws_blocks(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    blocks = document.get("provider", {}).get("aws", [{}])
    return blocks if isinstance(blocks, list) else [blocks]


def _providers(document: Mapping[str, Any], endpoint: str, schema: Schema | None) -> list[dict[str, Any]]:
    block = schema["provider"]["block"] if schema is not None else None
    # Before 4.0 some settings and services had other names, and no variable led every service elsewhere.
    old = block is not None and "s3_use_path_style" not in block["attributes"]
    endpoints = _every_endpoint(block) if old and block is not None else _endpoints(block)
    settings = {
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "endpoints": [dict.fromkeys(endpoints, endpoint)],
        "max_retries": 3,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": True,
        "skip_region_validation": True,
    }
    settings["s3_force_path_style" if old else "s3_use_path_style"] = True
    if old:  # it also asked which platform the account has
        settings["skip_get_ec2_platforms"] = True
    return [
        {**{key: value for key, value in each.items() if key in _KEPT}, **settings} for each in _aws_blocks(document)
    ]


def _endpoints(block: Mapping[str, Any] | None) -> list[str]:
    """Return the services by the names that a provider knows; without a schema, by those of its present releases."""
    if block is None:
        return [names[0] for names in _SERVICES]
    known = _every_endpoint(block)
    return [name for names in _SERVICES for name in [next((name for name in names if name in known), "")] if name]


def _every_endpoint(block: Mapping[str, Any]) -> list[str]:
    return list(block["block_types"]["endpoints"]["block"]["attributes"])


def _remote_state(body: Mapping[str, Any], endpoint: str) -> dict[str, Any]:
    """Return a data source that reads the same object from the embedded AWS; other backends are refused before."""
    config = body["config"]
    where = {key: config[key] for key in ("bucket", "key", "region", "workspace_key_prefix") if key in config}
    # These names are understood by Terraform 1.6 and newer and by every OpenTofu.
    return {
        **body,
        "config": {
            **where,
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
            "endpoints": {"s3": endpoint, "sts": endpoint},
            "skip_credentials_validation": True,
            "skip_metadata_api_check": True,
            "skip_region_validation": True,
            "skip_requesting_account_id": True,
            "use_path_style": True,
        },
    }
