"""The pure core tells tokens from values in the same way as the engine does."""

import pytest

from ecr_constructs._engine.door import Token
from ecr_constructs.core.tokens import is_unresolved

LITERALS = [
    "",
    "web",
    "$web",
    "#web",
    [],
    ["web"],
    ["web", "api"],
    [1.5],
    {},
    {"a": "b"},
    {"&": "{"},
    0,
    7,
    -1,
    2.5,
    -1e288,
    -1.7e308,
    1e300,
]
LATER = {"Ref": "something that Terraform knows later"}


@pytest.mark.parametrize("value", LITERALS, ids=repr)
def test_a_literal_is_known_to_both(value):
    assert is_unresolved(value) is Token.is_unresolved(value) is False


@pytest.mark.parametrize(
    "encode",
    [Token.as_string, Token.as_number, Token.as_list, Token.as_number_list, Token.as_string_map, Token.as_any],
    ids=lambda it: it.__name__,
)
def test_a_token_is_unresolved_for_both(encode):
    for _ in range(3):  # each token has a number of its own in it
        token = encode(LATER)
        assert is_unresolved(token) is Token.is_unresolved(token) is True


def test_text_that_holds_a_token_is_unresolved_for_both():
    text = f"web-{Token.as_string(LATER)}-app"
    assert is_unresolved(text) is Token.is_unresolved(text) is True


def test_an_expression_of_terraform_is_plain_text_for_the_engine_and_unknown_here():
    assert Token.is_unresolved("${aws_ecr_repository.web.arn}") is False
    assert is_unresolved("${aws_ecr_repository.web.arn}") is True
