"""Where a registry is: its account and region, as far as they are known."""

from __future__ import annotations

import dataclasses
from typing import Protocol

from ecr_constructs.core.aws import dns_suffix, partition_of

__all__ = ["KnownPlace", "Place"]

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
