"""What is wanted of public repositories."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired.fields import same_fields
from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.public import PublicRepositoryOptions
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.names import check_logical_name, terraform_address
from ecr_constructs.core.registry.public import PUBLIC_REGION, PublicSettings

__all__ = ["public_of"]


def public_of(environment: Environment) -> Iterator[Wanted]:
    """Return the public repositories."""
    settings = environment.settings
    for name, said in sorted(settings.ecr_public_repositories.items()):
        options = said or PublicRepositoryOptions()
        value = PublicSettings(
            **same_fields(PublicSettings, options, "repository_name"),
            repository_name=options.repository_name or ("unnamed" if check_logical_name(name) else name),
        )
        address = terraform_address(name)
        yield Wanted(
            value=value,
            path=("ecr_public_repositories", name),
            construct="PublicRepository",
            id=f"Public_{address}",
            logical_id=address,
            keywords={
                **keywords_of(value),
                "tags": environment.tags_of(name, options.tags),
                **({"prevent_destroy": True} if settings.protected else {}),
            },
            paths={} if options.repository_name is not None else {"repository_name": ()},
            region=PUBLIC_REGION,
            names=(("public repository", value.repository_name, ()),),
            within="an account",
        )
