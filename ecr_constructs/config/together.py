"""Rules that concern several repositories of an environment, or several environments, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecr_constructs.config.checks import DEFAULTS, REPOSITORIES, contribution_of, unused, unused_keys
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.replication import check_rules, merge_contributions
from ecr_constructs.core.ssm import MOST_STANDARD_PARAMETERS, PARAMETERS, PublishedPaths
from ecr_constructs.errors import Problem, show

__all__ = ["check_environments_together", "check_repositories_together"]


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


def check_environments_together(environments: Mapping[str, Environment]) -> Iterator[tuple[str, Problem]]:
    """Check what environments share: the bucket of their state and, in one account and region, the registry.

    Where an environment does not say its account, nothing is known about what it shares.

    Args:
        environments: The environments by file, in one order.

    Returns:
        The file of each problem, and the problem with its path from the top of that file.
    """
    yield from _check_stack_ids(environments)
    yield from _check_states(environments)
    registries: dict[tuple[str, str], dict[str, Environment]] = {}
    for file, environment in environments.items():
        settings = environment.settings
        if settings.account_id is not None:
            registries.setdefault((settings.account_id, settings.region), {})[file] = environment
    for sharing in registries.values():
        yield from _check_shared_names(sharing)
        yield from _check_shared_replication(sharing)
        yield from _check_shared_parameters(sharing)


def _check_unique_names(environment: Environment) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for logical_name, repository in environment.repositories.items():
        name = repository.repository_name
        owner = first.setdefault(name, logical_name)
        if owner != logical_name:
            rule = f"must have a name of its own; {owner} is {name} too"
            fix = "Give one of the two another repository_name."
            yield Problem((REPOSITORIES, logical_name), "repository-name-taken", rule, "", fix)


def _check_key_used(environment: Environment) -> Iterator[Problem]:
    """Check that a key is there to be used: an unused one means images that are not encrypted as meant."""
    settings, repositories = environment.settings, environment.repositories.values()
    if settings.ecr_kms_key is None or settings.ecr_encryption_type == "KMS" or not repositories:
        return
    if not any(each.encryption_type == "KMS" and each.options.kms_key is None for each in repositories):
        rule = "must be used, and no repository is encrypted with it"
        fix = "Set ecr_encryption_type: KMS before the repositories are made, or remove the key."
        yield Problem(("ecr_kms_key",), "kms-key-unused", rule, "", fix)


def _check_defaults_used(environment: Environment) -> Iterator[Problem]:
    """Check that what the defaults say does something for at least one repository that takes it from there."""
    taken: dict[str, list[bool]] = {}
    for repository in environment.repositories.values():
        without_effect = set(unused_keys(repository))
        for key in repository.options.model_fields_set - repository.own_keys:
            taken.setdefault(key, []).append(key in without_effect)
    for key in sorted(taken):
        if all(taken[key]):
            yield unused(key).under(DEFAULTS)


def _check_replication_limits(environment: Environment) -> Iterator[Problem]:
    replicated = [each for each in environment.repositories.values() if each.replication_destinations]
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
            yield Problem((REPOSITORIES, name), "ssm-collision", rule, show(path), fix)
    yield from _check_number(len(published), "")


def _check_number(number: int, words: str) -> Iterator[Problem]:
    if number > MOST_STANDARD_PARAMETERS:
        rule = f"must come to at most {MOST_STANDARD_PARAMETERS:,} Standard parameters in one account and region{words}"
        fix = f"Set ecr_ssm_layout: config, which publishes two of {len(PARAMETERS)} for each repository."
        yield Problem((REPOSITORIES,), "ssm-limit", rule, f"{number:,}", fix)


def _check_stack_ids(environments: Mapping[str, Environment]) -> Iterator[tuple[str, Problem]]:
    """Check that no shard's stack has the name of another environment's."""
    first: dict[str, str] = {}
    for file, environment in environments.items():
        for stack_id in environment.stack_ids:
            owner = first.setdefault(stack_id, file)
            if owner != file:
                rule = f"must not have a stack of the name {stack_id}; {owner} has one"
                fix = "Rename one of the two environments, or change ecr_shards before anything is deployed."
                yield file, Problem(("env",), "stack-taken", rule, "", fix)


def _check_states(environments: Mapping[str, Environment]) -> Iterator[tuple[str, Problem]]:
    """Check that no two environments keep one state: to apply one would destroy the other."""
    first: dict[tuple[str, str], str] = {}
    for file, environment in environments.items():
        bucket = environment.settings.bucket
        for shard in range(1, environment.settings.ecr_shards + 1):
            key = environment.state_key(shard)
            owner = file if bucket is None else first.setdefault((bucket, key), file)
            if owner != file:
                rule = f"must differ from that of {owner}, which keeps its state in the same bucket"
                fix = "Leave it out: then each environment has a key of its own."
                yield file, Problem(("state_key",), "state-shared", rule, show(key), fix)


def _check_shared_names(sharing: Mapping[str, Environment]) -> Iterator[tuple[str, Problem]]:
    first: dict[str, str] = {}
    for file, environment in sharing.items():
        for logical_name, repository in environment.repositories.items():
            owner = first.setdefault(repository.repository_name, file)
            if owner != file:
                rule = f"must have a name that no repository of {owner} has, in the same account and region"
                fix = "Put {env} into ecr_repository_name, or give it another repository_name."
                path, got = (REPOSITORIES, logical_name), show(repository.repository_name)
                yield file, Problem(path, "repository-name-taken", rule, got, fix)


def _check_shared_replication(sharing: Mapping[str, Environment]) -> Iterator[tuple[str, Problem]]:
    """Check that one environment configures the registry's replication: a second one would overwrite it."""
    first = ""
    for file, environment in sharing.items():
        replicated = [name for name, each in environment.repositories.items() if each.replication_destinations]
        if replicated and first:
            rule = f"must leave replication to {first}: an account has one configuration of it in a region"
            fix = "Set enable_replication: false in one of the two files."
            yield file, Problem((REPOSITORIES, replicated[0]), "replication-shared", rule, "", fix)
        first = first or (file if replicated else "")


def _check_shared_parameters(sharing: Mapping[str, Environment]) -> Iterator[tuple[str, Problem]]:
    published = PublishedPaths()
    for file, environment in sharing.items():
        already = len(published)
        for name, repository in environment.repositories.items():
            path = repository.ssm_path
            layout = environment.settings.ecr_ssm_layout
            taken = None if path is None else published.add(path, file, layout=layout)
            if taken not in (None, file):
                rule = f"must not be published where {taken} publishes, in the same account and region"
                fix = f"Give one environment another ecr_ssm_prefix, such as /ecr/{environment.name}."
                yield file, Problem((REPOSITORIES, name), "ssm-collision", rule, show(path), fix)
        if 0 < already <= MOST_STANDARD_PARAMETERS:
            for problem in _check_number(len(published), ", with those of the environments that share them"):
                yield file, problem
