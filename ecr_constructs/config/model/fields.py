"""Types of the keys of an environment file that the pure core has rules for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    WithJsonSchema,
)

from ecr_constructs.config.model.forms import PROBLEMS, WHOLE, checked, form, matching
from ecr_constructs.core.aws import (
    ACCOUNT_ID,
    ORGANIZATION_ID,
    REGION,
    REPOSITORY_URI,
    ROLE_ARN,
    check_account_id,
    check_organization_id,
    check_region,
    parse_repository_uri,
)
from ecr_constructs.core.credentials import EXTERNAL_ID, PROFILE
from ecr_constructs.core.lifecycle.image_tags import PROTECTED_TAG
from ecr_constructs.core.names import (
    NAME,
    NAME_LENGTH,
    TEMPLATE,
    check_logical_name,
    check_repository_name,
    check_template,
)
from ecr_constructs.core.provider_versions import VERSION_CONSTRAINT, check_provider_versions
from ecr_constructs.core.repository import EXCLUSION_FILTER, MOST_EXCLUSION_FILTERS
from ecr_constructs.core.ssm import LONGEST_PREFIX, PREFIX, check_parameter_path
from ecr_constructs.core.tags import LONGEST_KEY, LONGEST_VALUE, MOST_TAGS, TAG_TEXT, check_tag_value, check_tags
from ecr_constructs.errors import Problem, show

__all__ = [
    "LOGICAL_NAME",
    "PROBLEMS",
    "REPOSITORY_NAME",
    "WHOLE",
    "AccountId",
    "EnvironmentName",
    "ExternalId",
    "Items",
    "LogicalName",
    "Model",
    "NameTemplate",
    "OrganizationId",
    "ProfileName",
    "ProjectName",
    "ProtectedTag",
    "Region",
    "RepositoryName",
    "RepositoryUri",
    "RoleArn",
    "SsmPrefix",
    "TagFilter",
    "TagFilters",
    "TagValue",
    "Tags",
    "Text",
    "VersionConstraint",
    "Whole",
    "checked",
    "form",
    "matching",
]


class Model(BaseModel):
    """Base of everything in the file: nothing is converted silently, nothing unknown passes.

    Attributes:
        example: A short one that is right, which messages show where something else is written in its place.
    """

    example: ClassVar[Mapping[str, object]] = {}

    # What checks a model is built when it is first needed: most are checked as a part of another, or not at all.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True
    )


_T = TypeVar("_T")

# A sequence in YAML is a Python list; the models keep it as a tuple. Its entries stay strict.
Items = Annotated[tuple[_T, ...], Strict(strict=False)]

AccountId = Annotated[str, checked(check_account_id, ACCOUNT_ID)]
Text = Annotated[str, Field(min_length=1)]
# What the core's rules judge; the patterns are theirs.
ProfileName = Annotated[Text, form(PROFILE)]
RoleArn = Annotated[Text, form(ROLE_ARN)]
ExternalId = Annotated[Text, form(EXTERNAL_ID)]
Whole = Annotated[int, WHOLE]
Region = Annotated[str, checked(check_region, REGION, examples=["us-east-1"])]
OrganizationId = Annotated[str, checked(check_organization_id, ORGANIZATION_ID, examples=["o-a1b2c3d4e5"])]
LOGICAL_NAME = checked(check_logical_name, NAME, maxLength=NAME_LENGTH[-1])
LogicalName = Annotated[str, LOGICAL_NAME]
REPOSITORY_NAME = checked(check_repository_name, NAME, minLength=NAME_LENGTH[0], maxLength=NAME_LENGTH[-1])
RepositoryName = Annotated[str, REPOSITORY_NAME]
NameTemplate = Annotated[str, checked(check_template, TEMPLATE)]
SsmPrefix = Annotated[str, checked(check_parameter_path, PREFIX, maxLength=LONGEST_PREFIX)]
TagValue = Annotated[str, checked(check_tag_value, TAG_TEXT, r"[\s\S]*\S[\s\S]*", maxLength=LONGEST_VALUE)]
Tags = Annotated[
    dict[str, Annotated[str, form(TAG_TEXT, maxLength=LONGEST_VALUE)]],
    checked(
        check_tags,
        maxProperties=MOST_TAGS,
        propertyNames=form(TAG_TEXT, r"(?![aA][wW][sS]:)[\s\S]*", minLength=1, maxLength=LONGEST_KEY).said,
    ),
]


def _check_uri(value: str) -> list[Problem]:
    found = parse_repository_uri(value)
    if found is not None:
        return check_repository_name(found.repository_name)
    fix = "Write it without a tag, as in 111111111111.dkr.ecr.us-east-1.amazonaws.com/shop/web."
    return [Problem((), "repository-uri", "must be the URI of a repository in ECR", show(value), fix)]


RepositoryUri = Annotated[str, checked(_check_uri, REPOSITORY_URI)]

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
VersionConstraint = Annotated[str, checked(check_provider_versions, VERSION_CONSTRAINT)]


def _filter_text(value: object) -> object:
    """Accept AWS's own shape of an exclusion filter, `{filter_type: WILDCARD, filter: ...}`, beside its text."""
    if isinstance(value, Mapping) and set(value) <= {"filter", "filter_type"} and "filter" in value:
        kind = value.get("filter_type", "WILDCARD")
        if kind == "WILDCARD":
            return value["filter"]
    return value


_FILTER = {"type": "string", **form(EXCLUSION_FILTER).said}
TagFilter = Annotated[
    str,
    BeforeValidator(_filter_text),
    WithJsonSchema(
        {
            "anyOf": [
                _FILTER,
                {
                    "type": "object",
                    "properties": {"filter": _FILTER, "filter_type": {"const": "WILDCARD"}},
                    "required": ["filter"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


TagFilters = Annotated[Items[TagFilter], form(maxItems=MOST_EXCLUSION_FILTERS, uniqueItems=True)]
ProtectedTag = Annotated[str, form(PROTECTED_TAG)]
