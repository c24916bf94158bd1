"""Rules that concern several keys of an environment file at once.

Each check returns problems whose path starts at the top of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ecr_constructs.config.environment import DeclaredRepository, Environment
from ecr_constructs.config.models import EnvironmentSettings, RepositoryOptions
from ecr_constructs.config.options import RETENTION_OPTIONS
from ecr_constructs.core.access import (
    PULL_ACTIONS,
    grant_accounts,
    grant_lambda,
    grant_organization,
)
from ecr_constructs.core.iam import PolicyStatement, check_repository_policy
from ecr_constructs.core.lifecycle import Origin, compose, parse_policy
from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.replication import (
    ReplicationContribution,
    check_contribution,
    check_rules,
    merge_contributions,
)
from ecr_constructs.core.repository import check_settings
from ecr_constructs.core.ssm import MOST_STANDARD_PARAMETERS, PublishedPaths, check_parameter_path
from ecr_constructs.core.tags import check_tags
from ecr_constructs.errors import Problem, show

__all__ = ["DEFAULTS", "REPOSITORIES", "check_environment", "check_said", "check_settings_keys", "pull_statements"]

REPOSITORIES, DEFAULTS = "ecr_repositories", "ecr_defaults"


def check_settings_keys(settings: EnvironmentSettings, *, file_stem: str) -> Iterator[Problem]:
    """Check the keys that are not about repositories against each other and against the file's name."""
    if settings.env != file_stem:
        rule = f"must equal the file's name, {file_stem}"
        yield Problem(("env",), "environment-name", rule, show(settings.env), "Rename one of the two.")
    if settings.state_key is not None and settings.bucket is None:
        fix = "Add bucket:, or remove state_key:."
        yield Problem(("state_key",), "state-without-bucket", "must come with a bucket", "none", fix)
    if settings.ecr_encryption_type == "KMS" and settings.ecr_kms_key is None:
        yield _kms_without_key(("ecr_encryption_type",), "ecr_kms_key")
    yield from _check_key_region(settings.ecr_kms_key, settings.region, ("ecr_kms_key",))


def check_said(options: RepositoryOptions, *path: str) -> Iterator[Problem]:
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


def check_environment(environment: Environment) -> Iterator[Problem]:
    """Check the repositories of an environment, each by itself and all together."""
    for repository in environment.repositories.values():
        place = _place(repository)
        for check in _REPOSITORY_CHECKS:
            yield from (place(problem) for problem in check(repository, environment))
    yield from _check_unique_names(environment.repositories.values())
    yield from _check_keys_used(environment)
    yield from _check_replication_limits(environment)
    yield from _check_published(environment)


def pull_statements(
    repository: DeclaredRepository, *, account_id: str, region: str, partition: str
) -> list[PolicyStatement]:
    """Return the statements of a repository's policy."""
    accounts = repository.pull_account_ids
    statements = grant_accounts(accounts, PULL_ACTIONS, partition=partition, sid="PullFromAccounts")
    statements += grant_organization(repository.options.organization_id, PULL_ACTIONS, sid="PullFromOrganization")
    if repository.options.enable_lambda_pull:
        statements += grant_lambda(
            own_account_id=account_id, other_account_ids=accounts, region=region, partition=partition
        )
    return statements


def _place(repository: DeclaredRepository) -> Callable[[Problem], Problem]:
    """Return how a problem of a repository gets its path: where the option was said, or the repository itself."""
    own = repository.own_keys

    def place(problem: Problem) -> Problem:
        key = problem.path[0] if problem.path else None
        if key is not None and key not in own and key in repository.options.model_fields_set:
            return problem.under(DEFAULTS)
        return problem.under(REPOSITORIES, repository.logical_name)

    return place


