"""Types of the keys of an environment file that the pure core has rules for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from ecr_constructs.core.aws import (
    check_account_id,
    check_key_arn,
    check_organization_id,
    check_region,
)
from ecr_constructs.core.names import check_repository_name, check_template
from ecr_constructs.core.ssm import check_parameter_path
from ecr_constructs.core.tags import check_tags
from ecr_constructs.errors import Problem, show

__all__ = [
    "PROBLEMS",
    "AccountId",
    "BucketName",
    "EnvironmentName",
    "Items",
    "KeyAlias",
    "KeyInState",
    "KeyReference",
    "KmsKey",
    "LifecyclePolicyDocument",
    "Model",
    "NameTemplate",
    "OrganizationId",
    "OutputName",
    "ProjectName",
    "Region",
    "RemoteStateOutput",
    "RepositoryName",
    "SsmPrefix",
    "StateKey",
    "TagFilter",
    "Tags",
    "VersionConstraint",
]

PROBLEMS = "problems"
"""Type of the pydantic error that carries problems of the pure core in its context."""


class Model(BaseModel):
    """Base of everything in the file: nothing is converted silently, nothing unknown passes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


def _checked(check: Callable[..., list[Problem]]) -> AfterValidator:
    def validate(value: Any) -> Any:
        if problems := check(value):
            raise PydanticCustomError(PROBLEMS, "broken rules", {PROBLEMS: problems})
        return value

    return AfterValidator(validate)


def _matches(pattern: str, code: str, rule: str, fix: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> list[Problem]:
        return [] if compiled.fullmatch(value) else [Problem((), code, rule, show(value), fix)]

    return _checked(check)


_T = TypeVar("_T")

# A sequence in YAML is a Python list; the models keep it as a tuple. Its entries stay strict.
Items = Annotated[tuple[_T, ...], Strict(strict=False)]

AccountId = Annotated[str, _checked(check_account_id), WithJsonSchema({"type": "string", "pattern": r"^\d{12}$"})]
Region = Annotated[str, _checked(check_region), Field(examples=["us-east-1"])]
OrganizationId = Annotated[str, _checked(check_organization_id), Field(examples=["o-a1b2c3d4e5"])]
RepositoryName = Annotated[str, _checked(check_repository_name)]
NameTemplate = Annotated[str, _checked(check_template)]
SsmPrefix = Annotated[str, _checked(check_parameter_path)]
Tags = Annotated[dict[str, str], _checked(check_tags)]

EnvironmentName = Annotated[
    str,
    _matches(
        r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
        "environment-name",
        "must be 1 to 63 lowercase letters, digits and inner hyphens",
        "Name it as the file, such as dev.",
    ),
]
ProjectName = Annotated[
    str,
    _matches(
        r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*",
        "project-name",
        "must be lowercase letters and digits, joined by '.', '_' or '-'",
        "It becomes part of repository names, which take nothing else.",
    ),
]
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BucketName = Annotated[
    str,
    _matches(
        r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]",
        "bucket-name",
        "must be the name of an S3 bucket",
        "Use 3 to 63 lowercase letters, digits, dots and hyphens.",
    ),
]
# https://developer.hashicorp.com/terraform/language/expressions/version-constraints
VersionConstraint = Annotated[
    str,
    _matches(
        r"\s*(?:=|!=|>=?|<=?|~>)?\s*\d+(\.\d+){0,2}(-[\w.]+)?(\s*,\s*(?:=|!=|>=?|<=?|~>)?\s*\d+(\.\d+){0,2}(-[\w.]+)?)*\s*",
        "version-constraint",
        "must be a version constraint of Terraform",
        'Write it as in "~> 6.25" or ">= 6.25, < 7".',
    ),
]


