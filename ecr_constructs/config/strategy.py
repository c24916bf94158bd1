"""Rules about where an environment's repositories are: made here, or referred to.

Each check returns problems; those of a repository have the path of its option.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.fields import Model
from ecr_constructs.config.model.workloads import WORKLOADS
from ecr_constructs.errors import Problem, key_of, nearest, show

__all__ = ["check_ecr_config", "check_strategy", "check_trusted", "check_unused_options"]

_SOURCE_KEYS = ("ecr_account_id", "ecr_account_region", "ecr_source_env")
_SHARING_KEYS = ("ecr_trusted_accounts", "organization_id", "organization", "ecr_kms_key")

# What can be said of a repository that is made elsewhere: whether it is published, and what it is like.
_OPTIONS_OF_A_REFERENCE = {"encryption_type", "image_tag_mutability", "publish_to_ssm", "scan_on_push"}
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


def check_trusted(environment: Environment) -> Iterator[Problem]:
    """Check who may pull from every repository."""
    settings = environment.settings
    if settings.organization and settings.organization_id is not None:
        fix = "Remove one of the two."
        yield Problem(("organization",), "organization-twice", "must stand without organization_id", "both", fix)
    for index, trusted in enumerate(settings.ecr_trusted_accounts):
        path = ("ecr_trusted_accounts", index)
        if trusted in settings.ecr_trusted_accounts[:index]:
            yield Problem(path, "access-twice", "must be listed once", show(trusted.account_id), "Remove one.")
        if trusted.account_id == settings.account_id and settings.ecr_strategy == "local":
            fix = "Remove it: the account's own identities need an identity policy alone."
            got = show(trusted.account_id)
            yield Problem((*path, "account_id"), "access-own-account", "must be another account", got, fix)


def check_unused_options(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    """Check that nothing is asked of a repository that is not made here."""
    if repository.is_made:
        return
    everywhere = repository.environment.ecr_strategy == "cross_account"
    why = "ecr_strategy: cross_account" if everywhere else f"ecr_config.mode: {repository.ecr_config.mode}"
    allowed = {"publish_to_ssm"} if repository.same_as is not None else {*_OPTIONS_OF_A_REFERENCE}
    if everywhere and repository.ecr_config.mode == "create_ecr":
        allowed.add("repository_name")
    # Of a workload that refers to a repository, the defaults speak of the others.
    said = repository.options.model_fields_set if everywhere else repository.own_keys
    for key in sorted(said - allowed):
        rule = f"must be left out: with {why} the repository is made elsewhere"
        yield Problem((key,), "reference-option", rule, "", "Remove it, or set it where the repository is made.")


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


def _said(model: Model, keys: tuple[str, ...]) -> Iterator[str]:
    """Return those keys that say something: null and false say that there is nothing."""
    return (key for key in keys if getattr(model, key))
