"""What type checkers are told of words and tokens is what holds when the program runs."""

from __future__ import annotations

import pytest

import ecr_constructs
from ecr_constructs import InvalidInput, Repository, token
from ecr_constructs._engine.door import TerraformVariable
from tests.unit.typed_choices import CHOICES

PLACES = [choice.place for choice in CHOICES]


@pytest.fixture
def run(stack):
    """Return a function that runs the line of a choice with something in the place of the word."""
    variable = TerraformVariable(stack, "later", type="string")
    names = {name: getattr(ecr_constructs, name) for name in ecr_constructs.__all__}
    names |= {"stack": stack, "variable": variable, "repository": Repository(stack, "R", repository_name="shop/web")}

    def run(choice, word):
        exec(choice.line.format(word), dict(names))

    return run


@pytest.mark.parametrize("choice", CHOICES, ids=PLACES)
def test_a_token_passes_where_checkers_let_it_and_nowhere_else(choice, run):
    if choice.takes_token:
        run(choice, "token(variable.string_value)")
    else:
        with pytest.raises(InvalidInput):
            run(choice, "token(variable.string_value)")


@pytest.mark.parametrize("choice", [each for each in CHOICES if each.takes_token], ids=lambda choice: choice.place)
def test_the_text_of_a_token_is_enough(choice, run):
    run(choice, "variable.string_value")


@pytest.mark.parametrize("choice", CHOICES, ids=PLACES)
def test_a_wrong_word_is_refused_where_it_stands(choice, run):
    with pytest.raises(InvalidInput) as error:
        run(choice, f'"{choice.wrong}"')
    assert choice.wrong in str(error.value)
    assert any(word in str(error.value) for word in choice.words)


def test_a_token_comes_out_as_it_went_in(stack):
    text = TerraformVariable(stack, "mutability", type="string").string_value
    assert token(text) is text
