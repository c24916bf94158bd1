"""Free text that people read, such as descriptions: which characters it may hold.

The models of ECR Public, KMS and the creation templates restrict how long such texts are, and say nothing of their
characters. Control characters but tabs and line breaks are refused here: no tool shows them, and some end at them.
"""

from __future__ import annotations

import re
import unicodedata

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem

__all__ = ["WORDING", "check_wording", "line_notices"]

_BREAKS = "\t\n\r"
# Control characters, and halves of characters that no encoding can write.
_CATEGORIES = ("Cc", "Cs")
WORDING = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*")
"""Text without control characters but tabs and line breaks."""


def check_wording(text: object, *path: str | int, code: str) -> list[Problem]:
    """Return a problem where text holds control characters other than tabs and line breaks.

    Args:
        text: The text; None and what is no text yet has no problem here.
        *path: Where it is said.
        code: Code of the problem.
    """
    if not isinstance(text, str) or is_unresolved(text):
        return []
    found = sorted({each for each in text if unicodedata.category(each) in _CATEGORIES and each not in _BREAKS})
    if not found:
        return []
    rule, got = "must hold no control characters", ", ".join(f"U+{ord(each):04X}" for each in found)
    return [Problem(path, code, rule, got, "Remove what cannot be seen.")]


def line_notices(text: object, *path: str | int) -> list[Problem]:
    """Point out tabs and line breaks in text that is shown in one line, which services keep as they are.

    Args:
        text: The text; None and what is no text yet is not pointed out.
        *path: Where it is said.
    """
    if not isinstance(text, str) or is_unresolved(text) or not any(each in text for each in _BREAKS):
        return []
    rule, fix = (
        "this text is shown in one line and holds line breaks or tabs",
        "Write one line; in YAML, >- makes one of several.",
    )
    return [Problem(path, "text-lines", rule, fix=fix, severity="warning")]