def _check_name(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    return check_repository_name(repository.repository_name, "repository_name")


def _check_repository_settings(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    return check_settings(repository.repository_settings)


def _check_key(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    own_key = repository.options.kms_key
    if repository.encryption_type == "KMS":
        if repository.kms_key is None and environment.settings.ecr_encryption_type != "KMS":
            yield _kms_without_key(("encryption_type",), "kms_key, or ecr_kms_key for all repositories")
        yield from _check_key_region(own_key, environment.settings.region, ("kms_key",))
    elif own_key is not None and "kms_key" in repository.own_keys:
        fix = "Set encryption_type: KMS, or remove the key."
        yield Problem(("kms_key",), "kms-key", "must be left out with AES256", show(own_key), fix)


def _check_lifecycle(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    if repository.options.lifecycle_policy is not None:
        rules, problems = parse_policy(repository.options.lifecycle_policy, prefix=("lifecycle_policy",))
        if problems:
            return problems
        origins = [Origin(("lifecycle_policy", "rules", index), "json") for index in range(len(rules))]
        return compose(rules, origins=origins)[1]
    return compose(repository.lifecycle_rules, repository.shortcuts)[1]


def _check_access(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    options = repository.options
    accounts, own_account = options.allowed_account_ids, environment.settings.account_id
    if options.enable_cross_account_access and not accounts:
        rule = "must come with allowed_account_ids"
        yield Problem(("enable_cross_account_access",), "access-without-accounts", rule, "none", "List the accounts.")
    if "allowed_account_ids" in repository.own_keys and accounts and not options.enable_cross_account_access:
        fix = "Set enable_cross_account_access: true, or remove the accounts."
        rule = "must come with enable_cross_account_access: true, or nobody gets access"
        yield Problem(("allowed_account_ids",), "access-not-enabled", rule, show(list(accounts)), fix)
    for index, account_id in enumerate(accounts):
        path = ("allowed_account_ids", index)
        if account_id in accounts[:index]:
            yield Problem(path, "access-twice", "must be listed once", show(account_id), "Remove the second one.")
        if account_id == own_account:
            fix = "Remove it: the account's own identities need an identity policy alone."
            yield Problem(path, "access-own-account", "must be another account", show(account_id), fix)
    statements = pull_statements(
        repository,
        account_id=own_account or "0" * 12,
        region=environment.settings.region,
        partition=environment.partition,
    )
    if statements:
        yield from check_repository_policy(statements)


def _check_replication(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    options = repository.options
    if not options.enable_replication:
        if "replication_destinations" in repository.own_keys and options.replication_destinations:
            fix = "Set enable_replication: true, or remove the destinations."
            rule = "must come with enable_replication: true, or nothing is replicated"
            got = show([each.region for each in options.replication_destinations])
            yield Problem(("replication_destinations",), "replication-not-enabled", rule, got, fix)
        return
    settings = environment.settings
    contribution = _contribution(repository)
    yield from check_contribution(contribution, region=settings.region, registry_id=settings.account_id)


def _check_tags(repository: DeclaredRepository, environment: Environment) -> list[Problem]:
    # Each map is checked by the models; together they must not be too many for one resource.
    return check_tags({**environment.tags, **repository.options.tags}, "tags")


def _check_path(repository: DeclaredRepository, _environment: Environment) -> list[Problem]:
    path = repository.ssm_path
    return [] if path is None else check_parameter_path(path)


_REPOSITORY_CHECKS: tuple[Callable[[DeclaredRepository, Environment], Iterable[Problem]], ...] = (
    _check_name,
    _check_repository_settings,
    _check_key,
    _check_lifecycle,
    _check_access,
    _check_replication,
    _check_tags,
    _check_path,
)


def _check_unique_names(repositories: Iterable[DeclaredRepository]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for repository in repositories:
        name = repository.repository_name
        owner = first.setdefault(name, repository.logical_name)
        if owner != repository.logical_name:
            rule = f"must have a name of its own; {owner} is {name} too"
            fix = "Give one of the two another repository_name."
            path = (REPOSITORIES, repository.logical_name)
            yield Problem(path, "repository-name-taken", rule, "", fix)


def _check_keys_used(environment: Environment) -> Iterator[Problem]:
    """Check that a key is there to be used: an unused one means images that are not encrypted as meant."""
    if environment.settings.ecr_kms_key is None or not environment.repositories:
        return
    if environment.settings.ecr_encryption_type != "KMS" and not any(
        repository.encryption_type == "KMS" and repository.options.kms_key is None
        for repository in environment.repositories.values()
    ):
        rule = "must be used; every repository is encrypted with AES256"
        fix = "Set ecr_encryption_type: KMS before the repositories are made, or remove the key."
        yield Problem(("ecr_kms_key",), "kms-key-unused", rule, "", fix)


def _check_replication_limits(environment: Environment) -> Iterator[Problem]:
    contributions = [
        _contribution(repository)
        for repository in environment.repositories.values()
        if repository.replication_destinations
    ]
    for problem in check_rules(merge_contributions(contributions)):
        yield Problem((REPOSITORIES,), problem.code, problem.rule, problem.got, problem.fix)


def _check_published(environment: Environment) -> Iterator[Problem]:
    published = PublishedPaths()
    for name, repository in environment.repositories.items():
        path = repository.ssm_path
        if path is not None and (taken := published.add(path, name)) is not None:
            rule = f"must not be published below the parameters of {taken}"
            fix = "Rename one of the two, or set publish_to_ssm: false."
            yield Problem((REPOSITORIES, name), "ssm-collision", rule, show(path), fix)
    if len(published) > MOST_STANDARD_PARAMETERS:
        rule = f"must come to at most {MOST_STANDARD_PARAMETERS:,} Standard parameters in one account and region"
        fix = "Set publish_to_ssm: false where nobody reads the parameters; each repository has eight."
        yield Problem((REPOSITORIES,), "ssm-limit", rule, f"{len(published):,}", fix)


def _contribution(repository: DeclaredRepository) -> ReplicationContribution:
    return ReplicationContribution(
        destinations=repository.replication_destinations, prefixes=(repository.repository_name,), exact=True
    )


def _kms_without_key(path: tuple[str, ...], name: str) -> Problem:
    fix = f"Add {name}: the key's full ARN, an alias, or an output of another state."
    return Problem(path, "kms-without-key", "must come with a key", "KMS alone", fix)


def _check_key_region(key: object, region: str, path: tuple[str, ...]) -> Iterator[Problem]:
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html: a key of the same region
    if isinstance(key, str) and key.split(":")[3] != region:
        fix = "Use a key of the repository's own region."
        yield Problem(path, "kms-key-region", f"must lie in {region}", show(key), fix)
