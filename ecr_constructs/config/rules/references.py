"""Repositories that are made elsewhere: by another environment, another account, or another workload."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import access_of
from ecr_constructs.config.environment import Environment, Source
from ecr_constructs.config.model.fields import Model
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.config.model.workloads import WORKLOADS
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.core.access.grants import AccessGrants, lets_pull
from ecr_constructs.core.aws import partition_of
from ecr_constructs.core.places import KnownPlace
from ecr_constructs.errors import KeyPath, Problem, key_of, nearest, show

__all__ = [
    "check_defaults_of_references",
    "check_ecr_config",
    "check_options_of_reference",
    "check_sources",
    "check_strategy",
]

_SOURCE_KEYS = ("ecr_account_id", "ecr_account_region", "ecr_source_env")
_SHARING_KEYS = ("ecr_trusted_accounts", "organization_id", "organization", "ecr_kms_key")

# What can be said of a repository that is made elsewhere: whether it is published, and what it is like.
_OPTIONS_OF_A_REFERENCE = {"acknowledge", "encryption_type", "image_tag_mutability", "publish_to_ssm", "scan_on_push"}
# What its source says where that is an environment too.
_DESCRIBING = {"encryption_type", "image_tag_mutability", "repository_name", "scan_on_push"}
_CONFIG_KEYS = {
    "create_ecr": (),
    "manual_repo": ("repository_uri",),
    "use_existing": ("source_service_name", "source_service_type"),
}


def check_strategy(environment: Environment) -> Iterator[Problem]:
    """Check that the keys of one strategy are there, and none of the other's."""
    settings = environment.settings
    if settings.ecr_strategy == "local":
        for key in _said(settings, _SOURCE_KEYS):
            fix = "Set ecr_strategy: cross_account, or remove the key."
            yield Problem((key,), "strategy-unused", "must come with ecr_strategy: cross_account", "local", fix)
        return
    for key in _said(settings, _SHARING_KEYS):
        fix = "Set it where the repositories are made, or remove the key."
        yield Problem((key,), "strategy-unused", "must come with ecr_strategy: local", "cross_account", fix)
    if settings.ecr_source_env == settings.env:
        fix = "Name the environment that makes the repositories."
        yield Problem(("ecr_source_env",), "strategy-source", "must be another environment", show(settings.env), fix)
    elif settings.ecr_source_env is None and (settings.ecr_account_id is None or settings.ecr_account_region is None):
        rule = "must come with ecr_account_id and ecr_account_region, or with ecr_source_env"
        fix = "Say where the repositories are."
        yield Problem(("ecr_strategy",), "strategy-source", rule, "", fix)


