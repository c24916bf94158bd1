"""Changes of environment files, and what they come to, without files and without git."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from ecr_constructs.review.change import Change
from ecr_constructs.review.finding import Finding
from ecr_constructs.review.judge import judged
from ecr_constructs.review.sides import Files, change_between

__all__ = ["change_of", "review_of"]


def change_of(base: Mapping[str, str], head: Mapping[str, str]) -> Change:
    """Return the change between two directories: texts of environment files, by their names such as `dev.yaml`."""
    change, problems = change_between(_files("base", base), _files("head", head))
    assert not problems, problems
    return change


def review_of(base: Mapping[str, str], head: Mapping[str, str]) -> list[Finding]:
    """Return what a change comes to, as the command tells it."""
    return list(judged(change_of(base, head)))


def _files(name: str, texts: Mapping[str, str]) -> Files:
    contents = {f"environments/{file}": textwrap.dedent(text).encode() for file, text in texts.items()}
    return Files(name, contents)
