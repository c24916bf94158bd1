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
- `review`: what a change of environment files comes to, told before anybody approves it.
- `doctor`: what is published of an environment, compared with what there is.
- `lifecycle`: what lifecycle policies do to the images that there are, shown before they do it.
- `deploying`: what the role may do that runs `cdktf deploy`.
- `start`: a project that deploys environment files, written into an empty folder.
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
    from ecr_constructs.constructs.environment.backend import configure_backend
    from ecr_constructs.constructs.environment.provider import configure_provider
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
    from ecr_constructs.constructs.pull_time_update_exclusion import PullTimeUpdateExclusion
    from ecr_constructs.constructs.registry_policy import RegistryPolicy
    from ecr_constructs.constructs.registry_scanning import RegistryScanning
    from ecr_constructs.constructs.replication_config import ReplicationConfig
    from ecr_constructs.constructs.repository import Repository
    from ecr_constructs.constructs.repository_creation_template import RepositoryCreationTemplate
    from ecr_constructs.constructs.repository_key import ImportedKey, RepositoryKey
    from ecr_constructs.constructs.scan_findings_log import ScanFindingsLog
    from ecr_constructs.constructs.ssm_publisher import SsmPublisher
    from ecr_constructs.constructs.ssm_read_policy import SsmReadPolicy
    from ecr_constructs.core.adoption import RepositoryPart
    from ecr_constructs.core.endpoint_policies import S3EndpointPolicy
    from ecr_constructs.core.events.deployments import DeploymentTrigger
    from ecr_constructs.core.events.targets import EventTarget, EventTargetKind
    from ecr_constructs.core.iam import PolicyEffect, PolicyStatement
    from ecr_constructs.core.identities.github import GithubRepository
    from ecr_constructs.core.identities.gitlab import GitlabProject
    from ecr_constructs.core.lifecycle import (
        BeyondKept,
        CountType,
        CountUnit,
        LifecycleAction,
        LifecycleRule,
        RetentionPreset,
        StorageClass,
        TagStatus,
        TargetStorageClass,
    )
    from ecr_constructs.core.registry.account_settings import BasicScanTypeVersion, BlobMounting, RegistryPolicyScope
    from ecr_constructs.core.registry.finding_events import FindingSeverity
    from ecr_constructs.core.registry.replication import ReplicationDestination
    from ecr_constructs.core.registry.scanning import InspectorResourceType, ScanFrequency, ScanType
    from ecr_constructs.core.registry.templates import TemplateAppliedFor
    from ecr_constructs.core.registry.upstreams import EcrUpstream
    from ecr_constructs.core.repository import EncryptionType, ImageTagMutability, RepositorySettings
    from ecr_constructs.core.ssm import SsmLayout, SsmParameterName
    from ecr_constructs.core.tokens import TokenString, token
    from ecr_constructs.errors import EcrConstructsError, InvalidInput, Problem

__all__ = [
    "AccountSettings",
    "BasicScanTypeVersion",
    "BeyondKept",
    "BlobMounting",
    "CodeBuildPolicy",
    "CountType",
    "CountUnit",
    "CrossAccountPolicy",
    "DeploymentEvents",
    "DeploymentTrigger",
    "EcrConstructsError",
    "EcrUpstream",
    "EcrVpcEndpoints",
    "EcsExecutionRole",
    "EncryptionType",
    "EnvironmentRepositories",
    "EventRule",
    "EventTarget",
    "EventTargetKind",
    "FindingSeverity",
    "GithubOidcRole",
    "GithubRepository",
    "GitlabOidcRole",
    "GitlabProject",
    "ImageTagMutability",
    "ImageUpdaterRole",
    "ImportedKey",
    "InspectorResourceType",
    "InvalidInput",
    "LambdaPull",
    "LifecycleAction",
    "LifecyclePolicy",
    "LifecycleRule",
    "NodePullPolicy",
    "PolicyEffect",
    "PolicyStatement",
    "Problem",
    "PublicRepository",
    "PullThroughCache",
    "PullTimeUpdateExclusion",
    "RegistryPolicy",
    "RegistryPolicyScope",
    "RegistryScanning",
    "ReplicationConfig",
    "ReplicationDestination",
    "Repository",
    "RepositoryBase",
    "RepositoryCreationTemplate",
    "RepositoryKey",
    "RepositoryPart",
    "RepositorySettings",
    "RetentionPreset",
    "S3EndpointPolicy",
    "ScanFindingsLog",
    "ScanFrequency",
    "ScanType",
    "SsmLayout",
    "SsmParameterName",
    "SsmPublisher",
    "SsmReadPolicy",
    "StorageClass",
    "TagStatus",
    "TargetStorageClass",
    "TemplateAppliedFor",
    "TokenString",
    "configure_backend",
    "configure_provider",
    "token",
]

