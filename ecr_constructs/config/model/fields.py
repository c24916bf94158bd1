"""Types of the keys of an environment file that the pure core has rules for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from ecr_constructs.core.adoption import PARTS
from ecr_constructs.core.aws import (
    check_account_id,
    check_organization_id,
    check_region,
    parse_repository_uri,
)
from ecr_constructs.core.names import check_logical_name, check_repository_name, check_template
from ecr_constructs.core.ssm import check_parameter_path
from ecr_constructs.core.tags import check_tags
from ecr_constructs.errors import Problem, show

__all__ = [
    "PROBLEMS",
    "STATE_KEY",
    "AccountId",
    "Adopted",
    "BucketName",
    "EnvironmentName",
    "Items",
    "LifecyclePolicyDocument",
    "LogicalName",
    "Model",
    "NameTemplate",
    "OrganizationId",
    "ProjectName",
    "Region",
    "RepositoryName",
    "RepositoryUri",
    "SsmPrefix",
    "StateKey",
    "TagFilter",
    "Tags",
    "VersionConstraint",
    "checked",
    "matching",
]

PROBLEMS = "problems"
"""Type of the pydantic error that carries problems of the pure core in its context."""


class Model(BaseModel):
    """Base of everything in the file: nothing is converted silently, nothing unknown passes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


def checked(check: Callable[..., list[Problem]]) -> AfterValidator:
    """Return what refuses a value by the problems of the pure core."""

    def validate(value: Any) -> Any:
        if problems := check(value):
            raise PydanticCustomError(PROBLEMS, "broken rules", {PROBLEMS: problems})
        return value

    return AfterValidator(validate)


def matching(pattern: str, code: str, rule: str, fix: str) -> AfterValidator:
    """Return what refuses text that a pattern does not match, with this problem."""
    compiled = re.compile(pattern)

    def check(value: str) -> list[Problem]:
        return [] if compiled.fullmatch(value) else [Problem((), code, rule, show(value), fix)]

    return checked(check)


_T = TypeVar("_T")

# A sequence in YAML is a Python list; the models keep it as a tuple. Its entries stay strict.
Items = Annotated[tuple[_T, ...], Strict(strict=False)]

AccountId = Annotated[str, checked(check_account_id), WithJsonSchema({"type": "string", "pattern": r"^\d{12}$"})]
Region = Annotated[str, checked(check_region), Field(examples=["us-east-1"])]
OrganizationId = Annotated[str, checked(check_organization_id), Field(examples=["o-a1b2c3d4e5"])]
LogicalName = Annotated[str, checked(check_logical_name)]
RepositoryName = Annotated[str, checked(check_repository_name)]
NameTemplate = Annotated[str, checked(check_template)]
SsmPrefix = Annotated[str, checked(check_parameter_path)]
Tags = Annotated[dict[str, str], checked(check_tags)]


def _check_uri(value: str) -> list[Problem]:
    found = parse_repository_uri(value)
    if found is not None:
        return check_repository_name(found.repository_name)
    fix = "Write it without a tag, as in 111111111111.dkr.ecr.us-east-1.amazonaws.com/shop/web."
    return [Problem((), "repository-uri", "must be the URI of a repository in ECR", show(value), fix)]


RepositoryUri = Annotated[str, checked(_check_uri)]

EnvironmentName = Annotated[
    str,
    matching(
        r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
        "environment-name",
        "must be 1 to 63 lowercase letters, digits and inner hyphens",
        "Name it as the file, such as dev.",
    ),
]
ProjectName = Annotated[
    str,
    matching(
        r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*",
        "project-name",
        "must be lowercase letters and digits, joined by '.', '_' or '-'",
        "It becomes part of repository names, which take nothing else.",
    ),
]
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BucketName = Annotated[
    str,
    matching(
        r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]",
        "bucket-name",
        "must be the name of an S3 bucket",
        "Use 3 to 63 lowercase letters, digits, dots and hyphens.",
    ),
    matching(
        r"(?!xn--|sthree-|amzn-s3-demo-).*(?<!-s3alias)(?<!--ol-s3)(?<!--x-s3)(?<!--table-s3)(?<!\.mrap)",
        "bucket-name",
        "must not begin or end as names that S3 keeps for itself",
        "Leave out xn--, sthree- or amzn-s3-demo- in front, or -s3alias, --ol-s3, --x-s3, --table-s3 or .mrap behind.",
    ),
]
# https://developer.hashicorp.com/terraform/language/expressions/version-constraints
VersionConstraint = Annotated[
    str,
    matching(
        r"\s*(?:=|!=|>=?|<=?|~>)?\s*\d+(\.\d+){0,2}(-[\w.]+)?(\s*,\s*(?:=|!=|>=?|<=?|~>)?\s*\d+(\.\d+){0,2}(-[\w.]+)?)*\s*",
        "version-constraint",
        "must be a version constraint of Terraform",
        'Write it as in "~> 6.25" or ">= 6.25, < 7".',
    ),
]


# Terraform's S3 backend refuses a slash at either end; braces would look like the template of repository names.
STATE_KEY = matching(
    r"[^/{}]([^{}]*[^/{}])?",
    "state-key",
    "must be a key that neither begins nor ends with '/' and holds no braces",
    "Write it as in layers/compute/dev/terraform.tfstate.",
)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html: what many tools read as another path, or
# cannot write at all.
_STATE_LEVELS = matching(
    r"(?!(.*/)?\s*\.{0,2}\s*(/|$))[^\x00-\x1f\x7f]+",
    "state-key",
    "must have levels of more than dots and blanks, and no control characters",
    "Write it as in layers/compute/dev/terraform.tfstate.",
)
StateKey = Annotated[str, Field(min_length=1, max_length=1024), STATE_KEY, _STATE_LEVELS]


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


def _all_or_none(value: object) -> object:
    """Accept `true` for everything and `false` for nothing beside a list."""
    if isinstance(value, bool):
        return tuple(PARTS) if value else ()
    if isinstance(value, list | tuple):
        return value
    fix = f"Write true for everything that there is, or a list of {', '.join(PARTS)}."
    problem = Problem((), "type", "must be true, false or a list", "nothing" if value is None else show(value), fix)
    raise PydanticCustomError(PROBLEMS, "broken rules", {PROBLEMS: [problem]})


_Part = Literal["repository", "lifecycle_policy", "repository_policy"]
Adopted = Annotated[
    Items[_Part],
    BeforeValidator(_all_or_none),
    WithJsonSchema(
        {"anyOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "string", "enum": list(PARTS)}}]}
    ),
]


def _check_text_or_mapping(value: object) -> list[Problem]:
    if isinstance(value, str | Mapping):
        return []
    fix = 'Write {"rules": [...]} as text or as YAML.'
    return [Problem((), "lifecycle-policy-type", "must be AWS's JSON, as text or as a mapping", show(value), fix)]


LifecyclePolicyDocument = Annotated[
    Any, checked(_check_text_or_mapping), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object"}]})
]
"""AWS's own lifecycle policy; what is in it is checked by `core.lifecycle`."""
