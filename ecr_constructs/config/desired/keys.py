"""What is wanted of KMS keys."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.desired.wanted import Wanted
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import KeyToCreate
from ecr_constructs.core.keywords import keywords_of
from ecr_constructs.core.kms import KeySettings

__all__ = ["created_key_of"]


def created_key_of(environment: Environment) -> Iterator[Wanted]:
    """Return the key that is made with the repositories; it is made when something is encrypted with it."""
    settings = environment.settings
    key = settings.ecr_kms_key
    if isinstance(key, KeyToCreate):
        value = KeySettings(
            alias=key.alias_in(settings.project, settings.env),
            deletion_window_in_days=key.deletion_window_in_days,
            multi_region=key.multi_region,
        )
        yield Wanted(
            value=value,
            path=("ecr_kms_key",),
            construct="RepositoryKey",
            id="EcrKey",
            logical_id="ecr",
            keywords={**keywords_of(value), **({"prevent_destroy": True} if settings.protected else {})},
            names=(("key", value.alias, ()),),
        )
