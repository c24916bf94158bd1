"""Public repositories."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired import public_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.public import PublicRepositoryOptions
from ecr_constructs.core.names import check_logical_name
from ecr_constructs.core.registry.public import PublicSettings, gallery_notices
from ecr_constructs.core.tags import MOST_TAGS
from ecr_constructs.errors import Problem, show

__all__ = ["check_public_names", "check_public_partition", "check_public_tags", "point_out_undiscoverable"]


def check_public_partition(environment: Environment) -> Iterator[Problem]:
    """Check that public repositories can be made from where the environment is."""
    settings = environment.settings
    if settings.ecr_public_repositories and environment.partition != "aws":
        fix = "Public repositories exist in the partition aws alone."
        rule = "must come with a region of the partition aws"
        yield Problem(("ecr_public_repositories",), "public-region", rule, show(settings.region), fix)


def check_public_names(environment: Environment) -> Iterator[Problem]:
    """Check the logical names, and that no two have the same name in the public registry."""
    first: dict[str, str] = {}
    for name, options in environment.settings.ecr_public_repositories.items():
        path, said = ("ecr_public_repositories", name), options or PublicRepositoryOptions()
        yield from check_logical_name(name, *path)
        owner = first.setdefault(said.repository_name or name, name)
        if owner != name:
            rule = f"must have a name of its own; {owner} is {said.repository_name or name} too"
            yield Problem(path, "repository-name-taken", rule, "", "Give one of the two another repository_name.")


def check_public_tags(environment: Environment) -> Iterator[Problem]:
    """Check that a public repository can have its own tags as well as those of every resource."""
    for name, options in environment.settings.ecr_public_repositories.items():
        number = len({**environment.tags, **(options.tags if options else {})})
        if len(environment.tags) <= MOST_TAGS < number:
            rule = f"must have at most {MOST_TAGS} entries, with those of every resource"
            yield Problem(("ecr_public_repositories", name, "tags"), "tags", rule, f"{number}", "Remove some.")


def point_out_undiscoverable(environment: Environment) -> Iterator[Problem]:
    """Point out what the public gallery neither shows nor finds."""
    for wanted in public_of(environment):
        if isinstance(wanted.value, PublicSettings):
            yield from map(wanted.said, gallery_notices(wanted.value))
