"""Where the repositories of cross-account environments are, and whether they can be had from there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment, Source
from ecr_constructs.config.model.workloads import EcrConfig
from ecr_constructs.core.aws import partition_of
from ecr_constructs.core.ssm import check_parameter_path
from ecr_constructs.errors import KeyPath, Problem, nearest, show

__all__ = ["INHERITED", "Located", "Where", "check_source", "with_source"]

Where = Callable[[str, KeyPath], str]
"""Returns `file:line` of a path in a file."""
Located = tuple[str, Problem]
"""A file, and a problem whose path starts at its top."""

INHERITED: KeyPath = ("ecr_strategy",)
"""Where a file declares what it takes from its source without naming it."""

_DESCRIBING = ("encryption_type", "image_tag_mutability", "repository_name", "scan_on_push")


def with_source(
    environment: Environment,
    others: Mapping[str, Environment],
    *,
    where: Where,
    problems: list[Problem],
    all_known: bool,
) -> Environment:
    """Return a cross-account environment with what its file means by its source.

    Without repositories of its own it refers to all of a source that is an environment too.

    Args:
        environment: The environment.
        others: Every environment by file.
        where: Names places in files.
        problems: Gets what is wrong with the source.
        all_known: Whether no file was left out because of its problems; if one was, what is missing is not reported.
    """
    found = _find(environment, others, where, all_known=all_known)
    if isinstance(found, Source):
        if partition_of(found.region) != environment.partition:
            rule = f"must lie in the partition of {environment.settings.region}"
            fix = "Images cannot be pulled from another partition: make the repositories here."
            problems.append(Problem(("ecr_strategy",), "strategy-partition", rule, show(found.region), fix))
        repositories = environment.repositories
        if not repositories and found.environment is not None:
            repositories = {name: _same(each, environment) for name, each in found.environment.repositories.items()}
        return dataclasses.replace(environment, source=found, repositories=repositories)
    if found is not None:
        problems.append(found)
    return environment


def check_source(environment: Environment, *, files: Mapping[str, str], where: Where) -> Iterator[Problem]:
    """Check that what an environment refers to is there, and that its account may pull it.

    Args:
        environment: A cross-account environment with its source.
        files: File of each environment by its name.
        where: Names places in files.
    """
    source = environment.source
    if source is None:
        return
    if source.environment is None:
        yield from _check_outside(environment, source)
        return
    if "ecr_encryption_type" in environment.settings.model_fields_set:
        rule = f"must be left out: {files[source.environment.name]} says it"
        yield Problem(("ecr_encryption_type",), "reference-option", rule, "", "Remove it.")
    file, refused = files[source.environment.name], []
    for repository in environment.repositories.values():
        its = environment.owner_of(repository)
        if its.uri is not None:
            continue
        if repository.path == INHERITED and repository.ssm_path is not None:
            yield from check_parameter_path(repository.ssm_path, "ecr_ssm_prefix")
        theirs = source.environment.repositories.get(its.logical_name)
        if theirs is None:
            suggestion = nearest(its.logical_name, source.environment.repositories) or f"Declare it in {file}."
            rule = f"must be a repository of {file}"
            yield Problem(repository.path, "source-repository", rule, show(its.logical_name), suggestion)
            continue
        for key in sorted(repository.options.model_fields_set & {*_DESCRIBING}):
            rule = f"must be left out: {where(file, theirs.path)} says it"
            yield Problem(repository.path_of(key), "reference-option", rule, "", "Remove it.")
        if not _may_pull(environment, source.environment.owner_of(theirs), source):
            refused.append((repository, theirs))
    account = environment.settings.account_id
    fix = f"Add account_id: {show(account)} to ecr_trusted_accounts of {file}, or its organization_id."
    if len(refused) > 1 and len(refused) == len(environment.repositories):
        place = where(file, ("ecr_trusted_accounts",) if source.environment.settings.ecr_trusted_accounts else ("env",))
        rule = f"must be able to pull: {place} lets account {account} pull none of the {len(refused)} repositories"
        yield Problem(("ecr_strategy",), "source-access", rule, "", fix)
        return
    for repository, theirs in refused:
        rule = f"must be able to pull {theirs.logical_name}: {where(file, theirs.path)} does not let account {account}"
        yield Problem(repository.path, "source-access", rule, "", fix)


def _find(
    environment: Environment, others: Mapping[str, Environment], where: Where, *, all_known: bool
) -> Source | Problem | None:
    settings = environment.settings
    local = {file: each for file, each in others.items() if each.settings.ecr_strategy == "local"}
    account_id, region, name = settings.ecr_account_id, settings.ecr_account_region, settings.ecr_source_env
    named = {file: each for file, each in others.items() if each.name == name}
    for file, each in named.items():
        return _named(environment, file, each, where)
    there = [
        (file, each)
        for file, each in local.items()
        if (each.settings.account_id, each.settings.region) == (account_id, region)
    ]
    known = ", ".join(each.name for _, each in there)
    if name is not None:
        fix = nearest(name, [each.name for each in local.values()]) or "Correct it, or add the two keys."
        if account_id is None or region is None:
            rule = "must be an environment of this app, or come with ecr_account_id and ecr_account_region"
            return Problem(("ecr_source_env",), "strategy-source", rule, show(name), fix) if all_known else None
        if there and all_known:
            rule = f"must be the environment that is in that account and region: {known}"
            return Problem(("ecr_source_env",), "strategy-source", rule, show(name), fix)
        return Source(account_id, region)
    if account_id is None or region is None:
        return None
    if len(there) > 1:
        rule = (
            f"must come with ecr_source_env: {' and '.join(where(file, ('env',)) for file, _ in there)} are both there"
        )
        return Problem(("ecr_account_id",), "strategy-source", rule, "", f"Set it to one of {known}.")
    if there:
        return Source(account_id, region, there[0][1])
    return Source(account_id, region) if all_known else None


def _named(environment: Environment, file: str, source: Environment, where: Where) -> Source | Problem:
    settings, its = environment.settings, source.settings
    if its.ecr_strategy != "local":
        rule = f"must be an environment that makes repositories; {where(file, ('ecr_strategy',))} is cross_account too"
        fix = f"Name the source of {source.name}."
        return Problem(("ecr_source_env",), "strategy-source", rule, show(source.name), fix)
    for key, said, known, its_key in (
        ("ecr_account_id", settings.ecr_account_id, its.account_id, "account_id"),
        ("ecr_account_region", settings.ecr_account_region, its.region, "region"),
    ):
        if said is not None and known is not None and said != known:
            rule = f"must be that of {where(file, (its_key,))}, {known}"
            return Problem((key,), "strategy-source", rule, show(said), "Leave it out: it is known from there.")
    account_id = settings.ecr_account_id or its.account_id
    if account_id is None:
        fix = f"Add it here, or account_id to {file}."
        rule = f"must come with ecr_account_id: {file} does not say its account"
        return Problem(("ecr_source_env",), "strategy-source", rule, "", fix)
    return Source(account_id, its.region, source)


def _same(repository: DeclaredRepository, environment: Environment) -> DeclaredRepository:
    """Return a source's repository as one that an environment refers to."""
    options = environment.defaults
    if not repository.options.publish_to_ssm and "publish_to_ssm" not in options.model_fields_set:
        options = options.model_copy(update={"publish_to_ssm": False})
    return dataclasses.replace(
        repository,
        options=options,
        environment=environment.settings,
        path=INHERITED,
        own_keys=frozenset(),
        ecr_config=EcrConfig(),
    )


