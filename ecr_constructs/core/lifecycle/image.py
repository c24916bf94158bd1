"""An image as a lifecycle policy looks at it.

Fields: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html. What an index refers to is in
its manifest alone, which `DescribeImages` does not show and `BatchGetImage` does.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from ecr_constructs.core.lifecycle.rule import StorageClass

__all__ = ["Image"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of a repository.

    Attributes:
        digest: Its digest, by which it is told from others.
        pushed_at: When it was pushed, with a time zone.
        tags: Its tags; default none.
        pulled_at: When it was last pulled, as far as ECR has recorded it; default never.
        activated_at: When it was last restored from the archive; default never. It then counts as pushed at that time.
        archived_at: When it was last moved to the archive; default never.
        storage_class: `standard` or `archive`. Default `standard`.
        size_in_bytes: How much is stored for it, in bytes. Default 0.
        children: Digests of the images that it refers to, where it is an index (a manifest list). Default none.
        subject: Digest of the image that it says something about, where it is a signature or a bill of materials.
            Default none.
    """

    digest: str
    pushed_at: datetime.datetime
    tags: Sequence[str] = ()
    pulled_at: datetime.datetime | None = None
    activated_at: datetime.datetime | None = None
    archived_at: datetime.datetime | None = None
    storage_class: StorageClass = "standard"
    size_in_bytes: int = 0
    children: Sequence[str] = ()
    subject: str | None = None

    @property
    def counts_from(self) -> datetime.datetime:
        """When it became an image of its storage class: by its push, or by its last return from the archive."""
        return self.pushed_at if self.activated_at is None else self.activated_at
