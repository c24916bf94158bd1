"""Options of a repository with the environment's defaults under them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecr_constructs.config.model.repository import RepositoryOptions
from ecr_constructs.core.lifecycle.shortcut_checks import EVERY_TAGGED, PRESET_ALONE, UNTAGGED

__all__ = ["RETENTION_OPTIONS", "merge_options"]

RETENTION_OPTIONS = (
    "max_image_count",
    "expire_untagged_after_days",
    "expire_tagged_after_days",
    "max_untagged_count",
    "keep_tagged_count",
    "keep_tagged_per_pattern",
    "beyond_kept",
    "archive_after_days_without_pull",
    "delete_archived_after_days",
    "protected_tags",
    "lifecycle_rules",
    "retention",
)
"""What `lifecycle_policy` stands instead of."""

# What pydantic would otherwise look up for each repository again; nothing changes a model's values in place.
_BUILT_IN = RepositoryOptions.model_construct()
_KEPT = ("keep_tagged_count", "keep_tagged_per_pattern")


def merge_options(defaults: RepositoryOptions, own: RepositoryOptions) -> RepositoryOptions:
    """Return a repository's options: its own, then the environment's defaults, then the models'.

    Tags are joined. What a repository says itself sets aside the defaults that go with something else:

    - its `lifecycle_policy` the shortcuts and rules, and any of these the `lifecycle_policy`;
    - its `retention` every shortcut but `protected_tags`;
    - of the two shortcuts for untagged images, one the other;
    - of the three shortcuts for every tagged image, one the others, save for `keep_tagged_count`: what the defaults
      promise to keep is to be given up by name;
    - a rule that selects untagged images those two, a rule that selects every image `max_image_count`, and one of the
      archive `delete_archived_after_days`;
    - what leaves no number of tagged images to keep, `beyond_kept`;
    - an `image_tag_mutability` without exclusion the filters.

    `model_fields_set` of the result holds what either of the two said and was not set aside.
    """
    said = _said(own)
    if not said and defaults.beyond_kept is None:
        return defaults
    values = _said(defaults)
    aside = set(_set_aside(said))
    kept = {name: value for name, value in values.items() if name not in aside}
    tags = {**kept.get("tags", {}), **said.get("tags", {})}
    merged = {**kept, **said, **({"tags": tags} if tags else {})}
    if "beyond_kept" not in said and not any(merged.get(name) for name in _KEPT):
        merged.pop("beyond_kept", None)
    return _BUILT_IN.model_copy(update=merged)


def _said(options: RepositoryOptions) -> dict[str, Any]:
    # Without what a workload has besides.
    return {name: getattr(options, name) for name in options.model_fields_set & RepositoryOptions.model_fields.keys()}


def _set_aside(said: Mapping[str, Any]) -> Iterator[str]:
    """Return the defaults that do not go with what a repository says itself."""
    if said.get("lifecycle_policy") is not None:
        yield from RETENTION_OPTIONS
    elif any(said.get(name) for name in RETENTION_OPTIONS):
        yield "lifecycle_policy"
    if said.get("retention") is not None:
        yield from PRESET_ALONE
    for names in (UNTAGGED, EVERY_TAGGED):
        for name in names:
            if said.get(name) is not None:
                yield from {*names} - {name, "keep_tagged_count"}
    for rule in said.get("lifecycle_rules", ()):
        archived = rule.count_type == "sinceImageTransitioned"
        if rule.tag_status == "untagged" and not archived:
            yield from UNTAGGED
        if rule.tag_status == "any":
            yield "delete_archived_after_days" if archived else "max_image_count"
    if said.get("image_tag_mutability") in ("MUTABLE", "IMMUTABLE"):
        yield "image_tag_mutability_exclusion_filters"
