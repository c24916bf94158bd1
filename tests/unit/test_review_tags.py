"""Tags that can newly be moved, whatever mutability and filters say it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.repository import RepositorySettings
from ecr_constructs.review.tags import judge_tags, newly_mutable
from tests.unit.reviewed import change_of

HEAD = "project: shop\nenv: dev\nregion: us-east-1\naccount_id: '111111111111'\n"


def said(mutability="IMMUTABLE", *filters):
    suffix = "_WITH_EXCLUSION" if filters else ""
    listed = (
        f", image_tag_mutability_exclusion_filters: [{', '.join(repr(each) for each in filters)}]" if filters else ""
    )
    return f"image_tag_mutability: {mutability}{suffix}{listed}"


def told(base, head):
    change = change_of({"dev.yaml": HEAD + base}, {"dev.yaml": HEAD + head})
    return [
        (each.severity, each.code, ".".join(map(str, each.path)), each.repositories, each.what)
        for each in judge_tags(change)
    ]


def web(options):
    return f"ecr_repositories: {{web: {{{options}}}}}\n"


KEY = "ecr_repositories.web.image_tag_mutability"
MOVED = "be moved to another image, so that what is deployed by one can be replaced"
CASES = {
    "all tags": (said(), said("MUTABLE"), KEY, f"lets tags {MOVED}"),
    "all but some": (said(), said("MUTABLE", "v*"), KEY, f"lets tags {MOVED}"),
    "some tags": (said(), said("IMMUTABLE", "latest"), KEY, f"lets tags like latest {MOVED}"),
    "more tags": (
        said("IMMUTABLE", "latest"),
        said("IMMUTABLE", "latest", "dev-*"),
        f"{KEY}_exclusion_filters",
        f"lets tags like dev-* {MOVED}",
    ),
    "tags that were kept": (
        said("MUTABLE", "v*"),
        said("MUTABLE"),
        KEY,
        f"lets tags like v* {MOVED}",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_tags_that_become_mutable_have_attention_and_those_that_become_immutable_are_a_note(case):
    before, after, where, what = CASES[case]
    assert told(web(before), web(after)) == [("attention", "tags-mutable", where, ("web",), what)]
    assert [each[:2] for each in told(web(after), web(before))] == [("note", "tags-immutable")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (said("IMMUTABLE", "dev-*"), said("IMMUTABLE", "dev-*", "dev-1")),
        (said("IMMUTABLE", "a", "b"), said("IMMUTABLE", "b", "a")),
        (said("MUTABLE", "*"), said()),
        (said("IMMUTABLE", "*"), said("MUTABLE")),
    ],
)
def test_the_same_tags_said_in_another_way_are_no_finding(before, after):
    assert told(web(before), web(after)) == []
    assert told(web(after), web(before)) == []


def test_a_creation_template_and_the_defaults_are_told_of_at_their_places():
    template = "ecr_repositories: {}\necr_creation_templates: {team: {applied_for: [REPLICATION], %s}}\n"
    ((*first, _),) = told(template % said(), template % said("MUTABLE"))
    assert first == ["attention", "tags-mutable", "ecr_creation_templates.team.image_tag_mutability", ("team/*",)]
    every = "ecr_defaults: {%s}\necr_repositories: {web: {}}\n"
    ((*first, _),) = told(every % said(), every % said("MUTABLE"))
    assert first == ["attention", "tags-mutable", "ecr_defaults.image_tag_mutability", ("web",)]


FILTERS = st.lists(st.sampled_from(["a", "b", "ab", "a*", "*b", "*", "a*b"]), min_size=1, max_size=3, unique=True)
SETTINGS = st.one_of(
    st.sampled_from(["IMMUTABLE", "MUTABLE"]).map(lambda each: RepositorySettings(image_tag_mutability=each)),
    st.builds(
        lambda each, filters: RepositorySettings(
            image_tag_mutability=f"{each}_WITH_EXCLUSION", image_tag_mutability_exclusion_filters=filters
        ),
        st.sampled_from(["IMMUTABLE", "MUTABLE"]),
        FILTERS,
    ),
)
TAGS = ["".join(each) for length in range(1, 4) for each in itertools.product("abc", repeat=length)]


def is_mutable(settings, tag):
    parts = [each.split("*") for each in settings.image_tag_mutability_exclusion_filters]
    excluded = any(
        tag == part[0]
        if len(part) == 1
        else tag.startswith(part[0]) and tag.endswith(part[1]) and len(tag) >= len(part[0]) + len(part[1])
        for part in parts
    )
    return settings.image_tag_mutability.startswith("MUTABLE") is not excluded


@given(SETTINGS, SETTINGS)
def test_a_tag_becomes_mutable_exactly_where_a_finding_says_so(before, after):
    opened = any(is_mutable(after, tag) and not is_mutable(before, tag) for tag in TAGS)
    assert bool(newly_mutable(before, after)) is opened
