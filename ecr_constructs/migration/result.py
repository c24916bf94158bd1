"""What migrating a file comes to."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ecr_constructs.errors import Problem

__all__ = ["Migration"]


@dataclasses.dataclass(frozen=True, slots=True)
class Migration:
    """What becomes of a file.

    Attributes:
        content: What it, or the new file, is to hold.
        notes: What is changed or left out and why, a line each.
        warnings: What the loader will find wrong, to be corrected by hand.
    """

    content: bytes = b""
    notes: Sequence[str] = ()
    warnings: Sequence[Problem] = ()
