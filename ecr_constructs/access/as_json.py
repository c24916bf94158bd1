"""Who may do what, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ecr_constructs.access.decided import Access
from ecr_constructs.access.matrix import EnvironmentAccess
from ecr_constructs.access.needs import is_needed, needs_of
from ecr_constructs.access.sites import Site
from ecr_constructs.access.told import as_said, because_of, conditions_of, principal_of
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_json", "principal_as_json"]


def as_json(found: Sequence[EnvironmentAccess], _screen: Screen) -> Iterator[str]:
    """Return one JSON object.

    Its key `environments` has each environment with `name`, `repositories`, `roles` and `needs`; a repository has
    `logical_name`, `repository_name`, `kind` and `principals`, and a principal what `principal_as_json` says.
    """
    yield json.dumps({"environments": [_environment(each) for each in found]}, indent=2)


def principal_as_json(access: Access, site: Site) -> dict[str, object]:
    """Return what a principal may do: each ability as `yes`, `no` or `depends`, and why."""
    return {
        "principal": principal_of(access),
        **{ability.value: access.answer(ability).value for ability in Ability},
        "because": list(because_of(access)),
        "conditions": list(conditions_of(access)),
        "needs": list(is_needed(access, site)),
        "wide": access.wide,
        "on_behalf_of": [as_said(each) for each in access.sources],
    }


def _environment(found: EnvironmentAccess) -> dict[str, object]:
    # Those of a group are the same.
    principals = {
        id(each): [principal_as_json(access, sites[0]) for access in each] for sites, each in found.groups if each
    }
    return {
        "name": found.environment.name,
        "repositories": [
            {
                "logical_name": each.site.logical_name,
                "repository_name": each.site.repository_name,
                "kind": each.site.kind,
                "principals": principals.get(id(each.principals), []),
            }
            for each in found.repositories
        ],
        "roles": [
            {"name": each.name, "environment": each.environment.name, "assumed_by": list(each.assumed_by)}
            for each in found.holders
            if each.assumed_by
        ],
        "needs": [
            {"principals": list(need.principals), "statements": [each.to_document() for each in need.statements]}
            for need in needs_of(found.repositories)
        ],
    }
