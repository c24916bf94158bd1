"""The keys of an environment file that are not about repositories one by one, and the file as a whole.

`EnvironmentFile` is what the JSON Schema is made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ecr_constructs.config.model.deployments import DeploymentSettings
from ecr_constructs.config.model.endpoints import EndpointSettings
from ecr_constructs.config.model.fields import (
    LOGICAL_NAME,
    WHOLE,
    AccountId,
    EnvironmentName,
    ExternalId,
    Items,
    LogicalName,
    Model,
    NameTemplate,
    OrganizationId,
    ProfileName,
    ProjectName,
    Region,
    RepositoryName,
    RoleArn,
    SsmPrefix,
    Tags,
    TagValue,
    VersionConstraint,
    form,
)
from ecr_constructs.config.model.identities import IdentitySettings
from ecr_constructs.config.model.kms import KeyReference
from ecr_constructs.config.model.registry import RegistrySettings
from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.config.model.state import BucketName, StateKey
from ecr_constructs.config.model.workloads import BACKEND, WORKLOADS, BackendOptions, WorkloadOptions
from ecr_constructs.core.repository import EncryptionType
from ecr_constructs.core.shards import MOST_SHARDS
from ecr_constructs.core.ssm import DEFAULT_PREFIX, SsmLayout

__all__ = ["DECLARING", "DEFAULTS", "NAMES", "REPOSITORIES", "EnvironmentFile", "EnvironmentSettings", "TrustedAccount"]

DEFAULTS = "ecr_defaults"
"""The key of the options of every repository."""

REPOSITORIES, NAMES = "ecr_repositories", "repository_names"
DECLARING = (REPOSITORIES, BACKEND, *WORKLOADS, NAMES)
"""The keys of a file that declare repositories."""


_Workloads = Annotated[Items[LogicalName | WorkloadOptions], form(uniqueItems=True)]


class TrustedAccount(Model, title="trusted account"):
    """An account that may pull from every repository of an environment."""

    example: ClassVar[Mapping[str, object]] = {"account_id": "222222222222"}

    account_id: AccountId = Field(description="The account, 12 digits in quotes.")
    env: EnvironmentName | None = Field(default=None, description="Environment that pulls from there.")
    region: Region | None = Field(default=None, description="Region of that environment.")


class EnvironmentSettings(
    RegistrySettings, IdentitySettings, EndpointSettings, DeploymentSettings, title="settings of an environment"
):
    """The keys of an environment file that are not about repositories one by one."""

    schema_version: Annotated[Literal[7], WHOLE] = Field(default=7, description="Version of this format.")
    project: ProjectName = Field(description="Name of the project; part of repository names and a tag.")
    env: EnvironmentName = Field(description="Name of the environment, equal to the file's; the id of its stack.")
    region: Region = Field(description="AWS region of the registry.")
    account_id: AccountId | None = Field(
        default=None, description="AWS account, 12 digits in quotes. When given, Terraform refuses any other."
    )
    aws_profile: ProfileName | None = Field(
        default=None,
        description="Profile of the AWS configuration that Terraform and adopt use, for the state as well. Default: "
        "the credentials that they find.",
    )
    assume_role_arn: RoleArn | None = Field(
        default=None, description="Role that they take on with these credentials, in the environment's account."
    )
    assume_role_external_id: ExternalId | None = Field(default=None, description="External id that the role asks for.")
    ecr_strategy: Literal["local", "cross_account"] = Field(
        default="local",
        description="Make the repositories here, or refer to those of another account. Changing it from local destroys "
        "the repositories.",
    )
    ecr_account_id: AccountId | None = Field(
        default=None, description="With cross_account: account of the repositories. Default: that of ecr_source_env."
    )
    ecr_account_region: Region | None = Field(
        default=None, description="With cross_account: region of the repositories. Default: that of ecr_source_env."
    )
    ecr_source_env: EnvironmentName | None = Field(
        default=None,
        description="With cross_account: environment that makes the repositories. Default: the one of this app in "
        "ecr_account_id and ecr_account_region.",
    )
    ecr_trusted_accounts: Items[TrustedAccount] = Field(
        default=(), description="Accounts that may pull from every repository."
    )
    organization_id: OrganizationId | None = Field(
        default=None, description="AWS organisation all of whose accounts may pull from every repository."
    )
    organization: bool = Field(
        default=False, description="Let the account's own organisation, read at plan, pull from every repository."
    )
    bucket: BucketName | None = Field(
        default=None, description="S3 bucket for Terraform's state, encrypted and locked. Default: a local state file."
    )
    state_key: StateKey | None = Field(
        default=None,
        description="Key of the state in the bucket. Default: layers/compute/{env}/terraform.tfstate.",
    )
    aws_provider_version: VersionConstraint = Field(
        default="~> 6.25",
        description="Versions of Terraform's AWS provider to accept. Left out, they begin with the first that "
        "knows all that the file asks for.",
    )
    tags: Tags = Field(default={}, description="Tags of every resource, besides Project, Environment and ManagedBy.")
    organization_tag: TagValue | None = Field(
        default=None, description="Tag Organization of every resource, such as acme. It grants nothing."
    )
    ecr_repository_name: NameTemplate = Field(
        default="{project}-{env}-{name}", description="Template of repository names, of {project}, {env} and {name}."
    )
    ecr_encryption_type: EncryptionType = Field(
        default="AES256",
        description="Encryption of every repository; KMS_DSSE in GovCloud alone. Changing it replaces the repositories "
        "and deletes their images.",
    )
    ecr_kms_key: KeyReference | None = Field(
        default=None,
        description="Key for KMS: its full ARN, an alias, an output of another state, a parameter, or one to be made. "
        "Default: AWS's own key aws/ecr.",
    )
    ecr_ssm_prefix: SsmPrefix = Field(
        default=DEFAULT_PREFIX, description="Path in SSM Parameter Store below which repositories are published."
    )
    ecr_ssm_layout: SsmLayout = Field(
        default="parameters",
        description="Publish every parameter of a repository, or url and config alone, a quarter of the API calls.",
    )
    acknowledge: Items[str] = Field(
        default=(), description="Codes of notices about the environment that need not be shown any more."
    )
    ecr_shards: Annotated[int, Field(ge=1, le=MOST_SHARDS), WHOLE] = Field(
        default=1,
        description="Stacks to divide the repositories among, at most 100: dev, dev-2, ... Changing it moves "
        "repositories to other states, which destroys them unless their state is moved first.",
    )


class EnvironmentFile(EnvironmentSettings, title="environment"):
    """Container repositories of one environment."""

    ecr_defaults: RepositoryOptions = Field(
        default=RepositoryOptions(),
        description="Options of every repository that does not set them itself.",
        json_schema_extra={"default": {}},
    )
    ecr_repositories: Annotated[Mapping[str, RepositoryOptions | None], form(propertyNames=LOGICAL_NAME.said)] = Field(
        default={}, description="Options of each repository by its logical name, which may hold '/' (team/api)."
    )
    backend: bool | BackendOptions = Field(
        default=False, description="Have a repository {project}_backend: true, or its options."
    )
    services: _Workloads = Field(
        default=(),
        description="Services, each with a repository {project}_service_{name}: names, or options with a name.",
    )
    tasks: _Workloads = Field(
        default=(), description="Tasks, each with a repository {project}_task_{name}: names, or options with a name."
    )
    repository_names: Annotated[Items[RepositoryName], form(uniqueItems=True)] = Field(
        default=(), description="Repositories that are called in ECR as they are here."
    )
