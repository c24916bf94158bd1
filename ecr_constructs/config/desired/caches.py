"""What is wanted of pull-through caches."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired.fields import same_fields
from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.caches import PullThroughCacheOptions
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.registry.caches import PullThroughRule
from ecr_constructs.core.registry.upstreams import find_upstream

__all__ = ["caches_of"]


def caches_of(environment: Environment) -> Iterator[Wanted]:
    """Return the pull-through caches; who may fill them is told by `registry_grants_of`."""
    for prefix, options in sorted(environment.settings.ecr_pull_through_caches.items()):
        address, path = terraform_address(prefix), ("ecr_pull_through_caches", prefix)
        rule = _cache(prefix, options)
        secret = [] if rule.made_secret is None else [("secret", rule.made_secret, ("create_secret",))]
        yield Wanted(
            value=rule,
            path=path,
            construct="PullThroughCache",
            id=f"Cache_{address}",
            logical_id=address,
            keywords={
                **keywords_of(rule, "upstream"),
                "upstream": options.upstream,
            },
            # The prefix is the key itself.
            paths={"ecr_repository_prefix": ()},
            names=(("cache", prefix, ()), *secret),
        )


def _cache(prefix: str, options: PullThroughCacheOptions) -> PullThroughRule:
    said = same_fields(PullThroughRule, options, "upstream")
    if "create_secret" in options.model_fields_set and not options.create_secret:
        said["recovery_window_in_days"] = None  # waits for the secret to be made
    return PullThroughRule(ecr_repository_prefix=prefix, upstream=find_upstream(options.upstream)[0], **said)