def check_options_of_reference(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    """Check that nothing is asked of a repository that is not made here."""
    if repository.is_made:
        return
    everywhere = repository.environment.ecr_strategy == "cross_account"
    why = "ecr_strategy: cross_account" if everywhere else f"ecr_config.mode: {repository.ecr_config.mode}"
    allowed = {"acknowledge", "publish_to_ssm"} if repository.same_as is not None else {*_OPTIONS_OF_A_REFERENCE}
    if everywhere and repository.ecr_config.mode == "create_ecr":
        allowed.add("repository_name")
    # Of a workload that refers to a repository, the defaults speak of the others.
    said = repository.options.model_fields_set if everywhere else repository.own_keys
    for key in sorted(said - allowed):
        yield _made_elsewhere((key,), why)


def check_defaults_of_references(environment: Environment) -> Iterator[Problem]:
    """Check that the defaults ask for nothing where no repository is made, whether any is declared or not."""
    if environment.settings.ecr_strategy == "cross_account":
        for key in sorted(environment.defaults.model_fields_set - _OPTIONS_OF_A_REFERENCE):
            yield _made_elsewhere((DEFAULTS, key), "ecr_strategy: cross_account")


def _made_elsewhere(path: KeyPath, why: str) -> Problem:
    rule = f"must be left out: with {why} the repository is made elsewhere"
    return Problem(path, "reference-option", rule, "", "Remove it, or set it where the repository is made.")


def check_ecr_config(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    """Check where a workload's images are said to be."""
    config = repository.ecr_config
    for mode, keys in _CONFIG_KEYS.items():
        for key in keys:
            path, given = ("ecr_config", key), getattr(config, key) is not None
            if mode == config.mode and not given:
                yield Problem(path, "ecr-config", f"must be given with mode: {mode}", "", f"Add {key}:.")
            if mode != config.mode and given:
                fix = f"Remove it, or set mode: {mode}."
                yield Problem(path, "ecr-config", f"must come with mode: {mode}", config.mode, fix)
    if (uri := repository.uri) is not None and uri.partition != environment.partition:
        rule, got = f"must lie in the partition of {environment.settings.region}", show(uri.region)
        fix = "Images cannot be pulled from another partition: use a repository in this one."
        yield Problem(("ecr_config", "repository_uri"), "strategy-partition", rule, got, fix)
    if (same := repository.same_as) is not None and config.source_service_name is not None:
        yield from _check_existing(repository, same, environment)


def _check_existing(repository: DeclaredRepository, same: str, environment: Environment) -> Iterator[Problem]:
    path, key = ("ecr_config", "source_service_name"), repository.ecr_config.source_service_type or ""
    other = environment.repositories.get(same)
    if other is None or other.suffix is None:
        prefix = f"{WORKLOADS[key]}_"
        names = [name.removeprefix(prefix) for name, each in environment.repositories.items() if each.path[0] == key]
        got = repository.ecr_config.source_service_name or ""
        rule = f"must be the name of one of the {key}"
        yield Problem(path, "ecr-config-source", rule, show(got), nearest(got, names) or f"Add it to {key}.")
    elif other.ecr_config.mode != "create_ecr":
        where = key_of(other.path)
        rule = f"must be a workload with mode: create_ecr; {where} has mode: {other.ecr_config.mode}"
        yield Problem(path, "ecr-config-source", rule, "", "Name the workload that makes the repository.")


def check_sources(environments: Environments) -> Iterator[Located]:
    """Check that what environments refer to is there, and that their accounts may pull it."""
    for file, environment in environments.by_file.items():
        if environment.source is not None:
            yield from ((file, problem) for problem in _check_source(environment, environment.source, environments))
            yield from ((file, problem) for problem in _point_out_closed(environment, environment.source, environments))


def _check_source(environment: Environment, source: Source, environments: Environments) -> Iterator[Problem]:
    if source.environment is None:
        yield from _check_outside(environment, source)
        return
    file, where = environments.files[source.environment.name], environments.where
    if "ecr_encryption_type" in environment.settings.model_fields_set:
        rule = f"must be left out: {file} says it"
        yield Problem(("ecr_encryption_type",), "reference-option", rule, "", "Remove it.")
    refused = []
    for repository in environment.repositories.values():
        declared = environment.owner_of(repository)
        if declared.uri is not None:
            continue
        made = source.environment.repositories.get(declared.logical_name)
        if made is None:
            suggestion = nearest(declared.logical_name, source.environment.repositories) or f"Declare it in {file}."
            rule = f"must be a repository of {file}"
            yield Problem(repository.path, "source-repository", rule, show(declared.logical_name), suggestion)
            continue
        for key in sorted(repository.options.model_fields_set & _DESCRIBING):
            rule = f"must be left out: {where(file, made.path)} says it"
            yield Problem(repository.path_of(key), "reference-option", rule, "", "Remove it.")
        if not _may_pull(environment, source.environment.owner_of(made), source):
            refused.append((repository, made))
    account = environment.settings.account_id
    fix = f"Add account_id: {show(account)} to ecr_trusted_accounts of {file}, or its organization_id."
    if len(refused) > 1 and len(refused) == len(environment.repositories):
        place = where(file, ("ecr_trusted_accounts",) if source.environment.settings.ecr_trusted_accounts else ("env",))
        rule = f"must be able to pull: {place} lets account {account} pull none of the {len(refused)} repositories"
        yield Problem(("ecr_strategy",), "source-access", rule, "", fix)
        return
    for repository, made in refused:
        rule = f"must be able to pull {made.logical_name}: {where(file, made.path)} does not let account {account}"
        yield Problem(repository.path, "source-access", rule, "", fix)


def _point_out_closed(environment: Environment, source: Source, environments: Environments) -> Iterator[Problem]:
    """Point out a source that lets no other account pull, where it is not known whether this is one."""
    if environment.settings.account_id is not None or source.environment is None or not environment.repositories:
        return
    if any(access_of(each) != AccessGrants() for each in source.environment.made.values()):
        return
    file = environments.files[source.environment.name]
    rule = f"{file} lets no other account pull, and this file does not say which account it is of"
    fix = f"Say account_id here, and add it to ecr_trusted_accounts of {file}, or let its organisation pull."
    yield Problem(("ecr_strategy",), "source-closed", rule, fix=fix, severity="warning")


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


def _may_pull(consumer: Environment, repository: DeclaredRepository, source: Source) -> bool:
    """Whether a repository lets an environment's account pull; true where the files cannot say."""
    account_id = consumer.settings.account_id
    if account_id in (None, source.account_id) or repository.uri is not None:
        return True
    return lets_pull(access_of(repository), account_id, KnownPlace(source.region, source.account_id))


def _said(model: Model, keys: tuple[str, ...]) -> Iterator[str]:
    """Return those keys that say something: null and false say that there is nothing."""
    return (key for key in keys if getattr(model, key))
