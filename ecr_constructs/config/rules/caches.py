"""Pull-through caches: the registry that is cached, and the secrets."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecr_constructs.config.desired import caches_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.registry.upstreams import find_upstream
from ecr_constructs.errors import Problem

__all__ = ["check_secrets", "check_upstreams"]


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
