"""The AWS provider's resources and data sources that are used here, each loaded when it is first asked for.

They take free text: see `made`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import ecr_constructs._engine.door  # noqa: F401 - makes the bindings lazy first
from ecr_constructs._engine.made import taking_text
from ecr_constructs._engine.which import engine

if TYPE_CHECKING:
    from cdktf_cdktf_provider_aws.cloudwatch_event_bus_policy import CloudwatchEventBusPolicy
    from cdktf_cdktf_provider_aws.cloudwatch_event_permission import CloudwatchEventPermission
    from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
    from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
        CloudwatchEventTarget,
        CloudwatchEventTargetDeadLetterConfig,
        CloudwatchEventTargetInputTransformer,
        CloudwatchEventTargetRetryPolicy,
        CloudwatchEventTargetSqsTarget,
    )
    from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
    from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
    from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
    from cdktf_cdktf_provider_aws.data_aws_ecr_repository import DataAwsEcrRepository
    from cdktf_cdktf_provider_aws.data_aws_iam_openid_connect_provider import DataAwsIamOpenidConnectProvider
    from cdktf_cdktf_provider_aws.data_aws_kms_alias import DataAwsKmsAlias
    from cdktf_cdktf_provider_aws.data_aws_organizations_organization import DataAwsOrganizationsOrganization
    from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
    from cdktf_cdktf_provider_aws.data_aws_region import DataAwsRegion
    from cdktf_cdktf_provider_aws.data_aws_route_tables import DataAwsRouteTables, DataAwsRouteTablesFilter
    from cdktf_cdktf_provider_aws.data_aws_secretsmanager_secret import DataAwsSecretsmanagerSecret
    from cdktf_cdktf_provider_aws.data_aws_ssm_parameter import DataAwsSsmParameter
    from cdktf_cdktf_provider_aws.data_aws_subnets import DataAwsSubnets, DataAwsSubnetsFilter
    from cdktf_cdktf_provider_aws.data_aws_vpc import DataAwsVpc
    from cdktf_cdktf_provider_aws.ecr_account_setting import EcrAccountSetting
    from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
    from cdktf_cdktf_provider_aws.ecr_pull_through_cache_rule import EcrPullThroughCacheRule
    from cdktf_cdktf_provider_aws.ecr_registry_policy import EcrRegistryPolicy
    from cdktf_cdktf_provider_aws.ecr_registry_scanning_configuration import (
        EcrRegistryScanningConfiguration,
        EcrRegistryScanningConfigurationRule,
        EcrRegistryScanningConfigurationRuleRepositoryFilter,
    )
    from cdktf_cdktf_provider_aws.ecr_replication_configuration import (
        EcrReplicationConfiguration,
        EcrReplicationConfigurationReplicationConfigurationRule,
        EcrReplicationConfigurationReplicationConfigurationRuleDestination,
        EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter,
    )
    from cdktf_cdktf_provider_aws.ecr_repository import (
        EcrRepository,
        EcrRepositoryEncryptionConfiguration,
        EcrRepositoryImageScanningConfiguration,
        EcrRepositoryImageTagMutabilityExclusionFilter,
    )
    from cdktf_cdktf_provider_aws.ecr_repository_creation_template import (
        EcrRepositoryCreationTemplate,
        EcrRepositoryCreationTemplateEncryptionConfiguration,
        EcrRepositoryCreationTemplateImageTagMutabilityExclusionFilter,
    )
    from cdktf_cdktf_provider_aws.ecr_repository_policy import EcrRepositoryPolicy
    from cdktf_cdktf_provider_aws.ecrpublic_repository import EcrpublicRepository, EcrpublicRepositoryCatalogData
    from cdktf_cdktf_provider_aws.ecrpublic_repository_policy import EcrpublicRepositoryPolicy
    from cdktf_cdktf_provider_aws.eks_pod_identity_association import EksPodIdentityAssociation
    from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
    from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
    from cdktf_cdktf_provider_aws.iam_role import IamRole
    from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
    from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
    from cdktf_cdktf_provider_aws.iam_user import IamUser
    from cdktf_cdktf_provider_aws.iam_user_policy import IamUserPolicy
    from cdktf_cdktf_provider_aws.inspector2_enabler import Inspector2Enabler
    from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
    from cdktf_cdktf_provider_aws.kms_key import KmsKey
    from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
    from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole, AwsProviderDefaultTags
    from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
    from cdktf_cdktf_provider_aws.security_group import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress
    from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
    from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
    from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
    from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint

    from ecr_constructs._engine.lacking import EcrPullTimeUpdateExclusion

__all__ = [
    "AwsProvider",
    "AwsProviderAssumeRole",
    "AwsProviderDefaultTags",
    "CloudwatchEventBusPolicy",
    "CloudwatchEventPermission",
    "CloudwatchEventRule",
    "CloudwatchEventTarget",
    "CloudwatchEventTargetDeadLetterConfig",
    "CloudwatchEventTargetInputTransformer",
    "CloudwatchEventTargetRetryPolicy",
    "CloudwatchEventTargetSqsTarget",
    "CloudwatchLogGroup",
    "CloudwatchLogResourcePolicy",
    "DataAwsCallerIdentity",
    "DataAwsEcrRepository",
    "DataAwsIamOpenidConnectProvider",
    "DataAwsKmsAlias",
    "DataAwsOrganizationsOrganization",
    "DataAwsPartition",
    "DataAwsRegion",
    "DataAwsRouteTables",
    "DataAwsRouteTablesFilter",
    "DataAwsSecretsmanagerSecret",
    "DataAwsSsmParameter",
    "DataAwsSubnets",
    "DataAwsSubnetsFilter",
    "DataAwsVpc",
    "EcrAccountSetting",
    "EcrLifecyclePolicy",
    "EcrPullThroughCacheRule",
    "EcrPullTimeUpdateExclusion",
    "EcrRegistryPolicy",
    "EcrRegistryScanningConfiguration",
    "EcrRegistryScanningConfigurationRule",
    "EcrRegistryScanningConfigurationRuleRepositoryFilter",
    "EcrReplicationConfiguration",
    "EcrReplicationConfigurationReplicationConfigurationRule",
    "EcrReplicationConfigurationReplicationConfigurationRuleDestination",
    "EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter",
    "EcrRepository",
    "EcrRepositoryCreationTemplate",
    "EcrRepositoryCreationTemplateEncryptionConfiguration",
    "EcrRepositoryCreationTemplateImageTagMutabilityExclusionFilter",
    "EcrRepositoryEncryptionConfiguration",
    "EcrRepositoryImageScanningConfiguration",
    "EcrRepositoryImageTagMutabilityExclusionFilter",
    "EcrRepositoryPolicy",
    "EcrpublicRepository",
    "EcrpublicRepositoryCatalogData",
    "EcrpublicRepositoryPolicy",
    "EksPodIdentityAssociation",
    "IamOpenidConnectProvider",
    "IamPolicy",
    "IamRole",
    "IamRolePolicy",
    "IamRolePolicyAttachment",
    "IamUser",
    "IamUserPolicy",
    "Inspector2Enabler",
    "KmsAlias",
    "KmsKey",
    "LambdaPermission",
    "SecretsmanagerSecret",
    "SecurityGroup",
    "SecurityGroupEgress",
    "SecurityGroupIngress",
    "SnsTopic",
    "SnsTopicPolicy",
    "SsmParameter",
    "VpcEndpoint",
]

_MODULES = {
    "AwsProvider": "provider",
    "AwsProviderAssumeRole": "provider",
    "AwsProviderDefaultTags": "provider",
    "CloudwatchEventBusPolicy": "cloudwatch_event_bus_policy",
    "CloudwatchEventPermission": "cloudwatch_event_permission",
    "CloudwatchEventRule": "cloudwatch_event_rule",
    "CloudwatchEventTarget": "cloudwatch_event_target",
    "CloudwatchEventTargetDeadLetterConfig": "cloudwatch_event_target",
    "CloudwatchEventTargetInputTransformer": "cloudwatch_event_target",
    "CloudwatchEventTargetRetryPolicy": "cloudwatch_event_target",
    "CloudwatchEventTargetSqsTarget": "cloudwatch_event_target",
    "CloudwatchLogGroup": "cloudwatch_log_group",
    "CloudwatchLogResourcePolicy": "cloudwatch_log_resource_policy",
    "DataAwsCallerIdentity": "data_aws_caller_identity",
    "DataAwsEcrRepository": "data_aws_ecr_repository",
    "DataAwsIamOpenidConnectProvider": "data_aws_iam_openid_connect_provider",
    "DataAwsKmsAlias": "data_aws_kms_alias",
    "DataAwsOrganizationsOrganization": "data_aws_organizations_organization",
    "DataAwsPartition": "data_aws_partition",
    "DataAwsRegion": "data_aws_region",
    "DataAwsRouteTables": "data_aws_route_tables",
    "DataAwsRouteTablesFilter": "data_aws_route_tables",
    "DataAwsSecretsmanagerSecret": "data_aws_secretsmanager_secret",
    "DataAwsSsmParameter": "data_aws_ssm_parameter",
    "DataAwsSubnets": "data_aws_subnets",
    "DataAwsSubnetsFilter": "data_aws_subnets",
    "DataAwsVpc": "data_aws_vpc",
    "EcrAccountSetting": "ecr_account_setting",
    "EcrLifecyclePolicy": "ecr_lifecycle_policy",
    "EcrPullThroughCacheRule": "ecr_pull_through_cache_rule",
    "EcrPullTimeUpdateExclusion": "ecr_pull_time_update_exclusion",
    "EcrRegistryPolicy": "ecr_registry_policy",
    "EcrRegistryScanningConfiguration": "ecr_registry_scanning_configuration",
    "EcrRegistryScanningConfigurationRule": "ecr_registry_scanning_configuration",
    "EcrRegistryScanningConfigurationRuleRepositoryFilter": "ecr_registry_scanning_configuration",
    "EcrReplicationConfiguration": "ecr_replication_configuration",
    "EcrReplicationConfigurationReplicationConfigurationRule": "ecr_replication_configuration",
    "EcrReplicationConfigurationReplicationConfigurationRuleDestination": "ecr_replication_configuration",
    "EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter": "ecr_replication_configuration",
    "EcrRepository": "ecr_repository",
    "EcrRepositoryCreationTemplate": "ecr_repository_creation_template",
    "EcrRepositoryCreationTemplateEncryptionConfiguration": "ecr_repository_creation_template",
    "EcrRepositoryCreationTemplateImageTagMutabilityExclusionFilter": "ecr_repository_creation_template",
    "EcrRepositoryEncryptionConfiguration": "ecr_repository",
    "EcrRepositoryImageScanningConfiguration": "ecr_repository",
    "EcrRepositoryImageTagMutabilityExclusionFilter": "ecr_repository",
    "EcrRepositoryPolicy": "ecr_repository_policy",
    "EcrpublicRepository": "ecrpublic_repository",
    "EcrpublicRepositoryCatalogData": "ecrpublic_repository",
    "EcrpublicRepositoryPolicy": "ecrpublic_repository_policy",
    "EksPodIdentityAssociation": "eks_pod_identity_association",
    "IamOpenidConnectProvider": "iam_openid_connect_provider",
    "IamPolicy": "iam_policy",
    "IamRole": "iam_role",
    "IamRolePolicy": "iam_role_policy",
    "IamRolePolicyAttachment": "iam_role_policy_attachment",
    "IamUser": "iam_user",
    "IamUserPolicy": "iam_user_policy",
    "Inspector2Enabler": "inspector2_enabler",
    "KmsAlias": "kms_alias",
    "KmsKey": "kms_key",
    "LambdaPermission": "lambda_permission",
    "SecretsmanagerSecret": "secretsmanager_secret",
    "SecurityGroup": "security_group",
    "SecurityGroupEgress": "security_group",
    "SecurityGroupIngress": "security_group",
    "SnsTopic": "sns_topic",
    "SnsTopicPolicy": "sns_topic_policy",
    "SsmParameter": "ssm_parameter",
    "VpcEndpoint": "vpc_endpoint",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = taking_text(_binding(name))
    globals()[name] = value
    return value


def _binding(name: str) -> object:
    module = f"{engine().bindings}.{_MODULES[name]}"
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        from ecr_constructs._engine.lacking import LACKING

        if error.name != module or name not in LACKING:
            raise
        return LACKING[name]
