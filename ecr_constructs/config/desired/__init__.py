"""What an environment wants of AWS, as the core's value objects: the one description of it.

The rules judge these objects, and `EnvironmentRepositories` makes them. What is said of a repository is a function of
its declaration; what is said of the registry is a function of the environment. What becomes one construct is `Wanted`,
which also says where the file says it.

- `repositories`: of a repository.
- `registry`: of the registry.
- `templates`: of repositories that ECR makes by itself.
- `caches`: of pull-through caches.
- `findings`: of the findings of scans.
- `pull_times`: of whose pulls are not recorded.
- `public`: of public repositories.
- `keys`: of KMS keys.
- `identities`: of who acts on repositories.
- `oidc`: of jobs of CI services.
- `endpoints`: of the network.
- `deployments`: of what a push deploys.
- `everything`: all that becomes one construct.
- `provider`: the versions of the provider that know it.
- `wanted`: what becomes one construct.
- `fields`: the fields that options and a value object share.
"""

from __future__ import annotations

from ecr_constructs.config.desired.caches import caches_of
from ecr_constructs.config.desired.deployments import deployed_names, deployments_of, forward_of, pushed_elsewhere
from ecr_constructs.config.desired.endpoints import endpoints_of
from ecr_constructs.config.desired.everything import wanted_of
from ecr_constructs.config.desired.findings import FINDINGS_KEYS, findings_of
from ecr_constructs.config.desired.identities import (
    IDENTITY_KEYS,
    identities_of,
    names_for,
    repositories_are_known,
)
from ecr_constructs.config.desired.keys import created_key_of
from ecr_constructs.config.desired.oidc import SERVICES, oidc_of, source_of
from ecr_constructs.config.desired.provider import newer_features_of, provider_version_of
from ecr_constructs.config.desired.public import public_of
from ecr_constructs.config.desired.pull_times import pull_exclusions_of
from ecr_constructs.config.desired.registry import (
    account_settings_of,
    registry_grants_of,
    registry_of,
    replication_of,
    scanning_of,
)
from ecr_constructs.config.desired.repositories import (
    access_of,
    accounts_that_pull,
    reference_of,
    replication_destinations_of,
    retention_of,
    retention_said,
    said_settings_of,
    settings_of,
    trusted_accounts_of,
)
from ecr_constructs.config.desired.templates import templates_of
from ecr_constructs.config.desired.wanted import Output, Wanted

__all__ = [
    "FINDINGS_KEYS",
    "IDENTITY_KEYS",
    "SERVICES",
    "Output",
    "Wanted",
    "access_of",
    "account_settings_of",
    "accounts_that_pull",
    "caches_of",
    "created_key_of",
    "deployed_names",
    "deployments_of",
    "endpoints_of",
    "findings_of",
    "forward_of",
    "identities_of",
    "names_for",
    "newer_features_of",
    "oidc_of",
    "provider_version_of",
    "public_of",
    "pull_exclusions_of",
    "pushed_elsewhere",
    "reference_of",
    "registry_grants_of",
    "registry_of",
    "replication_destinations_of",
    "replication_of",
    "repositories_are_known",
    "retention_of",
    "retention_said",
    "said_settings_of",
    "scanning_of",
    "settings_of",
    "source_of",
    "templates_of",
    "trusted_accounts_of",
    "wanted_of",
]
