"""Rules of lifecycle policies, and whole policies in AWS's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from ecr_constructs.config.model.fields import Items, Model
from ecr_constructs.config.model.forms import LARGEST, WHOLE, checked, form, whole
from ecr_constructs.config.model.lifecycle_forms import DOCUMENT, RULE
from ecr_constructs.core.lifecycle.field_checks import LEAST_ARCHIVE_DAYS
from ecr_constructs.core.lifecycle.image_tags import PROTECTED_TAG, TAG_PATTERN
from ecr_constructs.core.lifecycle.kept import MOST_KEPT_PATTERNS
from ecr_constructs.core.lifecycle.rule import (
    CountType,
    CountUnit,
    LifecycleAction,
    StorageClass,
    TagStatus,
    TargetStorageClass,
)
from ecr_constructs.errors import Problem, show

__all__ = ["ArchivedDays", "Count", "KeptPerPatternOptions", "LifecyclePolicyDocument", "LifecycleRuleOptions"]

Count = Annotated[int, Field(ge=1), WHOLE, form(maximum=LARGEST)]
ArchivedDays = Annotated[int, Field(ge=1), WHOLE, form(minimum=LEAST_ARCHIVE_DAYS, maximum=LARGEST)]
KeptPerPatternOptions = Annotated[
    dict[str, Count],
    form(maxProperties=MOST_KEPT_PATTERNS, propertyNames=form(PROTECTED_TAG, r"\**[^*][\s\S]*").said),
]
"""How many images of each tag pattern are kept; what the patterns may be is checked by `core.lifecycle`."""
_TagPattern = Annotated[str, form(TAG_PATTERN)]
_TagPrefix = Annotated[str, form(minLength=1)]


class LifecycleRuleOptions(Model, title="lifecycle rule", json_schema_extra=RULE):
    """One rule of a lifecycle policy, by AWS's names."""

    example: ClassVar[Mapping[str, object]] = {
        "tag_status": "untagged",
        "count_type": "sinceImagePushed",
        "count_number": 7,
    }

    rule_priority: Count | None = Field(
        default=None, description="Rules apply in ascending order. Default: numbered in the order of the file."
    )
    description: str | None = Field(default=None, description="What the rule is for.")
    tag_status: TagStatus = Field(description="Which images the rule selects.")
    tag_pattern_list: Items[_TagPattern] = Field(
        default=(), description="With tagged: an image must carry a tag for each of these patterns (AND, not OR)."
    )
    tag_prefix_list: Items[_TagPrefix] = Field(
        default=(), description="With tagged: an image must carry a tag for each of these prefixes (AND, not OR)."
    )
    storage_class: StorageClass | None = Field(
        default=None, description="Storage class of the images selected. Default: standard."
    )
    count_type: CountType = Field(description="What count_number counts.")
    count_unit: CountUnit | None = Field(default=None, description="Unit of the since... types: days.")
    count_number: Count = Field(description="Images to keep, or days.")
    action_type: LifecycleAction = Field(
        default="expire", description="Delete the images, or move them to the archive storage class."
    )
    target_storage_class: TargetStorageClass | None = Field(
        default=None, description="Where transition moves images. Default with transition: archive."
    )


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
