"""How the table says what a type of Terraform resource needs of AWS."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from ecr_constructs.core.conditions import Conditions

if TYPE_CHECKING:
    from ecr_constructs.deploying.subjects import Subject

__all__ = ["EVERYTHING", "Kind", "Need", "Purpose", "Targets", "destroys", "links_service", "passes", "reads", "writes"]

Targets: TypeAlias = "str | Callable[[Subject], Sequence[str]]"
"""ARNs: a template with `{region}` and arguments of the resource, or what finds them."""

EVERYTHING = "*"
"""The resource of actions that AWS restricts to none, by its Service Authorization Reference."""


class Purpose(StrEnum):
    """What an action is needed for."""

    READ = "read"
    """A plan looks at what is there."""

    WRITE = "write"
    """An apply makes and changes, and takes away again what another apply makes as it was."""

    DESTROY = "destroy"
    """An apply takes away what is lost with it: images, keys, secrets, logs, subscriptions."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Actions that a resource needs.

    Attributes:
        purpose: What for.
        actions: Such as `ecr:DescribeRepositories`.
        on: What they act on; None for the resource itself.
        conditions: Conditions of IAM, where AWS has one that fits.
        when: Whether this one of the resources needs them; None for all.
        because: Why, where the API calls of the provider do not show it: a page of AWS.
    """

    purpose: Purpose
    actions: tuple[str, ...]
    on: Targets | None = None
    conditions: Callable[[Subject], Conditions] | None = None
    when: Callable[[Subject], bool] | None = None
    because: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of Terraform resource, or of data source.

    Attributes:
        type: `aws_ecr_repository`; of a data source `data.aws_kms_alias`.
        feature: What it is part of, for people.
        arn: Its ARN, a template: `{partition}`, `{region}`, `{account}`, and its own arguments by name.
        attributes: What other resources may refer to and is no argument, as templates: `arn` is there by itself.
        needs: What it needs.
    """

    type: str
    feature: str
    arn: str = EVERYTHING
    attributes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    needs: tuple[Need, ...] = ()


def reads(
    *actions: str,
    on: Targets | None = None,
    conditions: Callable[[Subject], Conditions] | None = None,
    when: Callable[[Subject], bool] | None = None,
    because: str = "",
) -> Need:
    """Return what a plan needs; see `Need`."""
    return Need(purpose=Purpose.READ, actions=actions, on=on, conditions=conditions, when=when, because=because)


def writes(
    *actions: str,
    on: Targets | None = None,
    conditions: Callable[[Subject], Conditions] | None = None,
    when: Callable[[Subject], bool] | None = None,
    because: str = "",
) -> Need:
    """Return what an apply needs besides; see `Need`."""
    return Need(purpose=Purpose.WRITE, actions=actions, on=on, conditions=conditions, when=when, because=because)


def destroys(
    *actions: str,
    on: Targets | None = None,
    conditions: Callable[[Subject], Conditions] | None = None,
    because: str = "",
) -> Need:
    """Return what takes away something that is lost then; see `Need`."""
    return Need(purpose=Purpose.DESTROY, actions=actions, on=on, conditions=conditions, because=because)


def passes(argument: str, service: str) -> Need:
    """Return what it needs to hand a role to a service.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html

    Args:
        argument: The path of the argument with the role's ARN.
        service: Whom it is passed to.
    """

    def roles(subject: Subject) -> Sequence[str]:
        any_role = subject.formatted("arn:{partition}:iam::{account}:role/*")
        return [any_role if role == EVERYTHING else role for role in subject.texts(argument)]

    return writes(
        "iam:PassRole",
        on=roles,
        conditions=lambda _: {"StringEquals": {"iam:PassedToService": service}},
        when=lambda subject: bool(subject.texts(argument)),
        because="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    )


def links_service(service: str, role: str, *, because: str, when: Callable[[Subject], bool] | None = None) -> Need:
    """Return what lets a service make the role that it acts with, the first time.

    Args:
        service: The service, such as `replication.ecr.amazonaws.com`.
        role: The name of its role.
        because: The page that asks for it.
        when: Whether a resource needs it; None for all.
    """
    return writes(
        "iam:CreateServiceLinkedRole",
        on=f"arn:{{partition}}:iam::{{account}}:role/aws-service-role/{service}/{role}",
        conditions=lambda _: {"StringEquals": {"iam:AWSServiceName": service}},
        when=when,
        because=because,
    )
