"""Reusable constructs for Amazon ECR that synthesise Terraform JSON through CDKTF.

The names below are loaded when they are first used, so that importing the package costs next to nothing and takes no
engine with it.

- `constructs`: the constructs, which put the core's documents into resources.
- `core`: names, documents and rules of ECR, without the engine.
- `config`: environment files: models, reading, and the rules that they are held to.
- `access`: what `ecr-constructs access` shows: who may pull and push.
- `changes`: what a change would do to what is there.
- `report`: what `ecr-constructs validate` shows.
- `terminal`: what is the same wherever people read: width, colours, findings, tables.
- `migration`: files of older versions and other layouts, brought to the current one.
- `adoption`: repositories that exist in AWS, brought into an environment file.
- `discovery`: what is published about repositories, read by programs that run in AWS.
- `doctor`: what is published of an environment, compared with what there is.
- `sandbox`: an environment tried for real against an embedded AWS.
- `testing`: tests of stacks, as a plugin of pytest.
- `cli`: the command `ecr-constructs`.
- `errors`: what is raised when input is wrong, and the problems in it.
- `fast`: the import that makes the provider's bindings load lazily.
- `_engine`: the only part that imports CDKTF and the bindings.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecr_constructs.constructs.account_settings import AccountSettings
    from ecr_constructs.constructs.base.repository import RepositoryBase
    from ecr_constructs.constructs.codebuild_policy import CodeBuildPolicy
    from ecr_constructs.constructs.cross_account_policy import CrossAccountPolicy
    from ecr_constructs.constructs.deployment_events import DeploymentEvents
    from ecr_constructs.constructs.ecr_vpc_endpoints import EcrVpcEndpoints
    from ecr_constructs.constructs.ecs_execution_role import EcsExecutionRole
    from ecr_constructs.constructs.environment.repositories import EnvironmentRepositories
    from ecr_constructs.constructs.event_rule import EventRule
    from ecr_constructs.constructs.github_oidc_role import GithubOidcRole
    from ecr_constructs.constructs.gitlab_oidc_role import GitlabOidcRole
    from ecr_constructs.constructs.image_updater_role import ImageUpdaterRole
    from ecr_constructs.constructs.lambda_pull import LambdaPull
    from ecr_constructs.constructs.lifecycle_policy import LifecyclePolicy
    from ecr_constructs.constructs.node_pull_policy import NodePullPolicy
    from ecr_constructs.constructs.public_repository import PublicRepository
    from ecr_constructs.constructs.pull_through_cache import PullThroughCache
    from ecr_constructs.constructs.registry_policy import RegistryPolicy
    from ecr_constructs.constructs.registry_scanning import RegistryScanning
    from ecr_constructs.constructs.replication_config import ReplicationConfig
    from ecr_constructs.constructs.repository import Repository
    from ecr_constructs.constructs.repository_creation_template import RepositoryCreationTemplate
    from ecr_constructs.constructs.repository_key import ImportedKey, RepositoryKey
    from ecr_constructs.constructs.scan_findings_log import ScanFindingsLog
    from ecr_constructs.constructs.ssm_publisher import SsmPublisher
    from ecr_constructs.constructs.ssm_read_policy import SsmReadPolicy
    from ecr_constructs.core.events.targets import EventTarget
    from ecr_constructs.core.iam import PolicyStatement
    from ecr_constructs.core.identities.github import GithubRepository
    from ecr_constructs.core.identities.gitlab import GitlabProject
    from ecr_constructs.core.lifecycle import LifecycleRule
    from ecr_constructs.core.registry.replication import ReplicationDestination
    from ecr_constructs.core.registry.upstreams import EcrUpstream
    from ecr_constructs.core.repository import RepositorySettings
    from ecr_constructs.errors import EcrConstructsError, InvalidInput, Problem

__all__ = [
    "AccountSettings",
    "CodeBuildPolicy",
    "CrossAccountPolicy",
    "DeploymentEvents",
    "EcrConstructsError",
    "EcrUpstream",
    "EcrVpcEndpoints",
    "EcsExecutionRole",
    "EnvironmentRepositories",
    "EventRule",
    "EventTarget",
    "GithubOidcRole",
    "GithubRepository",
    "GitlabOidcRole",
    "GitlabProject",
    "ImageUpdaterRole",
    "ImportedKey",
    "InvalidInput",
    "LambdaPull",
    "LifecyclePolicy",
    "LifecycleRule",
    "NodePullPolicy",
    "PolicyStatement",
    "Problem",
    "PublicRepository",
    "PullThroughCache",
    "RegistryPolicy",
    "RegistryScanning",
    "ReplicationConfig",
    "ReplicationDestination",
    "Repository",
    "RepositoryBase",
    "RepositoryCreationTemplate",
    "RepositoryKey",
    "RepositorySettings",
    "ScanFindingsLog",
    "SsmPublisher",
    "SsmReadPolicy",
]

_MODULES = {
    "AccountSettings": "constructs.account_settings",
    "CodeBuildPolicy": "constructs.codebuild_policy",
    "CrossAccountPolicy": "constructs.cross_account_policy",
    "DeploymentEvents": "constructs.deployment_events",
    "EcrConstructsError": "errors",
    "EcrUpstream": "core.registry.upstreams",
    "EcrVpcEndpoints": "constructs.ecr_vpc_endpoints",
    "EcsExecutionRole": "constructs.ecs_execution_role",
    "EnvironmentRepositories": "constructs.environment.repositories",
    "EventRule": "constructs.event_rule",
    "EventTarget": "core.events.targets",
    "GithubOidcRole": "constructs.github_oidc_role",
    "GithubRepository": "core.identities.github",
    "GitlabOidcRole": "constructs.gitlab_oidc_role",
    "GitlabProject": "core.identities.gitlab",
    "ImageUpdaterRole": "constructs.image_updater_role",
    "ImportedKey": "constructs.repository_key",
    "InvalidInput": "errors",
    "LambdaPull": "constructs.lambda_pull",
    "LifecyclePolicy": "constructs.lifecycle_policy",
    "LifecycleRule": "core.lifecycle",
    "NodePullPolicy": "constructs.node_pull_policy",
    "PolicyStatement": "core.iam",
    "Problem": "errors",
    "PublicRepository": "constructs.public_repository",
    "PullThroughCache": "constructs.pull_through_cache",
    "RegistryPolicy": "constructs.registry_policy",
    "RegistryScanning": "constructs.registry_scanning",
    "ReplicationConfig": "constructs.replication_config",
    "ReplicationDestination": "core.registry.replication",
    "Repository": "constructs.repository",
    "RepositoryBase": "constructs.base.repository",
    "RepositoryCreationTemplate": "constructs.repository_creation_template",
    "RepositoryKey": "constructs.repository_key",
    "RepositorySettings": "core.repository",
    "ScanFindingsLog": "constructs.scan_findings_log",
    "SsmPublisher": "constructs.ssm_publisher",
    "SsmReadPolicy": "constructs.ssm_read_policy",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