def _check_outside(environment: Environment, source: Source) -> Iterator[Problem]:
    """Check that it is known which repositories of something else are meant, and what they are called."""
    settings = environment.settings
    if not environment.repositories and partition_of(source.region) == environment.partition:
        rule = "must come with repositories, because no environment of this app is in that account and region"
        fix = "Declare those that are used, or name the environment in ecr_source_env."
        yield Problem(("ecr_strategy",), "strategy-empty", rule, "", fix)
    if settings.ecr_source_env is not None or "{env}" not in settings.ecr_repository_name:
        return
    if any(each.is_named_by_template for each in environment.repositories.values()):
        rule = "must come with ecr_source_env: ecr_repository_name holds {env}, that of what makes the repositories"
        fix = "Add it, or a template without {env}, or repository_name to each."
        yield Problem(("ecr_strategy",), "strategy-source", rule, "", fix)


def _may_pull(environment: Environment, theirs: DeclaredRepository, source: Source) -> bool:
    """Whether a repository lets an environment's account pull; true where the files cannot say."""
    account_id = environment.settings.account_id
    if account_id in (None, source.account_id) or theirs.uri is not None:
        return True
    # Whether the account is in the organisation, only AWS knows.
    by_organization = theirs.organization_id is not None or theirs.environment.organization
    return by_organization or account_id in theirs.pull_account_ids
