"""Options of a repository with the environment's defaults under them."""

from __future__ import annotations

from typing import Any

from ecr_constructs.config.models import RepositoryOptions

__all__ = ["RETENTION_OPTIONS", "merge_options"]

RETENTION_OPTIONS = (
    "max_image_count",
    "expire_untagged_after_days",
    "expire_tagged_after_days",
    "max_untagged_count",
    "protected_tags",
    "lifecycle_rules",
)
"""What `lifecycle_policy` stands instead of."""


def merge_options(defaults: RepositoryOptions, own: RepositoryOptions) -> RepositoryOptions:
    """Return a repository's options: its own, then the environment's defaults, then the models'.

    Tags are joined. Where a repository says its retention in one way, the defaults' other way does not apply to it: its
    own `lifecycle_policy` sets the defaults' shortcuts and rules aside, and the other way round; of
    `expire_untagged_after_days` and `max_untagged_count`, its own one sets the other aside.

    `model_fields_set` of the result holds what either of the two said.
    """
    values = _said(defaults)
    said = _said(own)
    if said.get("lifecycle_policy") is not None:
        values = {name: value for name, value in values.items() if name not in RETENTION_OPTIONS}
    elif any(said.get(name) for name in RETENTION_OPTIONS):
        values.pop("lifecycle_policy", None)
    for name, other in (
        ("expire_untagged_after_days", "max_untagged_count"),
        ("max_untagged_count", "expire_untagged_after_days"),
    ):
        if said.get(name) is not None and other not in said:
            values.pop(other, None)
    tags = {**values.get("tags", {}), **said.get("tags", {})}
    merged = {**values, **said, **({"tags": tags} if tags else {})}
    return RepositoryOptions.model_construct(_fields_set=set(merged), **merged)


def _said(options: RepositoryOptions) -> dict[str, Any]:
    return {name: getattr(options, name) for name in options.model_fields_set}
