"""Which of several stacks a repository belongs to."""

from __future__ import annotations

import hashlib

__all__ = ["MOST_SHARDS", "shard_of"]

# A registry has 100,000 repositories (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html), and
# a stack of a thousand is planned in minutes.
MOST_SHARDS = 100

# The constants of the jump consistent hash, from its paper (https://arxiv.org/abs/1406.2294).
_MULTIPLIER = 2862933555777941757
_BITS = 2**64
_RANGE = 1 << 31


def shard_of(logical_name: str, shards: int) -> int:
    """Return the shard of a repository, from 1 to the number of shards.

    It depends on the name and the number of shards alone, so adding a repository moves no other. Of the names that one
    more shard moves, there are as few as possible, and they all move to the new one.

    Args:
        logical_name: Name of the repository in its environment.
        shards: How many there are, at least 1.
    """
    key = int.from_bytes(hashlib.sha256(logical_name.encode()).digest()[:8])
    bucket, following = 0, 0
    while following < shards:
        bucket = following
        key = (key * _MULTIPLIER + 1) % _BITS
        following = (bucket + 1) * _RANGE // ((key >> 33) + 1)
    return bucket + 1
