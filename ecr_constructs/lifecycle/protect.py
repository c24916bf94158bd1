"""Tags to protect, by which nothing that is deployed goes, instead of another number for a rule."""

from __future__ import annotations

import dataclasses

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired.repositories import retention_of
from ecr_constructs.core.lifecycle import compose_retention
from ecr_constructs.core.lifecycle.evaluate import Assumptions
from ecr_constructs.lifecycle.preview import Preview, preview

__all__ = ["protecting_tags"]

_MOST = 5


def protecting_tags(found: Preview, repository: DeclaredRepository, assumptions: Assumptions) -> tuple[str, ...]:
    """Return all `protected_tags` of a repository as they would keep what is deployed.

    Args:
        found: What would happen.
        repository: The repository.
        assumptions: What it was made with.

    Returns:
        The tags; none where an image has no tag, where they would be many, or where they would not keep it: as with a
        rule that has a priority of its own, or a policy that is written as AWS's document.
    """
    tags: dict[str, None] = {}
    for outcome in found.lost:
        image = outcome.image
        if not image.tags:
            return ()
        reference = found.in_use[image.digest].partition(" ")[0]
        tags[reference if reference in image.tags else image.tags[0]] = None
    retention = retention_of(repository)
    if len(tags) > _MOST or retention.lifecycle_policy is not None:
        return ()
    protected = (*retention.protected_tags, *tags)
    rules, problems = compose_retention(dataclasses.replace(retention, protected_tags=protected))
    if problems:
        return ()
    images = [outcome.image for outcome in found.outcomes]
    then = preview(rules, images, at=found.at, in_use=found.in_use, assumptions=assumptions)
    return () if then.lost else protected
