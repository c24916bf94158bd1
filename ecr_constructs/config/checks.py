"""Rules that concern several keys of an environment file at once.

Each check returns problems whose path starts at the top of the file.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator

from ecr_constructs.config.declared import DEFAULTS, DeclaredRepository
from ecr_constructs.config.defaults import RETENTION_OPTIONS
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.key_checks import check_key_region
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.renames import check_rename
from ecr_constructs.config.strategy import check_ecr_config, check_strategy, check_trusted, check_unused_options
from ecr_constructs.core.access import PULL_ACTIONS, grant_accounts, grant_lambda, grant_organization
from ecr_constructs.core.aws import partition_of
from ecr_constructs.core.iam import check_repository_policy
from ecr_constructs.core.lifecycle import LifecycleRule, Origin, Shortcuts, compose, parse_policy
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.registry.replication import ReplicationContribution, check_contribution
from ecr_constructs.core.repository import check_settings
from ecr_constructs.core.ssm import check_parameter_path
from ecr_constructs.core.tags import MOST_TAGS
from ecr_constructs.errors import Problem, show

__all__ = [
    "check_repository",
    "check_said",
    "check_settings_keys",
    "contribution_of",
    "unused",
    "unused_keys",
]


def check_settings_keys(environment: Environment, *, file_stem: str) -> Iterator[Problem]:
    """Check the keys that are not about repositories against each other and against the file's name."""
    settings = environment.settings
    if settings.env != file_stem:
        rule = f"must equal the file's name, {file_stem}"
        yield Problem(("env",), "environment-name", rule, show(settings.env), "Rename one of the two.")
    if settings.state_key is not None and settings.bucket is None:
        fix = "Add bucket:, or remove state_key:."
        yield Problem(("state_key",), "state-without-bucket", "must come with a bucket", "none", fix)
    if settings.ecr_strategy == "local" and settings.ecr_encryption_type == "KMS" and settings.ecr_kms_key is None:
        yield _kms_without_key(("ecr_encryption_type",), "ecr_kms_key")
    yield from check_key_region(settings.ecr_kms_key, settings.region, ("ecr_kms_key",))
    yield from check_strategy(environment)
    yield from check_trusted(environment)
    if len(environment.tags) > MOST_TAGS:
        rule = f"must have at most {MOST_TAGS} entries, with Project, Environment and ManagedBy"
        yield Problem(("tags",), "tags", rule, f"{len(environment.tags)}", "Remove some.")


def check_said(options: RepositoryOptions, *path: str | int) -> Iterator[Problem]:
    """Check what one mapping of options says by itself, before defaults are put under it."""
    said = options.model_fields_set
    beside = [name for name in RETENTION_OPTIONS if name in said and getattr(options, name)]
    if options.lifecycle_policy is not None and beside:
        rule = f"must stand alone, without {', '.join(beside)}"
        fix = "Write the whole policy in one of the two ways."
        yield Problem((*path, "lifecycle_policy"), "lifecycle-policy-alone", rule, "both", fix)
    if path == (DEFAULTS,) and options.repository_name is not None:
        fix = "Remove it, and use ecr_repository_name to shape all names."
        got = show(options.repository_name)
        yield Problem((*path, "repository_name"), "repository-name-default", "must not name every repository", got, fix)
    if path == (DEFAULTS,) and options.renamed_from is not None:
        rule, got = "must not be a default", show(options.renamed_from)
        yield Problem((*path, "renamed_from"), "rename-default", rule, got, "Say it of one repository.")


