"""Rules that concern several repositories of an environment at once."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.checks import contribution_of, unused, unused_keys
from ecr_constructs.config.declared import DEFAULTS
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import KeyToCreate
from ecr_constructs.config.reading.declarations import REPOSITORIES
from ecr_constructs.config.renames import check_renames_together
from ecr_constructs.core.registry.replication import check_rules, merge_contributions
from ecr_constructs.core.ssm import MOST_STANDARD_PARAMETERS, PARAMETERS, PublishedPaths
from ecr_constructs.errors import Problem, show

__all__ = ["check_number", "check_repositories_together"]


def check_repositories_together(environment: Environment) -> Iterator[Problem]:
    """Check what the repositories of an environment share, and that each default is there to be used.

    Args:
        environment: The environment.

    Returns:
        Problems whose path starts at the top of the file.
    """
    yield from _check_unique_names(environment)
    yield from _check_key_used(environment)
    yield from _check_defaults_used(environment)
    yield from _check_replication_limits(environment)
    yield from _check_published(environment)
    yield from check_renames_together(environment)


def _check_unique_names(environment: Environment) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for logical_name, repository in environment.made.items():
        name = repository.repository_name
        owner = first.setdefault(name, logical_name)
        if owner != logical_name:
            rule = f"must have a name of its own; {owner} is {name} too"
            fix = "Give one of the two another repository_name."
            yield Problem(repository.path, "repository-name-taken", rule, "", fix)


def _check_key_used(environment: Environment) -> Iterator[Problem]:
    """Check that a key is there to be used: an unused one means images that are not encrypted as meant."""
    settings, repositories = environment.settings, environment.made.values()
    if settings.ecr_kms_key is None or any(
        each.encryption_type == "KMS" and each.options.kms_key is None for each in repositories
    ):
        return
    # One that exists may wait for the first repository; one that is to be made would not be made.
    if isinstance(settings.ecr_kms_key, KeyToCreate) or (repositories and settings.ecr_encryption_type != "KMS"):
        rule = "must be used, and no repository is encrypted with it"
        fix = "Set ecr_encryption_type: KMS before the repositories are made, or remove the key."
        yield Problem(("ecr_kms_key",), "kms-key-unused", rule, "", fix)


def _check_defaults_used(environment: Environment) -> Iterator[Problem]:
    """Check that what the defaults say does something for at least one repository that takes it from there."""
    taken: dict[str, list[bool]] = {}
    for repository in environment.made.values():
        without_effect = set(unused_keys(repository))
        for key in repository.options.model_fields_set - repository.own_keys:
            taken.setdefault(key, []).append(key in without_effect)
    for key in sorted(taken):
        if all(taken[key]):
            yield unused(key).under(DEFAULTS)


def _check_replication_limits(environment: Environment) -> Iterator[Problem]:
    replicated = [each for each in environment.made.values() if each.replication_destinations]
    for problem in check_rules(merge_contributions(map(contribution_of, replicated))):
        yield Problem((REPOSITORIES,), problem.code, problem.rule, problem.got, problem.fix)


def _check_published(environment: Environment) -> Iterator[Problem]:
    published = PublishedPaths()
    for name, repository in environment.repositories.items():
        path = repository.ssm_path
        layout = environment.settings.ecr_ssm_layout
        if path is not None and (taken := published.add(path, name, layout=layout)) is not None:
            rule = f"must not be published below the parameters of {taken}"
            fix = "Rename one of the two, or set publish_to_ssm: false."
            yield Problem(repository.path, "ssm-collision", rule, show(path), fix)
    yield from check_number(len(published), "")


def check_number(number: int, words: str) -> Iterator[Problem]:
    """Check how many parameters an account and region would have; the words say whose they are."""
    if number > MOST_STANDARD_PARAMETERS:
        rule = f"must come to at most {MOST_STANDARD_PARAMETERS:,} Standard parameters in one account and region{words}"
        fix = f"Set ecr_ssm_layout: config, which publishes two of {len(PARAMETERS)} for each repository."
        yield Problem((REPOSITORIES,), "ssm-limit", rule, f"{number:,}", fix)