_MODULES = {
    "AccountSettings": "constructs.account_settings",
    "BasicScanTypeVersion": "core.registry.account_settings",
    "BeyondKept": "core.lifecycle",
    "BlobMounting": "core.registry.account_settings",
    "CodeBuildPolicy": "constructs.codebuild_policy",
    "CountType": "core.lifecycle",
    "CountUnit": "core.lifecycle",
    "CrossAccountPolicy": "constructs.cross_account_policy",
    "DeploymentEvents": "constructs.deployment_events",
    "DeploymentTrigger": "core.events.deployments",
    "EcrConstructsError": "errors",
    "EcrUpstream": "core.registry.upstreams",
    "EcrVpcEndpoints": "constructs.ecr_vpc_endpoints",
    "EcsExecutionRole": "constructs.ecs_execution_role",
    "EncryptionType": "core.repository",
    "EnvironmentRepositories": "constructs.environment.repositories",
    "EventRule": "constructs.event_rule",
    "EventTarget": "core.events.targets",
    "EventTargetKind": "core.events.targets",
    "FindingSeverity": "core.registry.finding_events",
    "GithubOidcRole": "constructs.github_oidc_role",
    "GithubRepository": "core.identities.github",
    "GitlabOidcRole": "constructs.gitlab_oidc_role",
    "GitlabProject": "core.identities.gitlab",
    "ImageTagMutability": "core.repository",
    "ImageUpdaterRole": "constructs.image_updater_role",
    "ImportedKey": "constructs.repository_key",
    "InspectorResourceType": "core.registry.scanning",
    "InvalidInput": "errors",
    "LambdaPull": "constructs.lambda_pull",
    "LifecycleAction": "core.lifecycle",
    "LifecyclePolicy": "constructs.lifecycle_policy",
    "LifecycleRule": "core.lifecycle",
    "NodePullPolicy": "constructs.node_pull_policy",
    "PolicyEffect": "core.iam",
    "PolicyStatement": "core.iam",
    "Problem": "errors",
    "PublicRepository": "constructs.public_repository",
    "PullThroughCache": "constructs.pull_through_cache",
    "PullTimeUpdateExclusion": "constructs.pull_time_update_exclusion",
    "RegistryPolicy": "constructs.registry_policy",
    "RegistryPolicyScope": "core.registry.account_settings",
    "RegistryScanning": "constructs.registry_scanning",
    "ReplicationConfig": "constructs.replication_config",
    "ReplicationDestination": "core.registry.replication",
    "Repository": "constructs.repository",
    "RepositoryBase": "constructs.base.repository",
    "RepositoryCreationTemplate": "constructs.repository_creation_template",
    "RepositoryKey": "constructs.repository_key",
    "RepositoryPart": "core.adoption",
    "RepositorySettings": "core.repository",
    "RetentionPreset": "core.lifecycle",
    "S3EndpointPolicy": "core.endpoint_policies",
    "ScanFindingsLog": "constructs.scan_findings_log",
    "ScanFrequency": "core.registry.scanning",
    "ScanType": "core.registry.scanning",
    "SsmLayout": "core.ssm",
    "SsmParameterName": "core.ssm",
    "SsmPublisher": "constructs.ssm_publisher",
    "SsmReadPolicy": "constructs.ssm_read_policy",
    "StorageClass": "core.lifecycle",
    "TagStatus": "core.lifecycle",
    "TargetStorageClass": "core.lifecycle",
    "TemplateAppliedFor": "core.registry.templates",
    "TokenString": "core.tokens",
    "configure_backend": "constructs.environment.backend",
    "configure_provider": "constructs.environment.provider",
    "token": "core.tokens",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
