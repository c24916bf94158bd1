"""Problems and how they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.errors import (
    EcrConstructsError,
    InvalidInput,
    OperationError,
    Problem,
    closest,
    nearest,
    raise_problems,
    show,
)

PROBLEM = Problem(("rules", 0, "count"), "count", "must be at least 1", "0", "Use 1 or more.")


def test_a_problem_says_where_the_rule_what_was_got_what_to_do_and_its_code():
    assert str(PROBLEM.at("dev.yaml:3")) == (
        "dev.yaml:3: rules[0].count: must be at least 1, got 0. Use 1 or more. [count]"
    )


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem(("a",), "code", "must be b"), "a: must be b. [code]"),
        (Problem(("a",), "code", "must be b", "c"), "a: must be b, got c. [code]"),
        (Problem(("a",), "code", "must be b", fix="Write b."), "a: must be b. Write b. [code]"),
        (Problem((), "code", "must be b", source="file"), "file: must be b. [code]"),
    ],
)
def test_what_a_problem_does_not_have_is_left_out(problem, text):
    assert str(problem) == text


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b", "c"), "a.b.c"),
        (("a", 0, 1, "b"), "a[0][1].b"),
        ((0, "a"), "[0].a"),
        (("team/api", "x y"), "team/api.x y"),
        (("", "a\nb"), r"''.'a\nb'"),
    ],
)
def test_the_path_is_written_as_keys_and_indexes(path, key):
    assert Problem(path, "", "").key == key


def test_a_problem_is_seen_from_further_out():
    assert PROBLEM.under("web", 2).path == ("web", 2, "rules", 0, "count")
    assert PROBLEM.under("web").rule == PROBLEM.rule
    assert PROBLEM.path == ("rules", 0, "count")


def test_no_problem_raises_nothing():
    raise_problems([])
    raise_problems(iter(()), source="dev.yaml")


def test_all_problems_are_raised_at_once_each_on_a_line_with_the_source_that_it_does_not_say_itself():
    with pytest.raises(InvalidInput) as raised:
        raise_problems((PROBLEM, PROBLEM.at("prod.yaml:1")), source="Stack/web")

    assert [problem.source for problem in raised.value.problems] == ["Stack/web", "prod.yaml:1"]
    assert str(raised.value).splitlines() == [str(problem) for problem in raised.value.problems]


def test_an_error_is_caught_as_one_of_this_package_and_wrong_input_as_a_value_error():
    assert issubclass(InvalidInput, EcrConstructsError)
    assert issubclass(InvalidInput, ValueError)
    assert issubclass(OperationError, EcrConstructsError)
    assert not issubclass(OperationError, ValueError)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("web", "'web'"),
        (None, "None"),
        (1.5, "1.5"),
        (["a", 1], "['a', 1]"),
        (("a", 1), "['a', 1]"),
        ((), "[]"),
        ("a\nb", r"'a\nb'"),
        ("x" * 58, f"'{'x' * 58}'"),
        ("x" * 59, f"'{'x' * 56}..."),
    ],
)
def test_a_value_is_shown_as_it_is_written(value, text):
    assert show(value) == text


def test_a_number_that_python_writes_no_digits_of_is_shown_in_words():
    assert show(10**5000) == show([10**5000]) == "a number of too many digits"


@given(st.text() | st.binary() | st.lists(st.text(max_size=9), max_size=5), st.integers(4, 80))
def test_whatever_is_shown_takes_one_line_of_limited_length(value, limit):
    text = show(value, limit=limit)

    assert len(text) <= limit
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("word", "match"),
    [("regoin", "region"), ("REGION", None), ("region", "region"), ("monitoring", None), ("", None)],
)
def test_the_closest_known_word_is_suggested_if_there_is_one(word, match):
    known = {"region", "project", "env"}

    assert closest(word, known) == match
    assert nearest(word, known) == (f"Did you mean {match!r}?" if match else "")


def test_a_suggestion_does_not_depend_on_the_order_of_what_is_known():
    known = ["aab", "aac", "aad"]
    assert {closest("aa", order) for order in (known, known[::-1], set(known))} == {closest("aa", known)}