# Terraform's S3 backend refuses a slash at either end; braces would look like the template of repository names.
_STATE_KEY = _matches(
    r"[^/{}]([^{}]*[^/{}])?",
    "state-key",
    "must be a key that neither begins nor ends with '/' and holds no braces",
    "Write it as in layers/compute/dev/terraform.tfstate.",
)
StateKey = Annotated[str, Field(min_length=1, max_length=1024), _STATE_KEY]
# https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
OutputName = Annotated[
    str,
    Field(min_length=1),
    _matches(
        r"[a-zA-Z_][a-zA-Z0-9_-]*",
        "output-name",
        "must be the name of an output",
        "Use letters, digits, '_' and '-', a letter first.",
    ),
]


def _filter_text(value: object) -> object:
    """Accept AWS's own shape of an exclusion filter, `{filter_type: WILDCARD, filter: ...}`, beside its text."""
    if isinstance(value, Mapping) and set(value) <= {"filter", "filter_type"} and "filter" in value:
        kind = value.get("filter_type", "WILDCARD")
        if kind == "WILDCARD":
            return value["filter"]
    return value


TagFilter = Annotated[
    str,
    BeforeValidator(_filter_text),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"filter": {"type": "string"}, "filter_type": {"const": "WILDCARD"}},
                    "required": ["filter"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


def _check_text_or_mapping(value: object) -> list[Problem]:
    if isinstance(value, str | Mapping):
        return []
    fix = 'Write {"rules": [...]} as text or as YAML.'
    return [Problem((), "lifecycle-policy-type", "must be AWS's JSON, as text or as a mapping", show(value), fix)]


LifecyclePolicyDocument = Annotated[
    Any, _checked(_check_text_or_mapping), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object"}]})
]
"""AWS's own lifecycle policy; what is in it is checked by `core.lifecycle`."""


class RemoteStateOutput(Model):
    """An output of another Terraform state in S3."""

    bucket: BucketName = Field(description="S3 bucket of the state.")
    key: Annotated[str, Field(min_length=1), _STATE_KEY] = Field(description="Key of the state in its bucket.")
    region: Region = Field(description="Region of the bucket.")
    output: OutputName = Field(description="Name of the output that holds the full ARN of the key.")


class KeyAlias(Model):
    """A KMS key by its alias, looked up at plan and used by its full ARN."""

    alias: Annotated[
        str,
        _matches(r"alias/[a-zA-Z0-9/_-]{1,250}", "kms-alias", "must be a key's alias", "Write it as in alias/ecr."),
    ] = Field(description="Alias of a key in the same account and region, with alias/ in front.")


class KeyInState(Model):
    """A KMS key whose full ARN is an output of another Terraform state, such as the security layer's."""

    remote_state: RemoteStateOutput = Field(description="Where the key's ARN is.")


def _kind_of_key(value: object) -> str | None:
    if isinstance(value, str):
        return "<arn>"
    if isinstance(value, Mapping | KeyAlias | KeyInState):
        keys = value if isinstance(value, Mapping) else type(value).model_fields
        return "<alias>" if "alias" in keys else "<remote_state>" if "remote_state" in keys else None
    return None


def _check_key_text(value: str) -> list[Problem]:
    named = value if value.startswith("alias/") else "alias/NAME"
    fix = f"Write arn:aws:kms:REGION:ACCOUNT:key/ID, or {{alias: {named}}} to have it looked up."
    return [dataclasses.replace(problem, fix=fix) for problem in check_key_arn(value)]


KmsKey = Annotated[str, _checked(_check_key_text)]
KeyReference = Annotated[
    Annotated[KmsKey, Tag("<arn>")]
    | Annotated[KeyAlias, Tag("<alias>")]
    | Annotated[KeyInState, Tag("<remote_state>")],
    Discriminator(
        _kind_of_key,
        custom_error_type="kms_key_reference",
        custom_error_message="must be a key",
    ),
]
"""A KMS key: its full ARN, `{alias: alias/x}`, or `{remote_state: {bucket, key, region, output}}`."""
