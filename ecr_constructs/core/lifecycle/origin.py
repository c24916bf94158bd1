"""Where a rule was written, so that a message can point there in the words that were used there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from ecr_constructs.core.lifecycle.rule import AWS_KEYS, LifecycleRule
from ecr_constructs.errors import KeyPath, key_of

__all__ = ["Origin", "WrittenRule"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule was written.

    Attributes:
        path: Keys down to the rule, such as `("lifecycle_rules", 3)`.
        form: `fields` for a typed rule, `json` for a rule in AWS's document, `shortcut` for a single value such as
            `max_image_count`, which is all that a problem can point at.
    """

    path: KeyPath
    form: Literal["fields", "json", "shortcut"] = "fields"

    def at(self, field: str) -> KeyPath:
        """Return the path of one field of `LifecycleRule`, as it is spelled here."""
        if self.form == "shortcut":
            return self.path
        return (*self.path, *AWS_KEYS[field]) if self.form == "json" else (*self.path, field)

    def word(self, field: str) -> str:
        """Return the name of a field as it is spelled here: `count_unit` or `countUnit`."""
        return AWS_KEYS[field][-1] if self.form == "json" else field

    def __str__(self) -> str:
        return key_of(self.path)


class WrittenRule(NamedTuple):
    """A rule, and where it was written."""

    rule: LifecycleRule
    origin: Origin
