"""Retention by one word: what each preset keeps, for tags as the guide to images names them.

The tags are `latest`, `stable`, `git-{sha}`, `env-{env}-{timestamp}` and `v{version}`. A preset says what is kept, and
never whether a tag can be pushed again, which decides whether what is kept by its tag stays what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, get_args

from ecr_constructs.core.lifecycle.image_tags import takes_every_tag_of
from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem

__all__ = ["PRESETS", "PRESET_NAMES", "RetentionPreset", "mutability_notices"]

RetentionPreset: TypeAlias = Literal["development", "production", "compliance", "releases"]
PRESET_NAMES: Final[tuple[RetentionPreset, ...]] = get_args(RetentionPreset)

_MOVING = ("latest", "stable")

PRESETS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "development": {
            "protected_tags": _MOVING,
            "keep_tagged_per_pattern": {"env-*": 30, "v*": 30},
            "expire_untagged_after_days": 1,
            "keep_tagged_count": 30,
        },
        "production": {
            "protected_tags": (*_MOVING, "v*", "env-prod-*"),
            "keep_tagged_per_pattern": {"env-*": 100},
            "expire_untagged_after_days": 14,
            "keep_tagged_count": 100,
        },
        "compliance": {
            "protected_tags": (*_MOVING, "v*", "env-prod-*"),
            "expire_untagged_after_days": 90,
            "archive_after_days_without_pull": 180,
            "delete_archived_after_days": 2555,
        },
        "releases": {
            "protected_tags": (*_MOVING, "v*", "env-prod-*"),
            "expire_untagged_after_days": 7,
            "keep_tagged_count": 20,
        },
    }
)
"""The shortcuts that each preset stands for. `compliance` deletes after seven years in the archive."""

# What names one image for good, as far as a preset never expires it.
_LASTING = ("v*", "env-prod-*")


def mutability_notices(retention: object, settings: RepositorySettings) -> list[Problem]:
    """Return whether tags that a preset keeps images by can be pushed again, as a notice.

    An image whose tag another one takes has no tag any more and expires as such.

    Args:
        retention: Name of the preset; anything else has no notice.
        settings: The settings of the repository.
    """
    preset = PRESETS.get(retention) if isinstance(retention, str) else None
    lasting = [tag for tag in _LASTING if preset and tag in preset["protected_tags"]]
    open_to = [tag for tag in lasting if _can_be_pushed_again(tag, settings)]
    if not open_to:
        return []
    text = (
        f"{retention!r} keeps images by tags that can be pushed again, {' and '.join(open_to)}: an image that loses "
        "its tag to another one expires as untagged"
    )
    fix = (
        "Set image_tag_mutability to IMMUTABLE_WITH_EXCLUSION, with image_tag_mutability_exclusion_filters "
        f"{', '.join(_MOVING)}."
    )
    return [Problem(("retention",), "retention-mutability", text, fix=fix, severity="warning")]


def _can_be_pushed_again(tag: str, settings: RepositorySettings) -> bool:
    mutability, filters = settings.image_tag_mutability, settings.image_tag_mutability_exclusion_filters
    if is_unresolved(mutability) or any(is_unresolved(each) for each in filters):
        return False
    excluded = any(takes_every_tag_of(each, tag) for each in filters)
    return excluded if str(mutability).startswith("IMMUTABLE") else not excluded
