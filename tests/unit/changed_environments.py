"""Pairs of directories of environment files: any that are right, and the same ones after changes that have names."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import yaml
from hypothesis import strategies as st

from tests.unit.any_environments import Data, Files, any_environments, are_right, written
from tests.unit.changes_of_files import CHANGES
from tests.unit.drafts import Draft, Mutation
from tests.unit.neutral_changes import NEUTRAL

__all__ = ["Changed", "changed", "changed_pairs", "reordered"]


class Changed(NamedTuple):
    """A directory of files, the same one after a change, and the names of the changes."""

    base: Files
    head: Files
    changes: tuple[str, ...]


def changed(data: Data, changes: Sequence[Mutation], random: Random) -> Changed:
    """Return environments before and after changes, without those changes that find nothing or would make them wrong.

    Args:
        data: The environments.
        changes: The changes, one after the other; those that only write otherwise come last.
        random: What chooses where.
    """
    base = written(data)
    draft, head, made = Draft(copy.deepcopy(data)), base, []
    for change in changes:
        attempt = copy.deepcopy(draft)
        if not change.make(attempt, random):
            continue
        if are_right(attempt.data):
            draft, head = attempt, written(attempt.data)
            made.append(change.name)
    for change in changes:
        if change.rewrite is not None:
            head = change.rewrite(head, random)
            made.append(change.name)
    return Changed(base, head, tuple(made))


def reordered(files: Files, random: Random) -> Files:
    """Return the same files in another order, and their keys as well."""
    data = {name.removesuffix(".yaml"): yaml.safe_load(text) for name, text in files.items()}
    return changed(data, [each for each in NEUTRAL if each.name == "reorder"], random).head


@st.composite
def changed_pairs(draw: st.DrawFn, *, among: Sequence[Mutation] = CHANGES) -> Changed:
    """Any pair, by one to four changes.

    Args:
        draw: What hypothesis draws with.
        among: The changes that there can be.
    """
    # Chosen by hypothesis, so that what is found becomes small.
    random = draw(st.randoms(use_true_random=False))
    changes = draw(st.lists(st.sampled_from(among), min_size=1, max_size=4, unique=True))
    return changed(any_environments(random), changes, random)
