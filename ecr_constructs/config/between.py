"""Rules that concern several environments at once: what they share, and what they take from each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.registries import check_shared_registries, with_replicated
from ecr_constructs.config.sources import Located, Where, check_source, with_source
from ecr_constructs.config.together import check_number
from ecr_constructs.core.ssm import MOST_STANDARD_PARAMETERS, PublishedPaths
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["check_environments", "with_relations"]


def with_relations(
    environments: Mapping[str, Environment], *, where: Where, all_known: bool, problems: list[Located]
) -> dict[str, Environment]:
    """Return the environments with what they take from each other: their sources, and what is replicated to them.

    Args:
        environments: The environments by file, in one order.
        where: Names places in files.
        all_known: Whether no file was left out because of its problems.
        problems: Gets what is wrong with the sources.
    """
    result = dict(environments)
    for file, environment in environments.items():
        if environment.settings.ecr_strategy == "cross_account":
            found: list[Problem] = []
            result[file] = with_source(environment, environments, where=where, problems=found, all_known=all_known)
            problems += [(file, problem) for problem in found]
    return with_replicated(result)


def check_environments(environments: Mapping[str, Environment], *, where: Where, all_known: bool) -> Iterator[Located]:
    """Check what environments share and take from each other.

    That is the bucket of their state and, in one account and region, the registry. Where an environment does not say
    its account, nothing is known about what it shares.

    Args:
        environments: The environments by file, in one order.
        where: Names places in files.
        all_known: Whether no file was left out because of its problems.

    Returns:
        The file of each problem, and the problem with its path from the top of that file.
    """
    yield from _check_stack_ids(environments, where)
    yield from _check_states(environments, where)
    yield from _check_trusted(environments, where)
    files = {environment.name: file for file, environment in environments.items()}
    for file, environment in environments.items():
        yield from ((file, problem) for problem in check_source(environment, files=files, where=where))
        if environment.settings.account_id is None and environment.source is not None:
            # What it takes from its source was not there when the file was checked by itself.
            yield from ((file, problem) for problem in check_number(environment.parameter_count, ""))
    yield from check_shared_registries(environments, where=where, all_known=all_known)
    registries: dict[tuple[str, str], dict[str, Environment]] = {}
    for file, environment in environments.items():
        settings = environment.settings
        if settings.account_id is not None:
            registries.setdefault((settings.account_id, settings.region), {})[file] = environment
    for sharing in registries.values():
        yield from _check_shared_names(sharing, where)
        yield from _check_shared_replication(sharing, where)
        yield from _check_shared_parameters(sharing, where)


def _check_stack_ids(environments: Mapping[str, Environment], where: Where) -> Iterator[Located]:
    """Check that no shard's stack has the name of another environment's."""
    first: dict[str, str] = {}
    for file, environment in environments.items():
        for stack_id in environment.stack_ids:
            owner = first.setdefault(stack_id, file)
            if owner != file:
                rule = f"must not have a stack of the name {stack_id}; {where(owner, ('env',))} has one"
                fix = "Rename one of the two environments, or change ecr_shards before anything is deployed."
                yield file, Problem(("env",), "stack-taken", rule, "", fix)


def _check_states(environments: Mapping[str, Environment], where: Where) -> Iterator[Located]:
    """Check that no two environments keep one state: to apply one would destroy the other."""
    first: dict[tuple[str, str], str] = {}
    for file, environment in environments.items():
        bucket = environment.settings.bucket
        for shard in range(1, environment.settings.ecr_shards + 1):
            key = environment.state_key(shard)
            owner = file if bucket is None else first.setdefault((bucket, key), file)
            if owner != file:
                place = where(owner, ("state_key",))
                rule = f"must differ from that of {place}, which keeps its state in the same bucket"
                fix = "Leave it out: then each environment has a key of its own."
                yield file, Problem(("state_key",), "state-shared", rule, show(key), fix)


def _check_trusted(environments: Mapping[str, Environment], where: Where) -> Iterator[Located]:
    """Check that trusted accounts are those of the environments that they are said to be."""
    by_name = {environment.name: (file, environment.settings) for file, environment in environments.items()}
    for file, environment in environments.items():
        for index, trusted in enumerate(environment.settings.ecr_trusted_accounts):
            if trusted.env not in by_name:
                continue
            other, settings = by_name[trusted.env]
            for key, said, known in (
                ("account_id", trusted.account_id, settings.account_id),
                ("region", trusted.region, settings.region),
            ):
                if None not in (said, known) and said != known:
                    rule = f"must be that of {where(other, (key,))}, {known}"
                    path = ("ecr_trusted_accounts", index, key)
                    yield file, Problem(path, "trusted-account", rule, show(said), "Correct one of the two.")


def _check_shared_names(sharing: Mapping[str, Environment], where: Where) -> Iterator[Located]:
    first: dict[str, tuple[str, KeyPath]] = {}
    for file, environment in sharing.items():
        for repository in environment.made.values():
            owner, path = first.setdefault(repository.repository_name, (file, repository.path))
            if owner != file:
                rule = f"must have a name that {where(owner, path)} does not have, in the same account and region"
                fix = "Give it another repository_name."
                if repository.is_named_by_template:
                    fix = "Put {env} into ecr_repository_name, or give it another repository_name."
                got = show(repository.repository_name)
                yield file, Problem(repository.path, "repository-name-taken", rule, got, fix)


def _check_shared_replication(sharing: Mapping[str, Environment], where: Where) -> Iterator[Located]:
    """Check that one environment configures the registry's replication: a second one would overwrite it."""
    first: tuple[str, KeyPath] | None = None
    for file, environment in sharing.items():
        replicated = [each.path for each in environment.made.values() if each.replication_destinations]
        if replicated and first is not None:
            rule = f"must leave replication to {where(*first)}: an account has one configuration of it in a region"
            fix = "Set enable_replication: false in one of the two files."
            yield file, Problem(replicated[0], "replication-shared", rule, "", fix)
        if replicated and first is None:
            first = file, replicated[0]


def _check_shared_parameters(sharing: Mapping[str, Environment], where: Where) -> Iterator[Located]:
    published, paths = PublishedPaths(), {}
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
                rule = f"must not be published where {where(*paths[taken])} is, in the same account and region"
                fix = f"Give one environment another ecr_ssm_prefix, such as /ecr/{environment.name}."
                yield file, Problem(repository.path, "ssm-collision", rule, show(path), fix)
        if 0 < already <= MOST_STANDARD_PARAMETERS:
            for problem in check_number(len(published), ", with those of the environments that share them"):
                yield file, problem
