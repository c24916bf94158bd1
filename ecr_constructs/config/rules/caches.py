"""Pull-through caches: the registry that is cached, the secrets, and whether who fills a cache may pull from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from ecr_constructs.config.desired import caches_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.core.registry.pulls import cache_notices
from ecr_constructs.core.registry.templates import CreationTemplate
from ecr_constructs.core.registry.upstreams import find_upstream
from ecr_constructs.errors import Problem

__all__ = ["check_secrets", "check_upstreams", "point_out_closed_caches", "templates_in"]


def check_upstreams(environment: Environment) -> Iterator[Problem]:
    """Check that ECR can cache what is named."""
    for prefix, options in environment.settings.ecr_pull_through_caches.items():
        for problem in find_upstream(options.upstream)[1]:
            if options.upstream == "ecr":
                fix = "Write the host of the registry, as in 111111111111.dkr.ecr.us-east-1.amazonaws.com."
                problem = dataclasses.replace(problem, fix=fix)
            yield problem.under("ecr_pull_through_caches", prefix)


def check_secrets(environment: Environment) -> Iterator[Problem]:
    """Check that no two caches make the same secret."""
    first: dict[str, str] = {}
    for wanted in caches_of(environment):
        prefix = str(wanted.path[-1])
        for kind, name, _ in wanted.names:
            if kind == "secret" and (owner := first.setdefault(name, prefix)) != prefix:
                rule = f"must make a secret of its own; {owner} makes {name} too"
                fix = "Give one of the two another secret_name, or use the secret of the other by its name."
                yield Problem((*wanted.path, "secret_name"), "secret-taken", rule, "", fix)


def point_out_closed_caches(environments: Environments) -> Iterator[Located]:
    """Point out accounts that may have images cached, and that no creation template of the registry lets pull."""
    for sharing in environments.registries.values():
        templates = templates_in(sharing.values())
        for file, environment in sharing.items():
            for prefix, cache in environment.settings.ecr_pull_through_caches.items():
                path = ("ecr_pull_through_caches", prefix)
                for notice in cache_notices(prefix, cache.principals, templates, environment.place):
                    fix = "Add it to allowed_account_ids of the creation_template of the cache, or that of its prefix."
                    yield file, dataclasses.replace(notice, fix=fix).under(*path)


def templates_in(sharing: Iterable[Environment]) -> list[CreationTemplate]:
    """Return the creation templates of the environments of one registry."""
    found = (wanted.value for environment in sharing for wanted in templates_of(environment))
    return [each for each in found if isinstance(each, CreationTemplate)]
