"""How an image is named behind its repository's URL: by a tag, or by a digest.

Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
"""

from __future__ import annotations

import re

from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, show

__all__ = ["DIGEST", "TAG", "check_digest", "check_tag"]

TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def check_tag(tag: object, *path: str | int) -> list[Problem]:
    """Check a tag: 1 to 128 letters, digits, `_`, `.` and `-`, beginning with none of the last two."""
    if is_unresolved(tag) or (isinstance(tag, str) and TAG.fullmatch(tag)):
        return []
    fix = "Use 1 to 128 letters, digits, '_', '.' and '-', starting with none of the last two."
    return [Problem(path, "image-tag", "must be an image tag", show(tag), fix)]


def check_digest(digest: object, *path: str | int) -> list[Problem]:
    """Check a digest: `sha256:` and 64 hexadecimal digits."""
    if is_unresolved(digest) or (isinstance(digest, str) and DIGEST.fullmatch(digest)):
        return []
    fix = "Use sha256: and 64 hexadecimal digits, as `aws ecr describe-images` shows it."
    return [Problem(path, "image-digest", "must be an image digest", show(digest), fix)]
