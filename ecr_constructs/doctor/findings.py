"""A difference between what is published and what should be."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

__all__ = ["REMEDIES", "Examination", "Finding", "Kind"]

Kind: TypeAlias = Literal["missing", "stale", "foreign", "undescribed"]
"""Not there, though the file publishes it; there with another value than ECR's; about something else than what the
file describes; there, and described by the file no more."""

REMEDIES: Mapping[Kind, str] = MappingProxyType(
    {
        "missing": "deploy the environment.",
        "stale": "deploy the environment, which writes what ECR has.",
        "foreign": "give one of those who publish there another ecr_ssm_prefix, or delete what nobody reads.",
        "undescribed": "a deployment deletes what Terraform has made; delete by hand whatever stays after it.",
    }
)
"""What to do about each kind."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One difference.

    Attributes:
        kind: What kind of difference it is.
        parameter: Full name of the parameter, or the path of a repository's parameters where it is about them all.
        logical_name: The name that is published there; empty for a parameter that belongs to none.
        detail: What is there and what should be, as a clause.
    """

    kind: Kind
    parameter: str
    logical_name: str
    detail: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What an environment was compared with, and every difference.

    Attributes:
        environment: Its name.
        account_id: The account that was asked.
        region: The region that was asked.
        prefix: The path below which it publishes.
        repositories: How many repositories it publishes.
        parameters: How many parameters there are below the prefix.
        findings: The differences, sorted by parameter.
    """

    environment: str
    account_id: str
    region: str
    prefix: str
    repositories: int
    parameters: int
    findings: tuple[Finding, ...]
