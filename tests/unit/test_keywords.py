"""Value objects as keyword arguments: what is said and nothing else."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.keywords import keywords_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shelf:
    name: str
    boards: int = 3
    colour: str | None = None
    books: tuple[str, ...] = ()
    labels: dict[str, str] = dataclasses.field(default_factory=dict)


def test_what_is_at_its_default_is_left_out_and_what_has_none_is_not():
    assert keywords_of(Shelf(name="a")) == {"name": "a"}
    assert keywords_of(Shelf(name="a", boards=3, colour=None, books=(), labels={})) == {"name": "a"}


@pytest.mark.parametrize(
    "said", [{"boards": 0}, {"colour": ""}, {"books": ("x",)}, {"labels": {"x": ""}}, {"boards": 4, "colour": "red"}]
)
def test_what_is_said_is_there_however_empty(said):
    assert keywords_of(Shelf(name="a", **said)) == {"name": "a", **said}


def test_fields_that_are_not_wanted_are_left_out():
    shelf = Shelf(name="a", boards=4, colour="red")
    assert keywords_of(shelf, "name", "colour", "books") == {"boards": 4}


def test_values_are_those_of_the_object_and_no_copies():
    inner = Shelf(name="inner")
    assert keywords_of(Outer(inner=inner))["inner"] is inner


@dataclasses.dataclass(frozen=True)
class Outer:
    inner: Shelf


@given(
    st.builds(
        Shelf,
        name=st.text(),
        boards=st.integers(0, 4),
        colour=st.none() | st.text(max_size=1),
        books=st.lists(st.text(max_size=1), max_size=2).map(tuple),
        labels=st.dictionaries(st.text(max_size=1), st.text(max_size=1), max_size=2),
    )
)
def test_the_arguments_make_the_same_object(shelf):
    assert Shelf(**keywords_of(shelf)) == shelf
