"""Repositories that are there already, and that a change has this app take over with all that is set on them."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.core.adoption import adopted_parts
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.said import said_of_one

__all__ = ["judge_adoption", "newly_adopted"]


def judge_adoption(change: Change) -> Iterator[Finding]:
    """Yield which repositories are newly adopted, of which nobody knows how they are set."""
    for pair in change.changed:
        for repository in newly_adopted(pair):
            if change.base.made_as(repository) is None:
                yield Finding(
                    code="repository-adopted",
                    severity="attention",
                    consequence="deletes images",
                    environment=pair.name,
                    **said_of_one(repository, repository, "adopt"),
                    repositories=(repository.logical_name,),
                    what="is adopted: its policies and its tags' mutability become those of this file, and if it is "
                    "encrypted otherwise Terraform replaces it, with all of its images",
                    fix="Write out what it has now, and look at the plan before it is applied.",
                )


def newly_adopted(pair: EnvironmentPair) -> Iterator[DeclaredRepository]:
    """Yield the repositories that are there already, and were not made by the environment before."""
    for each in pair.made:
        if each.before is None and each.after is not None and "repository" in adopted_parts(each.after.options.adopt):
            yield each.after
