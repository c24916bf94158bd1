"""Types of the keys of an environment file that the pure core has rules for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from ecr_constructs.config.model.forms import LARGEST, PROBLEMS, WHOLE, checked, form, matching, whole
from ecr_constructs.config.model.lifecycle_forms import DOCUMENT
from ecr_constructs.core.adoption import ADOPTABLE
from ecr_constructs.core.aws import (
    ACCOUNT_ID,
    ORGANIZATION_ID,
    REGION,
    REPOSITORY_URI,
    check_account_id,
    check_organization_id,
    check_region,
    parse_repository_uri,
)
from ecr_constructs.core.credentials import EXTERNAL_ID, PROFILE, ROLE_ARN
from ecr_constructs.core.lifecycle.image_tags import PROTECTED_TAG, TAG_PATTERN
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
    "LARGEST",
    "LOGICAL_NAME",
    "PROBLEMS",
    "REPOSITORY_NAME",
    "STATE_KEY",
    "WHOLE",
    "AccountId",
    "Adopted",
    "BucketName",
    "EnvironmentName",
    "ExternalId",
    "Items",
    "LifecyclePolicyDocument",
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
    "StateKey",
    "TagFilter",
    "TagFilters",
    "TagPattern",
    "TagPrefix",
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

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


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
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BucketName = Annotated[
    str,
    matching(
        r"(?![0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]",
        "bucket-name",
        "must be the name of an S3 bucket",
        "Use 3 to 63 lowercase letters, digits, dots and hyphens.",
    ),
    matching(
        r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|--x-s3|--table-s3|\.mrap)$).*",
        "bucket-name",
        "must not begin or end as names that S3 keeps for itself",
        "Leave out xn--, sthree- or amzn-s3-demo- in front, or -s3alias, --ol-s3, --x-s3, --table-s3 or .mrap behind.",
    ),
]
VersionConstraint = Annotated[str, checked(check_provider_versions, VERSION_CONSTRAINT)]


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
TagPattern = Annotated[str, form(TAG_PATTERN)]
TagPrefix = Annotated[str, form(minLength=1)]
ProtectedTag = Annotated[str, form(PROTECTED_TAG)]


def _all_or_named(value: object, named: Callable[[object], object]) -> object:
    """Accept `true` and `false` beside a list.

    True stays what it is: it is about whatever the file makes, and a list about what it names.
    """
    if isinstance(value, bool):
        return value or ()
    if isinstance(value, list | tuple):
        return named(value)
    fix = f"Write true for the repository and its policies, or a list of {', '.join(_MOST_NAMED)}."
    problem = Problem((), "type", "must be true, false or a list", "nothing" if value is None else show(value), fix)
    raise PydanticCustomError(PROBLEMS, "broken rules", {PROBLEMS: [problem]})


_MOST_NAMED = tuple(part for part in ADOPTABLE if "/" not in part)
_Part = Literal[ADOPTABLE]  # type: ignore[valid-type]  # the core's words, which a checker cannot read
if TYPE_CHECKING:
    Adopted: TypeAlias = bool | tuple[str, ...]
else:
    Adopted = Annotated[
        Items[_Part],
        WrapValidator(_all_or_named),
        WithJsonSchema(
            {"anyOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "string", "enum": list(ADOPTABLE)}}]}
        ),
    ]
"""What is adopted: true, or a tuple of what is named."""


def _check_text_or_mapping(value: object) -> list[Problem]:
    if isinstance(value, str | Mapping):
        return []
    rule = "{rulePriority: 1, selection: {tagStatus: any, countType: imageCountMoreThan, countNumber: 20}, action: "
    fix = f"Write it as in {{rules: [{rule}{{type: expire}}}}]}}, or as text in JSON."
    return [Problem((), "lifecycle-policy-type", "must be AWS's JSON, as text or as a mapping", show(value), fix)]


def _whole_within(value: object) -> object:
    """Take 5.0 as 5 wherever it stands, as in every other key."""
    if isinstance(value, Mapping):
        return {key: _whole_within(each) for key, each in value.items()}
    return [_whole_within(each) for each in value] if isinstance(value, list) else whole(value)


# All that a schema can say of JSON in a text: that it is an object.
_OBJECT_AS_TEXT = form(r"[ \t\r\n]*\{[\s\S]*\}[ \t\r\n]*")
LifecyclePolicyDocument = Annotated[
    Any,
    checked(_check_text_or_mapping),
    BeforeValidator(_whole_within),
    WithJsonSchema({"anyOf": [{"type": "string", **_OBJECT_AS_TEXT.said}, DOCUMENT]}),
]
"""AWS's own lifecycle policy; what is in it is checked by `core.lifecycle`."""