def check_repository(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    """Check one repository by itself."""
    place = _place(repository)
    for check in (*_CHECKS, *(_CHECKS_OF_MADE if repository.is_made else ())):
        yield from (place(problem) for problem in check(repository, environment))


def _place(repository: DeclaredRepository) -> Callable[[Problem], Problem]:
    """Return how a problem of a repository gets its path: where the option was said, or the repository itself."""
    own = repository.own_keys

    def place(problem: Problem) -> Problem:
        key = problem.path[0] if problem.path else None
        if key is not None and key not in own and key in repository.options.model_fields_set:
            return problem.under(DEFAULTS)
        return problem.under(*repository.path)

    return place


def _check_name(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    return check_repository_name(repository.repository_name, "repository_name")


def _check_repository_settings(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    return check_settings(repository.repository_settings)


def _check_key(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    if repository.encryption_type == "KMS":
        if repository.kms_key is None and environment.settings.ecr_encryption_type != "KMS":
            yield _kms_without_key(("encryption_type",), "kms_key, or ecr_kms_key for all repositories")
        yield from check_key_region(repository.options.kms_key, environment.settings.region, ("kms_key",))


def _check_lifecycle(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    if repository.options.lifecycle_policy is not None:
        rules, problems = parse_policy(repository.options.lifecycle_policy, prefix=("lifecycle_policy",))
        if problems:
            return problems
        origins = [Origin(("lifecycle_policy", "rules", index), "json") for index in range(len(rules))]
        return compose(rules, origins=origins)[1]
    return list(_lifecycle_problems(tuple(repository.lifecycle_rules), repository.shortcuts))


@functools.lru_cache(maxsize=1024)
def _lifecycle_problems(rules: tuple[LifecycleRule, ...], shortcuts: Shortcuts) -> tuple[Problem, ...]:
    """Return what is wrong with rules; most repositories of an organisation have the same few."""
    return tuple(compose(rules, shortcuts)[1])


def _check_access(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    options = repository.options
    accounts, own_account = options.allowed_account_ids, environment.settings.account_id
    if options.enable_cross_account_access and not accounts:
        rule = "must be given with enable_cross_account_access: true"
        fix = "List the accounts, or set enable_cross_account_access: false."
        yield Problem(("allowed_account_ids",), "access-without-accounts", rule, "", fix)
    for index, account_id in enumerate(accounts):
        path = ("allowed_account_ids", index)
        if account_id in accounts[:index]:
            yield Problem(path, "access-twice", "must be listed once", show(account_id), "Remove the second one.")
        if account_id == own_account:
            fix = "Remove it: the account's own identities need an identity policy alone."
            yield Problem(path, "access-own-account", "must be another account", show(account_id), fix)
    for problem in _policy_problems(
        repository.pull_account_ids,
        repository.organization_id,
        own_account or "0" * 12 if options.enable_lambda_pull else None,
        environment.settings.region,
    ):
        yield dataclasses.replace(problem, path=("allowed_account_ids",) if accounts else ())


@functools.lru_cache(maxsize=1024)
def _policy_problems(
    account_ids: tuple[str, ...], organization_id: str | None, lambda_account_id: str | None, region: str
) -> tuple[Problem, ...]:
    """Return what is wrong with a repository's policy; most repositories of an organisation have the same."""
    partition = partition_of(region)
    statements = grant_accounts(account_ids, PULL_ACTIONS, partition=partition, sid="PullFromAccounts")
    statements += grant_organization(organization_id, PULL_ACTIONS, sid="PullFromOrganization")
    if lambda_account_id is not None:
        statements += grant_lambda(
            own_account_id=lambda_account_id, other_account_ids=account_ids, region=region, partition=partition
        )
    return tuple(check_repository_policy(statements)) if statements else ()


def _check_replication(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    if repository.options.enable_replication:
        settings = environment.settings
        # The name is the filter, and whether ECR takes it is checked as the name of the repository.
        destinations = dataclasses.replace(contribution_of(repository), prefixes=())
        yield from check_contribution(destinations, region=settings.region, registry_id=settings.account_id)


def _check_tags(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    # Each map is checked by itself; together they must not be too many for one resource.
    number = len({**environment.tags, **repository.options.tags})
    if len(environment.tags) <= MOST_TAGS < number:
        rule = f"must have at most {MOST_TAGS} entries, with those of every resource"
        yield Problem(("tags",), "tags", rule, f"{number}", "Remove some.")


def _check_path(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    path = repository.ssm_path
    return [] if path is None else check_parameter_path(path)


def _check_own_used(repository: DeclaredRepository, _environment: Environment) -> Iterator[Problem]:
    return (unused(key) for key in unused_keys(repository) if key in repository.own_keys)


_Check = Callable[[DeclaredRepository, Environment], Iterable[Problem]]
_CHECKS: tuple[_Check, ...] = (_check_name, check_unused_options, check_ecr_config, _check_path)
_CHECKS_OF_MADE: tuple[_Check, ...] = (
    _check_repository_settings,
    _check_key,
    _check_lifecycle,
    _check_access,
    _check_replication,
    _check_tags,
    _check_own_used,
    check_rename,
)


def unused_keys(repository: DeclaredRepository) -> Iterator[str]:
    """Return the options of a repository that do nothing because another one does not switch them on."""
    options = repository.options
    if options.allowed_account_ids and not options.enable_cross_account_access:
        yield "allowed_account_ids"
    if options.kms_key is not None and repository.encryption_type != "KMS":
        yield "kms_key"
    if options.replication_destinations and not options.enable_replication:
        yield "replication_destinations"


def unused(key: str) -> Problem:
    """Return the problem of an option that does nothing."""
    code, switch, effect = {
        "allowed_account_ids": ("access-not-enabled", "enable_cross_account_access: true", "nobody gets access"),
        "kms_key": ("kms-key-unused", "encryption_type: KMS", "images are not encrypted with it"),
        "replication_destinations": ("replication-not-enabled", "enable_replication: true", "nothing is replicated"),
    }[key]
    return Problem((key,), code, f"must come with {switch}, or {effect}", "", f"Set {switch}, or remove the key.")


def contribution_of(repository: DeclaredRepository) -> ReplicationContribution:
    """Return what a repository asks to be replicated."""
    return ReplicationContribution(
        destinations=repository.replication_destinations, prefixes=(repository.repository_name,), exact=True
    )


def _kms_without_key(path: tuple[str, ...], name: str) -> Problem:
    fix = f"Add {name}: the key's full ARN, an alias, or an output of another state."
    return Problem(path, "kms-without-key", "must come with a key", "KMS alone", fix)
