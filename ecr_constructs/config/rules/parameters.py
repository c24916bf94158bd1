"""What is published in Parameter Store: its paths, that none collide, and how many there may be."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import REPOSITORIES
from ecr_constructs.config.relations import INHERITED, Environments, Located
from ecr_constructs.core.ssm import MOST_STANDARD_PARAMETERS, PARAMETERS, PublishedPaths, check_parameter_path
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = [
    "check_inherited_parameters",
    "check_parameters_of_registry",
    "check_published",
    "check_published_path",
]


def check_published_path(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    """Check the path of one repository's parameters."""
    path = repository.ssm_path
    return [] if path is None else check_parameter_path(path)


def check_published(environment: Environment) -> Iterator[Problem]:
    """Check that no parameters of an environment collide, and that there are not too many."""
    published = PublishedPaths()
    for name, repository in environment.repositories.items():
        path = repository.ssm_path
        layout = environment.settings.ecr_ssm_layout
        if path is not None and (taken := published.add(path, name, layout=layout)) is not None:
            rule = f"must not be published below the parameters of {taken}"
            fix = "Rename one of the two, or set publish_to_ssm: false."
            yield Problem(repository.path, "ssm-collision", rule, show(path), fix)
    yield from _check_number(len(published), "")


def check_inherited_parameters(environments: Environments) -> Iterator[Located]:
    """Check what an environment publishes of a source that it names no repositories of."""
    for file, environment in environments.by_file.items():
        if environment.source is None:
            continue
        inherited = [each for each in environment.repositories.values() if each.path == INHERITED]
        for path in (each.ssm_path for each in inherited):
            if path is not None:
                yield from ((file, problem) for problem in check_parameter_path(path, "ecr_ssm_prefix"))
        if environment.settings.account_id is None:
            # What it takes from its source was not there when the file was checked by itself.
            yield from ((file, problem) for problem in _check_number(environment.parameter_count, ""))


def check_parameters_of_registry(environments: Environments) -> Iterator[Located]:
    """Check that the parameters of environments in one account and region do not collide, and are not too many."""
    for sharing in environments.registries.values():
        if len(sharing) == 1:
            continue  # what collides within one file was found with it
        published = PublishedPaths()
        paths: dict[str, tuple[str, KeyPath]] = {}
        for file, environment in sharing.items():
            already = len(published)
            for name, repository in environment.repositories.items():
                path = repository.ssm_path
                if path is None:
                    continue
                owner = f"{file} {name}"
                paths[owner] = file, repository.path
                taken = published.add(path, owner, layout=environment.settings.ecr_ssm_layout)
                if taken is not None and paths[taken][0] != file:
                    there = environments.where(*paths[taken])
                    rule = f"must not be published where {there} is, in the same account and region"
                    fix = f"Give one environment another ecr_ssm_prefix, such as /ecr/{environment.name}."
                    yield file, Problem(repository.path, "ssm-collision", rule, show(path), fix)
            if 0 < already <= MOST_STANDARD_PARAMETERS:
                for problem in _check_number(len(published), ", with those of the environments that share them"):
                    yield file, problem


def _check_number(number: int, words: str) -> Iterator[Problem]:
    """Check how many parameters an account and region would have; the words say whose they are."""
    if number > MOST_STANDARD_PARAMETERS:
        rule = f"must come to at most {MOST_STANDARD_PARAMETERS:,} Standard parameters in one account and region{words}"
        fix = f"Set ecr_ssm_layout: config, which publishes two of {len(PARAMETERS)} for each repository."
        yield Problem((REPOSITORIES,), "ssm-limit", rule, f"{number:,}", fix)
