"""Which repository of an environment a text names."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from ecr_constructs.access.sites import Site
from ecr_constructs.config.declared import nearest_repository
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.aws import RepositoryArn, parse_repository_arn, parse_repository_uri
from ecr_constructs.core.evaluation.wildcards import SOME
from ecr_constructs.core.images import DIGEST, TAG
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.errors import Problem, nearest, show

__all__ = ["site_named"]

_IMAGE = re.compile(rf"([^:@]+)(?::{TAG.pattern})?(?:@{DIGEST.pattern})?")


def site_named(text: str, sites: Sequence[Site], environment: Environment) -> tuple[Site | None, list[Problem]]:
    """Return the repository of a logical name, a name, a URI or an ARN, also one that ECR makes by itself.

    A tag and a digest behind it say nothing more: who may pull an image is who may pull of its repository.

    Args:
        text: What is written.
        sites: The repositories of the environment.
        environment: The environment.
    """
    image = _IMAGE.fullmatch(text)
    name = text if image is None else image[1]
    parsed = parse_repository_arn(text) or parse_repository_uri(name)
    if parsed is None:
        for attribute in ("logical_name", "repository_name", "arn"):
            for site in sites:
                if getattr(site, attribute) == name:
                    return site, []
    else:
        name = parsed.repository_name
        for site in sites:
            if site.arn.replace(SOME, "*") == str(parsed):
                return site, []
    if (made := _made_by_ecr(name, parsed, sites)) is not None:
        return made, []
    fix = _instead_of(name, parsed, sites, environment)
    return None, [Problem(("--can",), "arguments", "must be a repository of the environment", show(text), fix)]


def _made_by_ecr(name: str, parsed: RepositoryArn | None, sites: Sequence[Site]) -> Site | None:
    """Return a repository below the prefix of a cache or a template, of the nearest one; None where there is none."""
    below = [each for each in sites if each.kind == "pattern" and name.startswith(each.repository_name[:-1])]
    if not below or check_repository_name(name):
        return None
    site = max(below, key=lambda each: len(each.repository_name))
    arn = site.arn.removesuffix(f"{site.repository_name[:-1]}{SOME}") + name
    if parsed is not None and str(parsed) != arn:
        return None
    return dataclasses.replace(site, logical_name=name, repository_name=name, arn=arn)


def _instead_of(name: str, parsed: RepositoryArn | None, sites: Sequence[Site], environment: Environment) -> str:
    if parsed is not None:
        settings = environment.settings
        # The repositories of a source are wherever that is.
        if environment.source is None and settings.account_id is None:
            return f"The file of {environment.name} does not say account_id: write {name} alone."
        if environment.source is None and (parsed.account_id, parsed.region) != environment.registry:
            return f"{environment.name} is in {settings.region} of account {settings.account_id}."
    known = [each.logical_name for each in sites]
    near = nearest_repository(name, known) or nearest(name, [each.repository_name for each in sites])
    return near or f"The repositories are: {', '.join(known) or 'none'}."
