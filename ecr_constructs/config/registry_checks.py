"""Rules about the registry of an environment.

Each check returns problems whose path starts at the top of the file.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from ecr_constructs.config.environment import Environment
from ecr_constructs.config.key_checks import check_key_region
from ecr_constructs.config.model.registry import PublicRepositoryOptions, PullThroughCacheOptions, TemplateOptions
from ecr_constructs.core.access import PULL_ACTIONS, grant_accounts, grant_organization
from ecr_constructs.core.iam import check_repository_policy
from ecr_constructs.core.lifecycle import LifecycleRule, Shortcuts
from ecr_constructs.core.names import check_logical_name
from ecr_constructs.core.registry.caches import SECRET_PREFIX, PullThroughRule, check_pull_through_rule
from ecr_constructs.core.registry.policy import check_replicated_prefixes
from ecr_constructs.core.registry.public import (
    PUBLIC_PUSH_ACTIONS,
    CatalogData,
    check_catalog_data,
    check_public_policy,
    check_public_repository_name,
)
from ecr_constructs.core.registry.templates import CreationTemplate, check_creation_template, template_lifecycle
from ecr_constructs.core.registry.upstreams import find_upstream
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.core.tags import MOST_TAGS
from ecr_constructs.errors import KeyPath, Problem, show

__all__ = ["check_registry", "secret_of"]

_PRINCIPAL = re.compile(r"[0-9]{12}|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(root|(role|user|assumed-role)/[^*]+)")


def check_registry(environment: Environment) -> Iterator[Problem]:
    """Check what an environment says of its registry."""
    yield from _check_policy(environment)
    yield from _check_caches(environment)
    yield from _check_templates(environment)
    yield from _check_public(environment)
    yield from _check_account_settings(environment)


def _check_policy(environment: Environment) -> Iterator[Problem]:
    options, path = environment.settings.ecr_registry_policy, ("ecr_registry_policy", "replication_sources")
    for index, source in enumerate(() if options is None else options.replication_sources):
        prefixes = check_replicated_prefixes(source.repository_prefixes, "repository_prefixes")
        yield from (problem.under(*path, index) for problem in prefixes)
        if source.account_id == environment.settings.account_id:
            fix = "Remove it: replication between regions of one account needs no policy."
            got = show(source.account_id)
            yield Problem((*path, index, "account_id"), "access-own-account", "must be another account", got, fix)


def _check_caches(environment: Environment) -> Iterator[Problem]:
    settings, secrets = environment.settings, dict[str, str]()
    for prefix, options in settings.ecr_pull_through_caches.items():
        path = ("ecr_pull_through_caches", prefix)
        for problem in _cache_problems(prefix, options, environment):
            # The prefix is the key itself.
            yield problem.under(*path) if problem.path != ("ecr_repository_prefix",) else _at(problem, path)
        if options.create_secret and (owner := secrets.setdefault(secret_of(prefix, options), prefix)) != prefix:
            rule = f"must make a secret of its own; {owner} makes {secret_of(prefix, options)} too"
            fix = "Give one of the two another secret_name, or use the secret of the other by its name."
            yield Problem((*path, "secret_name"), "secret-taken", rule, "", fix)
        for index, principal in enumerate(options.principals):
            if not _PRINCIPAL.fullmatch(principal):
                fix = "Write the 12 digits of an account, in quotes, or arn:aws:iam::..."
                rule = "must be an account id or an ARN"
                yield Problem((*path, "principals", index), "grant-principal", rule, show(principal), fix)
        if options.creation_template is not None:
            template = _template(prefix, ("PULL_THROUGH_CACHE",), options.creation_template)
            found = _template_problems(template, options.creation_template, environment)
            yield from (problem.under(*path, "creation_template") for problem in found if problem.path != ("prefix",))
            if prefix in settings.ecr_creation_templates:
                fix = "Say it in one of the two."
                rule = "must be the only template of the prefix; ecr_creation_templates has one"
                yield Problem((*path, "creation_template"), "template-twice", rule, "", fix)


def secret_of(prefix: str, options: PullThroughCacheOptions) -> str:
    """Return the name of the secret that a cache makes."""
    return options.secret_name or f"{SECRET_PREFIX}{prefix}"


def _cache_problems(prefix: str, options: PullThroughCacheOptions, environment: Environment) -> list[Problem]:
    upstream, problems = find_upstream(options.upstream)
    if options.upstream == "ecr":
        fix = "Write the host of the registry, as in 111111111111.dkr.ecr.us-east-1.amazonaws.com."
        problems = [dataclasses.replace(problem, fix=fix) for problem in problems]
    rule = PullThroughRule(
        ecr_repository_prefix=prefix,
        upstream=upstream,
        upstream_repository_prefix=options.upstream_repository_prefix,
        credential_arn=options.credential_arn,
        secret_name=options.secret_name,
        create_secret=options.create_secret,
        recovery_window_in_days=options.recovery_window_in_days,
        custom_role_arn=options.custom_role_arn,
    )
    settings = environment.settings
    return [*problems, *check_pull_through_rule(rule, region=settings.region, account_id=settings.account_id)]


def _check_templates(environment: Environment) -> Iterator[Problem]:
    for prefix, options in environment.settings.ecr_creation_templates.items():
        path = ("ecr_creation_templates", prefix)
        for problem in _template_problems(_template(prefix, options.applied_for, options), options, environment):
            yield problem.under(*path) if problem.path != ("prefix",) else _at(problem, path)


def _template(prefix: str, applied_for: tuple[str, ...], options: TemplateOptions) -> CreationTemplate:
    return CreationTemplate(
        prefix=prefix,
        applied_for=applied_for,
        settings=RepositorySettings(
            image_tag_mutability=options.image_tag_mutability,
            image_tag_mutability_exclusion_filters=options.image_tag_mutability_exclusion_filters,
            encryption_type=options.encryption_type,
            kms_key=options.kms_key if isinstance(options.kms_key, str) else None,
        ),
        description=options.description,
        resource_tags=options.resource_tags,
        custom_role_arn=options.custom_role_arn,
        create_role=options.create_role,
    )


def _template_problems(
    template: CreationTemplate, options: TemplateOptions, environment: Environment
) -> Iterator[Problem]:
    yield from check_creation_template(template, account_id=environment.settings.account_id)
    shortcuts = Shortcuts(
        max_image_count=options.max_image_count,
        expire_untagged_after_days=options.expire_untagged_after_days,
        expire_tagged_after_days=options.expire_tagged_after_days,
        max_untagged_count=options.max_untagged_count,
        protected_tags=options.protected_tags,
    )
    statements = [
        *grant_accounts(options.allowed_account_ids, PULL_ACTIONS, partition=environment.partition, sid="Pull"),
        *grant_organization(options.organization_id, PULL_ACTIONS, sid="PullFromOrganization"),
    ]
    for problem in check_repository_policy(statements) if statements else ():
        yield _at(problem, ("allowed_account_ids",))
    rules = [LifecycleRule(**dict(rule)) for rule in options.lifecycle_rules]
    yield from template_lifecycle(rules, shortcuts, options.lifecycle_policy)[1]
    yield from check_key_region(options.kms_key, environment.settings.region, ("kms_key",))
    # Of a key by its ARN the core says so.
    if options.kms_key is not None and not isinstance(options.kms_key, str) and options.encryption_type != "KMS":
        fix = "Set encryption_type: KMS, or remove the key."
        rule = "must come with encryption_type: KMS, or images are not encrypted with it"
        yield Problem(("kms_key",), "kms-key-unused", rule, "", fix)


def _check_public(environment: Environment) -> Iterator[Problem]:
    settings, first = environment.settings, dict[str, str]()
    if settings.ecr_public_repositories and environment.partition != "aws":
        fix = "Public repositories exist in the partition aws alone."
        rule = "must come with a region of the partition aws"
        yield Problem(("ecr_public_repositories",), "public-region", rule, show(settings.region), fix)
    for name, options in settings.ecr_public_repositories.items():
        said = options or PublicRepositoryOptions()
        path = ("ecr_public_repositories", name)
        yield from check_logical_name(name, *path)
        if said.repository_name is not None:
            yield from check_public_repository_name(said.repository_name, *path, "repository_name")
        elif not check_logical_name(name):
            yield from check_public_repository_name(name, *path)
        owner = first.setdefault(said.repository_name or name, name)
        if owner != name:
            rule = f"must have a name of its own; {owner} is {said.repository_name or name} too"
            yield Problem(path, "repository-name-taken", rule, "", "Give one of the two another repository_name.")
        if settings.protected and said.force_destroy:
            rule, fix = "must not be true with protected: true", "Remove it, or protected: true."
            yield Problem((*path, "force_destroy"), "protected", rule, "true", fix)
        pushing = grant_accounts(said.push_account_ids, PUBLIC_PUSH_ACTIONS, partition="aws", sid="AllowPush")
        for problem in check_public_policy(pushing):
            yield _at(problem, (*path, "push_account_ids"))
        number = len({**environment.tags, **said.tags})
        if len(environment.tags) <= MOST_TAGS < number:
            rule = f"must have at most {MOST_TAGS} entries, with those of every resource"
            yield Problem((*path, "tags"), "tags", rule, f"{number}", "Remove some.")
        data = CatalogData(
            about_text=said.about_text,
            architectures=said.architectures,
            description=said.description,
            operating_systems=said.operating_systems,
            usage_text=said.usage_text,
        )
        yield from (problem.under(*path) for problem in check_catalog_data(data))


def _check_account_settings(environment: Environment) -> Iterator[Problem]:
    options = environment.settings.ecr_account_settings
    if options is not None and not any(dict(options).values()):
        fix = "Give basic_scan_type_version or registry_policy_scope, or remove the key."
        yield Problem(("ecr_account_settings",), "account-settings-empty", "must set something", "nothing", fix)


def _at(problem: Problem, path: KeyPath) -> Problem:
    """Return a problem at another path."""
    return Problem(path, problem.code, problem.rule, problem.got, problem.fix)
