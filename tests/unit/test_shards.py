"""Which stack a repository belongs to: a repository that moves to another one is destroyed and made again."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.shards import shard_of

NAMES = st.from_regex(r"[a-z0-9]{1,12}(/[a-z0-9]{1,12})?", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "shards", "shard"),
    [("web", 1, 1), ("web", 4, 2), ("api", 4, 3), ("worker", 4, 4), ("team/api", 8, 3), ("team/api", 9, 9)],
)
def test_a_name_has_had_this_shard_since_the_first_release(name, shards, shard):
    assert shard_of(name, shards) == shard


@given(NAMES, st.integers(1, 50))
def test_one_more_shard_moves_a_name_to_the_new_one_or_not_at_all(name, shards):
    assert shard_of(name, shards + 1) in {shard_of(name, shards), shards + 1}


@given(NAMES, st.integers(1, 50))
def test_every_name_has_one_of_the_shards(name, shards):
    assert 1 <= shard_of(name, shards) <= shards


def test_shards_are_of_about_the_same_size():
    sizes = Counter(shard_of(f"team-{number % 40}/service-{number}", 8) for number in range(4000))
    assert set(sizes) == set(range(1, 9))
    assert max(sizes.values()) < 1.25 * min(sizes.values())
