"""Everything that must hold of environment files beyond the form of their keys, one file a subject.

A rule is a function that yields problems, or notices of what is right and has to be seen. It looks at one repository,
at one environment, or at all of them; whatever its scope, it lies in the file of its subject and is registered below.

- `access`: who may do what with a repository.
- `acknowledgements`: notices that need not be shown any more.
- `adoption`: what exists in AWS and is imported.
- `caches`: pull-through caches.
- `catalogue`: every code, with its title, severity and page, and what must be right before it is said.
- `credentials`: whose credentials Terraform uses.
- `defaults`: which repositories take an option from which place; no rules.
- `deployments`: what a push, or an event, deploys.
- `endpoints`: VPC endpoints.
- `file`: the file's name and the number of tags of everything in it.
- `findings`: what becomes of the findings of scans.
- `identities`: roles and policies that are made for whoever acts on repositories.
- `keys`: KMS keys.
- `lifecycle`: what expires.
- `names`: names of repositories.
- `oidc`: jobs of GitHub Actions and GitLab CI, which get roles.
- `page`: the page of all rules; no rules.
- `parameters`: what is published in Parameter Store.
- `protection`: what keeps images from being destroyed.
- `provider`: versions of Terraform's AWS provider.
- `public`: public repositories.
- `pull_times`: pulls that are not recorded.
- `references`: repositories that are made elsewhere.
- `regions`: regions that there are.
- `registry_policy`: the policy of the registry.
- `renames`: repositories that get another name.
- `replication`: destinations, limits, accidents, counterparts, and deletions that are replicated.
- `scanning`: frequencies, filters and accidents.
- `settings`: the settings that a repository is created with.
- `sharing`: one of a kind in a registry, and each name once.
- `state`: Terraform's state and the names of stacks.
- `tags`: tags in place of others, or beside others of one spelling.
- `templates`: repository creation templates.
- `unused`: options that do nothing.
- `wanted`: whatever becomes one construct of the registry, judged by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.config.rules import (
    access,
    acknowledgements,
    adoption,
    caches,
    credentials,
    deployments,
    endpoints,
    file,
    findings,
    identities,
    keys,
    lifecycle,
    names,
    oidc,
    parameters,
    protection,
    provider,
    public,
    pull_times,
    references,
    regions,
    registry_policy,
    renames,
    replication,
    scanning,
    settings,
    sharing,
    state,
    tags,
    templates,
    unused,
    wanted,
)
from ecr_constructs.errors import Problem

__all__ = ["BETWEEN_ENVIRONMENTS", "OF_AN_ENVIRONMENT", "OF_A_REPOSITORY"]

OF_A_REPOSITORY: tuple[Callable[[DeclaredRepository, Environment], Iterable[Problem]], ...] = (
    lifecycle.check_policy_alone,
    names.check_name,
    references.check_options_of_reference,
    references.check_ecr_config,
    parameters.check_published_path,
    settings.check_repository_settings,
    keys.check_key_of_one,
    lifecycle.check_retention,
    access.check_access_given,
    replication.check_destinations,
    regions.point_out_regions_of_one,
    file.check_tags_of_one,
    tags.point_out_tags_alike_of_one,
    unused.check_options_used,
    renames.check_rename,
    acknowledgements.check_acknowledged,
)
"""Paths of their problems begin with an option; `DeclaredRepository.place` finds the place of that in the file."""

OF_AN_ENVIRONMENT: tuple[Callable[[Environment], Iterable[Problem]], ...] = (
    file.check_file_name,
    regions.point_out_regions,
    credentials.check_credentials,
    state.check_bucket,
    provider.check_provider_floor,
    keys.check_key_of_all,
    keys.check_key_regions,
    references.check_strategy,
    references.check_defaults_of_references,
    access.check_trusted,
    file.check_tags_of_all,
    tags.check_tags_of_roles,
    tags.point_out_tags_in_place,
    tags.point_out_tags_alike,
    access.point_out_functions_of_organization,
    access.point_out_other_side,
    lifecycle.check_policy_alone_in_defaults,
    lifecycle.check_retention_of_defaults,
    settings.check_filters_of_defaults,
    names.check_default_name,
    renames.check_default_rename,
    acknowledgements.check_acknowledged_by_all,
    registry_policy.check_grants,
    registry_policy.point_out_scope,
    caches.check_upstreams,
    wanted.check_wanted,
    wanted.point_out_lines,
    caches.check_secrets,
    templates.check_templates_once,
    templates.point_out_pushes,
    lifecycle.check_presets_of_templates,
    keys.check_keys_of_templates,
    pull_times.check_exclusions,
    pull_times.point_out_exclusions,
    public.check_public_partition,
    public.check_public_names,
    public.check_public_tags,
    public.point_out_undiscoverable,
    findings.check_findings_logged,
    scanning.check_frequency,
    scanning.check_filters,
    keys.check_created_key,
    keys.check_key_states,
    deployments.check_deployment_keys,
    identities.check_identity_repositories,
    oidc.check_oidc_sources,
    oidc.check_oidc_keys,
    oidc.check_oidc_repositories,
    identities.check_identity_names,
    identities.check_identity_tags,
    protection.check_protected,
    names.check_unique_names,
    keys.check_key_used,
    unused.check_defaults_used,
    replication.check_replication_limits,
    replication.point_out_deletions,
    parameters.check_published,
    renames.check_renames_together,
    renames.point_out_renames,
    protection.point_out_replacement,
    adoption.point_out_adopted,
    adoption.point_out_left_in_place,
    lifecycle.point_out_retention_of_templates,
    identities.point_out_closed_to_lambda,
    oidc.point_out_trust,
    endpoints.point_out_closed_s3,
)
"""Paths of their problems start at the top of the file."""

BETWEEN_ENVIRONMENTS: tuple[Callable[[Environments], Iterable[Located]], ...] = (
    state.check_stack_ids,
    state.check_states,
    access.check_trusted_environments,
    access.point_out_functions_elsewhere,
    caches.point_out_closed_caches,
    parameters.check_inherited_parameters,
    references.check_sources,
    identities.check_identities_of_consumers,
    oidc.check_oidc_of_consumers,
    deployments.check_deployments,
    deployments.point_out_deployments,
    sharing.check_one_per_registry,
    sharing.check_names_once,
    registry_policy.check_policies,
    pull_times.check_exclusions_of_registry,
    pull_times.point_out_running,
    replication.check_counterparts,
    names.check_names_of_registry,
    replication.check_replication_of_registry,
    scanning.check_filters_of_registry,
    parameters.check_parameters_of_registry,
    replication.point_out_accidents,
    replication.point_out_closed_replicas,
    scanning.point_out_accidents,
    endpoints.check_vpcs,
    endpoints.point_out_regions_elsewhere,
)
"""Each problem comes with its file, and its path starts at the top of that."""
