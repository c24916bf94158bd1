"""What is deployed, and the repository of its images."""

from __future__ import annotations

import dataclasses
from typing import Self

from ecr_constructs.core.aws import registry_host
from ecr_constructs.core.events.inputs import Subject
from ecr_constructs.core.places import Place
from ecr_constructs.core.tokens import is_unresolved

__all__ = ["Workload"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What is deployed, and the repository of its images.

    Attributes:
        name: What events and the target call it.
        repository_name: Name of the repository.
        account_id: Account of the repository.
        region: Region of the repository.
        url: Where it is pulled from, without a tag.
        aliases: Other names by which an event may ask for it.
    """

    name: str
    repository_name: str
    account_id: str
    region: str
    url: str
    aliases: tuple[str, ...] = ()

    @classmethod
    def of_arn(cls, name: str, repository_arn: str, place: Place, aliases: tuple[str, ...] = ()) -> Self:
        """Return a workload whose repository is known by its ARN, of which the account may be a token."""
        _, _, _, region, account_id, resource = repository_arn.split(":", 5)
        repository_name = resource.removeprefix("repository/")
        suffix = place.dns_suffix if is_unresolved(region) else None
        url = f"{registry_host(account_id, region, suffix)}/{repository_name}"
        return cls(
            name=name,
            repository_name=repository_name,
            account_id=account_id,
            region=region,
            url=url,
            aliases=aliases,
        )

    @property
    def subject(self) -> Subject:
        """What a target is told of it."""
        return Subject(repository_name=self.repository_name, url=self.url, workload=self.name)
