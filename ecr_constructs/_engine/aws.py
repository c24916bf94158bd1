"""The AWS provider's resources and data sources that are used here, each loaded when it is first asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ecr_constructs import _engine  # noqa: F401 - makes the bindings lazy first

if TYPE_CHECKING:
    from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
    from cdktf_cdktf_provider_aws.data_aws_ecr_repository import DataAwsEcrRepository
    from cdktf_cdktf_provider_aws.data_aws_kms_alias import DataAwsKmsAlias
    from cdktf_cdktf_provider_aws.data_aws_organizations_organization import DataAwsOrganizationsOrganization
    from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
    from cdktf_cdktf_provider_aws.data_aws_region import DataAwsRegion
    from cdktf_cdktf_provider_aws.data_aws_ssm_parameter import DataAwsSsmParameter
    from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
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
    from cdktf_cdktf_provider_aws.ecr_repository_policy import EcrRepositoryPolicy
    from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
    from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter

__all__ = [
    "AwsProvider",
    "AwsProviderDefaultTags",
    "DataAwsCallerIdentity",
    "DataAwsEcrRepository",
    "DataAwsKmsAlias",
    "DataAwsOrganizationsOrganization",
    "DataAwsPartition",
    "DataAwsRegion",
    "DataAwsSsmParameter",
    "EcrLifecyclePolicy",
    "EcrReplicationConfiguration",
    "EcrReplicationConfigurationReplicationConfigurationRule",
    "EcrReplicationConfigurationReplicationConfigurationRuleDestination",
    "EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter",
    "EcrRepository",
    "EcrRepositoryEncryptionConfiguration",
    "EcrRepositoryImageScanningConfiguration",
    "EcrRepositoryImageTagMutabilityExclusionFilter",
    "EcrRepositoryPolicy",
    "SsmParameter",
]

_MODULES = {
    "AwsProvider": "provider",
    "AwsProviderDefaultTags": "provider",
    "DataAwsCallerIdentity": "data_aws_caller_identity",
    "DataAwsEcrRepository": "data_aws_ecr_repository",
    "DataAwsKmsAlias": "data_aws_kms_alias",
    "DataAwsOrganizationsOrganization": "data_aws_organizations_organization",
    "DataAwsPartition": "data_aws_partition",
    "DataAwsRegion": "data_aws_region",
    "DataAwsSsmParameter": "data_aws_ssm_parameter",
    "EcrLifecyclePolicy": "ecr_lifecycle_policy",
    "EcrReplicationConfiguration": "ecr_replication_configuration",
    "EcrReplicationConfigurationReplicationConfigurationRule": "ecr_replication_configuration",
    "EcrReplicationConfigurationReplicationConfigurationRuleDestination": "ecr_replication_configuration",
    "EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter": "ecr_replication_configuration",
    "EcrRepository": "ecr_repository",
    "EcrRepositoryEncryptionConfiguration": "ecr_repository",
    "EcrRepositoryImageScanningConfiguration": "ecr_repository",
    "EcrRepositoryImageTagMutabilityExclusionFilter": "ecr_repository",
    "EcrRepositoryPolicy": "ecr_repository_policy",
    "SsmParameter": "ssm_parameter",
}


def __getattr__(name: str) -> object:
    try:
        module = importlib.import_module(f"cdktf_cdktf_provider_aws.{_MODULES[name]}")
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(module, name)
    globals()[name] = value
    return value
