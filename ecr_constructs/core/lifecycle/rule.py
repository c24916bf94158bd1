"""One rule of a lifecycle policy, in the words of AWS's own document.

Facts: ECR user guide, "Lifecycle policy properties"
(https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.tokens import TokenString

__all__ = [
    "ACTION_TYPES",
    "AWS_KEYS",
    "COUNT_TYPES",
    "COUNT_UNITS",
    "STORAGE_CLASSES",
    "TAG_STATUSES",
    "CountType",
    "CountUnit",
    "LifecycleAction",
    "LifecycleRule",
    "StorageClass",
    "TagStatus",
    "TargetStorageClass",
]

TagStatus: TypeAlias = Literal["tagged", "untagged", "any"]
CountType: TypeAlias = Literal["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"]
CountUnit: TypeAlias = Literal["days"]
LifecycleAction: TypeAlias = Literal["expire", "transition"]
StorageClass: TypeAlias = Literal["standard", "archive"]
TargetStorageClass: TypeAlias = Literal["archive"]


@dataclass(frozen=True, slots=True)
class Counted:
    """What may stand beside one value of `count_type`.

    Attributes:
        actions: The allowed values of `action_type`.
        storage_class: The one storage class whose images it can select.
        unit: The `count_unit` that it needs; None where a unit is refused.
    """

    actions: tuple[LifecycleAction, ...]
    storage_class: StorageClass
    unit: CountUnit | None


TAG_STATUSES: Final[tuple[TagStatus, ...]] = get_args(TagStatus)
COUNT_UNITS: Final[tuple[CountUnit, ...]] = get_args(CountUnit)
ACTION_TYPES: Final[tuple[LifecycleAction, ...]] = get_args(LifecycleAction)
STORAGE_CLASSES: Final[tuple[StorageClass, ...]] = get_args(StorageClass)
COUNT_TYPES: Final[Mapping[str, Counted]] = {
    "imageCountMoreThan": Counted(("expire", "transition"), "standard", None),
    "sinceImagePushed": Counted(("expire", "transition"), "standard", "days"),
    "sinceImagePulled": Counted(("transition",), "standard", "days"),
    "sinceImageTransitioned": Counted(("expire",), "archive", "days"),
}

# Where each field stands in AWS's document, in the order in which the document is written.
AWS_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "rule_priority": ("rulePriority",),
    "description": ("description",),
    "tag_status": ("selection", "tagStatus"),
    "tag_pattern_list": ("selection", "tagPatternList"),
    "tag_prefix_list": ("selection", "tagPrefixList"),
    "storage_class": ("selection", "storageClass"),
    "count_type": ("selection", "countType"),
    "count_unit": ("selection", "countUnit"),
    "count_number": ("selection", "countNumber"),
    "action_type": ("action", "type"),
    "target_storage_class": ("action", "targetStorageClass"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleRule:
    """One rule of a lifecycle policy: which images it selects, from when on, and what happens to them.

    Nothing is checked here, so that `check_rules` can name every mistake of every rule at once. What has only one
    possible value is filled in. Values that Terraform knows only later pass every check.

        LifecycleRule(tag_status="tagged", tag_pattern_list=["v*"], count_type="imageCountMoreThan", count_number=20)
        LifecycleRule(tag_status="untagged", count_type="sinceImagePushed", count_number=7)

    Where one of a few words is written, `token` makes what Terraform knows later right to type checkers.

    Attributes:
        tag_status: `tagged`, `untagged` or `any`. One `any` and one `untagged` rule per storage class.
        tag_pattern_list: For `tagged`: patterns with up to four `*` each. An image is selected when it carries a tag
            for **each** of them: several entries mean AND. For alternatives write one rule each.
        tag_prefix_list: For `tagged`, instead of patterns: how tags begin. Several entries mean AND here too.
        count_type: `imageCountMoreThan` (all but the newest `count_number` images), or older than `count_number` days
            since the push (`sinceImagePushed`), the last pull (`sinceImagePulled`, transition only) or the move to the
            archive (`sinceImageTransitioned`, expire only).
        count_number: A number of images or of days, at least 1; at least 90 for `sinceImageTransitioned`. An
            expression as text, such as `${var.days}`, is written into the document as a bare number.
        count_unit: `days`, filled in for the three `since...` types; refused for `imageCountMoreThan`.
        action_type: `expire` (delete) or `transition` (move to the archive). Default `expire`.
        target_storage_class: `archive`, filled in for `transition`; refused for `expire`.
        storage_class: Whose images are selected: `standard` (what AWS takes when it is left out) or `archive`, filled
            in for `sinceImageTransitioned`.
        rule_priority: 1 or more, unique; smaller ones are applied first. Default: numbered by itself.
        description: What the rule is for. Default: none.
    """

    tag_status: TagStatus | TokenString
    tag_pattern_list: Sequence[str] = ()
    tag_prefix_list: Sequence[str] = ()
    count_type: CountType | TokenString
    count_number: int | float | str
    count_unit: CountUnit | TokenString | None = None
    action_type: LifecycleAction | TokenString = "expire"
    target_storage_class: TargetStorageClass | TokenString | None = None
    storage_class: StorageClass | TokenString | None = None
    rule_priority: int | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        for name in ("tag_pattern_list", "tag_prefix_list"):
            value = getattr(self, name)
            if isinstance(value, Sequence) and not isinstance(value, str):  # text stays text, for `check_rules` to name
                object.__setattr__(self, name, tuple(value))
        kind = COUNT_TYPES.get(self.count_type) if isinstance(self.count_type, str) else None
        if self.count_unit is None and kind:
            object.__setattr__(self, "count_unit", kind.unit)
        if self.storage_class is None and kind and kind.storage_class == "archive":
            object.__setattr__(self, "storage_class", "archive")
        if self.target_storage_class is None and self.action_type == "transition":
            object.__setattr__(self, "target_storage_class", "archive")

    @property
    def selected_class(self) -> str:
        """The storage class whose images the rule selects, `standard` where nothing else is said."""
        return "standard" if self.storage_class is None else str(self.storage_class)
