"""What is to be known of images before one believes what a policy does to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import replication_destinations_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.aws import registry_host
from ecr_constructs.core.lifecycle import LifecycleRule
from ecr_constructs.lifecycle.in_use import InUse
from ecr_constructs.lifecycle.listing import Listing

__all__ = ["host_of", "notes_of_listing", "notes_of_references", "notes_of_replicas"]

_MOST_NAMED = 5


def host_of(environment: Environment | None, registry_id: str | None) -> str | None:
    """Return the host of the registry of images, as far as account and region are known.

    Args:
        environment: The environment that they are of, where one is named.
        registry_id: The account of the registry, where it is known by them.
    """
    account_id = registry_id or (None if environment is None else environment.settings.account_id)
    return None if environment is None or account_id is None else registry_host(account_id, environment.settings.region)


def notes_of_listing(
    listing: Listing,
    rules: Iterable[LifecycleRule],
    *,
    repository: DeclaredRepository | None,
    environment: Environment | None,
    left_out: int,
    is_asked: bool,
) -> Iterator[str]:
    """Yield whose images they are, if not the repository's, and what of them is not known or not listed.

    Args:
        listing: The images.
        rules: The rules of the policy that is looked at.
        repository: The repository whose policy is looked at, where one is named.
        environment: Its environment.
        left_out: How many images are left out, because they were pushed after the time that is looked at.
        is_asked: Whether AWS was asked for them.
    """
    if repository is not None and listing.repository_name not in (None, repository.repository_name):
        yield f"The images are those of {listing.repository_name}, not of {repository.repository_name}."
    account_id = None if environment is None else environment.settings.account_id
    if None not in (account_id, listing.registry_id) and account_id != listing.registry_id:
        yield f"The images are those of account {listing.registry_id}, not of {account_id}."
    if left_out:
        yield f"{left_out:,} of the images that are listed were pushed after that time, and are left out."
    if number := len(listing.unread_indexes):
        lists = "1 manifest list is" if number == 1 else f"{number:,} manifest lists are"
        remedy = (
            "ECR does not show it, as of archived ones."
            if is_asked
            else "add what `aws ecr batch-get-image` prints of them to --images, or use --from-aws."
        )
        yield (
            f"{lists} there of which nothing says what they refer to, so that its images are not kept by it, and it "
            f"does not count as deployed with them: {remedy}"
        )
    archive = any(each.selected_class == "archive" for each in rules)
    if archive and not is_asked and all(each.storage_class == "standard" for each in listing.images):
        yield (
            "No archived images are listed: `aws ecr describe-images` lists them with --filter imageStatus=ANY alone."
        )


def notes_of_replicas(rules: Iterable[LifecycleRule], repository: DeclaredRepository | None) -> Iterator[str]:
    """Yield where else an image goes that a policy expires.

    Args:
        rules: The rules of the policy that is looked at.
        repository: The repository whose images are looked at, where one is named.
    """
    destinations = () if repository is None else replication_destinations_of(repository)
    gone = dict.fromkeys(each.region for each in destinations if each.deletions_replicated)
    if gone and any(each.action_type == "expire" for each in rules):
        yield f"What expires goes at {', '.join(gone)} as well: by the file, deletions are replicated there."


def notes_of_references(in_use: InUse) -> Iterator[str]:
    """Yield what references there are that are not to the repository, or may be to it all the same."""
    if in_use.elsewhere:
        others = "1 reference is" if in_use.elsewhere == 1 else f"{in_use.elsewhere:,} references are"
        yield f"{others} to other repositories."
    if in_use.doubtful:
        first, more = sorted(in_use.doubtful)[:_MOST_NAMED], len(in_use.doubtful) - _MOST_NAMED
        others = f" and {more:,} more" if more > 0 else ""
        these = "Of these, look" if in_use.elsewhere else "Look"
        yield (
            f"{these} yourself at {', '.join(first)}{others}: a repository of this name in another registry "
            "may hold replicas, which go with their source where deletions are replicated, and an id of Docker names "
            "no image of a registry."
        )
