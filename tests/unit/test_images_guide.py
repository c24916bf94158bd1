"""The tags that the guide on images advises are kept and moved by the settings beside them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "images.md").read_text(encoding="utf-8")
TAGS = re.findall(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", PAGE.partition("## Who pulls")[0], re.MULTILINE)


@pytest.fixture
def repository(declare):
    (example,) = re.findall(r"```yaml\n(ecr_repositories:.*?)```", PAGE, re.DOTALL)
    return declare(example).repositories["web-app"]


def any_matches(patterns, tag):
    return any(fnmatchcase(tag, pattern) for pattern in patterns)


def test_the_guide_names_the_five_kinds():
    assert [tag.partition("-")[0] for tag, *_ in TAGS] == ["git", "v1.4.2", "env", "latest", "stable"]


@pytest.mark.parametrize(("tag", "moves", "expires"), TAGS)
def test_a_tag_moves_where_the_guide_says_so(tag, moves, expires, repository):
    excluded = repository.options.image_tag_mutability_exclusion_filters
    assert any_matches(excluded, tag) == (moves != "never")


@pytest.mark.parametrize(("tag", "moves", "expires"), TAGS)
def test_a_tag_is_protected_where_the_guide_says_that_it_never_expires(tag, moves, expires, repository):
    assert any_matches(repository.options.protected_tags, tag) == expires.startswith("never")


def test_a_copy_keeps_the_digest_wherever_one_is_advised():
    """By default an image of one platform becomes an index, with another digest.

    https://docs.docker.com/reference/cli/docker/buildx/imagetools/create/
    """
    pages = [*(ROOT / "docs").glob("*.md"), *(ROOT / "examples").rglob("*.md")]
    commands = [line for page in pages for line in page.read_text("utf-8").splitlines() if "imagetools create" in line]
    assert len(commands) >= 5
    assert all("imagetools create --prefer-index=false" in line for line in commands)
