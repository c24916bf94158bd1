"""The keys of an environment file about identities: who acts, as roles and policies that are made for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ecr_constructs.config.model.fields import PROBLEMS, Items, LogicalName, Model, Tags, Text, form
from ecr_constructs.config.model.oidc import OidcSettings
from ecr_constructs.core.aws import KEY_ARN
from ecr_constructs.core.identities.arguments import POLICY_ARN
from ecr_constructs.core.identities.codebuild import PROJECT_NAME
from ecr_constructs.core.identities.ecs_execution import LOG_GROUP_NAME, SECRET_ARN
from ecr_constructs.core.identities.identity import DESCRIPTION, LONGEST_DESCRIPTION, NAME
from ecr_constructs.core.identities.image_updater import (
    CLUSTER_NAME,
    DEFAULT_NAMESPACE,
    DEFAULT_SERVICE_ACCOUNT,
    KUBERNETES_NAME,
    KUBERNETES_NAMESPACE,
    OIDC_PROVIDER,
)
from ecr_constructs.core.identities.ssm_read import DEFAULT_DESCRIPTION, DEFAULT_NAME
from ecr_constructs.core.kms import PARAMETER
from ecr_constructs.errors import Problem, show

__all__ = [
    "CodeBuildOptions",
    "EcsExecutionOptions",
    "IdentitySettings",
    "ImageUpdaterOptions",
    "LambdaPullOptions",
    "NodePullOptions",
    "SsmReadOptions",
]

_RoleName = Annotated[Text, form(NAME, maxLength=64)]
_PolicyName = Annotated[Text, form(NAME, maxLength=128)]
_Boundary = Annotated[Text, form(POLICY_ARN)]
_Repositories = Annotated[Items[LogicalName], form(minItems=1, uniqueItems=True)]
_Roles = Annotated[Items[_RoleName], form(uniqueItems=True)]


def _true_as_options(value: object) -> object:
    """Take true for options that are all left out, and false for none at all."""
    if isinstance(value, bool):
        return {} if value else None
    if value is None or isinstance(value, Mapping):
        return value
    rule, fix = "must be true, false or a mapping", "Write true, or keys and values, as in {repositories: [web]}."
    problem = Problem((), "type", rule, show(value), fix)
    raise PydanticCustomError(PROBLEMS, "broken rules", {PROBLEMS: [problem]})


def _one_of(*keys: str) -> dict[str, Any]:
    """Return what a schema says of a mapping in which exactly one of some keys has a value."""
    return {"oneOf": [{"required": [key], "properties": {key: {"not": {"type": "null"}}}} for key in keys]}


class _OfRepositories(Model):
    """What is said of whatever acts on repositories."""

    example: ClassVar[Mapping[str, object]] = {"repositories": ["web"]}

    repositories: _Repositories | None = Field(
        default=None, description="Logical names of the repositories that it is about. Default: all of the environment."
    )


class _Policy(_OfRepositories):
    """What is said of a policy that roles have."""

    roles: _Roles = Field(default=(), description="Names of the roles that get the policy, without their paths.")
    name: _PolicyName | None = Field(
        default=None, description="Name of the policy. Default: made of project, env and what it is for."
    )
    tags: Tags = Field(default={}, description="Tags, besides the environment's.")


class _Role(_OfRepositories):
    """What is said of a role."""

    name: _RoleName | None = Field(
        default=None, description="Name of the role. Default: made of project, env and what it is for."
    )
    permissions_boundary: _Boundary | None = Field(
        default=None, description="ARN of the policy that bounds what the role may do. Default: none."
    )
    tags: Tags = Field(default={}, description="Tags, besides the environment's.")


class ImageUpdaterOptions(
    _Role, title="Argo CD Image Updater", json_schema_extra=_one_of("cluster_name", "oidc_provider")
):
    """The role of Argo CD Image Updater."""

    example: ClassVar[Mapping[str, object]] = {"cluster_name": "main"}

    cluster_name: Annotated[Text, form(CLUSTER_NAME)] | None = Field(
        default=None, description="EKS cluster of the account and region, whose Pod Identity gives it the role."
    )
    oidc_provider: Annotated[Text, form(OIDC_PROVIDER)] | None = Field(
        default=None, description="Instead: ARN of the cluster's OIDC provider, or the URL of its issuer (IRSA)."
    )
    namespace: Annotated[Text, form(KUBERNETES_NAMESPACE)] = Field(
        default=DEFAULT_NAMESPACE, description="Namespace that it runs in."
    )
    service_account: Annotated[Text, form(KUBERNETES_NAME)] = Field(
        default=DEFAULT_SERVICE_ACCOUNT,
        description="Its service account; of version 1.0 and newer, argocd-image-updater-controller.",
    )


class NodePullOptions(_Policy, title="nodes that pull"):
    """The policy of EKS nodes and Fargate that pull images."""


class EcsExecutionOptions(_Role, title="ECS task execution role"):
    """The role by which ECS starts tasks."""

    log_groups: Items[Annotated[Text, form(LOG_GROUP_NAME)]] = Field(
        default=(), description="Names of the log groups that containers write to."
    )
    secret_arns: Items[Annotated[Text, form(SECRET_ARN)]] = Field(
        default=(), description="Secrets of Secrets Manager that containers get, with AWS's six characters or ??????."
    )
    parameter_names: Items[Annotated[Text, form(PARAMETER)]] = Field(
        default=(), description="Parameters of Parameter Store that containers get."
    )
    kms_key_arns: Items[Annotated[Text, form(KEY_ARN)]] = Field(
        default=(), description="Keys that those secrets and parameters are encrypted with."
    )


class LambdaPullOptions(_Policy, title="who creates functions"):
    """The policy of roles that create Lambda functions from images."""


class CodeBuildOptions(_Policy, title="CodeBuild projects"):
    """The policy of CodeBuild projects that push images."""

    projects: Items[Annotated[Text, form(PROJECT_NAME)]] = Field(
        default=(), description="Names of the projects, to let their logs be written."
    )


class SsmReadOptions(_Policy, title="readers of parameters"):
    """The policy of who reads what is published."""

    repositories: _Repositories | None = Field(
        default=None, description="Logical names of those whose parameters are read. Default: all below ecr_ssm_prefix."
    )
    name: _PolicyName = Field(default=DEFAULT_NAME, description="Name of the policy.")
    description: Annotated[Text, form(DESCRIPTION, maxLength=LONGEST_DESCRIPTION)] = Field(
        default=DEFAULT_DESCRIPTION, description="What the policy is for. Changing it replaces the policy."
    )


_NodePull = Annotated[
    NodePullOptions | None, BeforeValidator(_true_as_options, json_schema_input_type=bool | NodePullOptions | None)
]
_EcsExecution = Annotated[
    EcsExecutionOptions | None,
    BeforeValidator(_true_as_options, json_schema_input_type=bool | EcsExecutionOptions | None),
]
_LambdaPull = Annotated[
    LambdaPullOptions | None, BeforeValidator(_true_as_options, json_schema_input_type=bool | LambdaPullOptions | None)
]
_CodeBuild = Annotated[
    CodeBuildOptions | None, BeforeValidator(_true_as_options, json_schema_input_type=bool | CodeBuildOptions | None)
]
_SsmRead = Annotated[
    SsmReadOptions | None, BeforeValidator(_true_as_options, json_schema_input_type=bool | SsmReadOptions | None)
]


class IdentitySettings(OidcSettings, title="identities"):
    """The keys of an environment file about identities: who acts, as roles and policies that are made for them."""

    ecr_image_updater: ImageUpdaterOptions | None = Field(
        default=None, description="Make the role by which Argo CD Image Updater looks for new images."
    )
    ecr_node_pull: _NodePull = Field(
        default=None, description="Make the policy by which EKS nodes and Fargate pull: true, or its options."
    )
    ecr_ecs_execution_role: _EcsExecution = Field(
        default=None, description="Make the role by which ECS pulls images and starts tasks: true, or its options."
    )
    ecr_lambda_pull: _LambdaPull = Field(
        default=None, description="Make the policy by which roles create functions from images: true, or its options."
    )
    ecr_codebuild: _CodeBuild = Field(
        default=None, description="Make the policy by which CodeBuild pushes images: true, or its options."
    )
    ecr_ssm_read: _SsmRead = Field(
        default=None, description="Make the policy by which roles read what is published: true, or its options."
    )
