"""Where a registry is: its account and region, as far as they are known."""

from __future__ import annotations

import dataclasses
from typing import Protocol

from ecr_constructs.core.aws import dns_suffix, partition_of
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["KnownPlace", "Place", "check_arn_place", "known_partition"]

_ANY_ACCOUNT_ID = "0" * 12


class Place(Protocol):
    """The account and region of a registry.

    `region`, `account_id`, `partition` and `dns_suffix` can always be put into a document, as text or as what Terraform
    replaces by it; `known_region` and `known_account_id` are None where that is not text yet.
    """

    @property
    def known_region(self) -> str | None:
        """The region, where it is known."""

    @property
    def known_account_id(self) -> str | None:
        """The account, where it is known."""

    @property
    def region(self) -> str:
        """The region."""

    @property
    def account_id(self) -> str:
        """The account."""

    @property
    def partition(self) -> str:
        """The partition of the region, such as `aws`."""

    @property
    def dns_suffix(self) -> str:
        """The domain of the partition, such as `amazonaws.com`."""


def known_partition(place: Place) -> str | None:
    """Return the partition of a place, where its region is known."""
    return None if place.known_region is None else partition_of(place.known_region)


def check_arn_place(arn: object, place: Place, *path: str | int, code: str, what: str) -> list[Problem]:
    """Check that what an ARN names lies where a registry is, as far as both are known.

    Its form is another check's matter; a global ARN, such as that of a role, has no region.

    Args:
        arn: The ARN.
        place: Where the registry is.
        *path: Where the ARN is said.
        code: Code of the problem.
        what: What it names, for the message.
    """
    parts = arn.split(":") if isinstance(arn, str) and not is_unresolved(arn) else []
    region, partition = place.known_region, known_partition(place)
    if region is None or len(parts) < 6 or (parts[1] == partition and parts[3] in ("", region)):
        return []
    where, of = (f"the partition {partition}", "partition") if parts[3] in ("", region) else (region, "region")
    return [Problem(path, code, f"must lie in {where}", show(arn), f"Use {what} of that {of}.")]


@dataclasses.dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place of which the region is known, as of an environment; an account that is not is any of 12 digits."""

    region: str
    known_account_id: str | None = None

    @property
    def known_region(self) -> str:
        """The region."""
        return self.region

    @property
    def account_id(self) -> str:
        """The account, or a number that is as long."""
        return self.known_account_id or _ANY_ACCOUNT_ID

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return partition_of(self.region)

    @property
    def dns_suffix(self) -> str:
        """The domain of the partition."""
        return dns_suffix(self.region)
