"""What is known now and what Terraform knows later; the engine's own tokens are compared in tests/constructs."""

import math

import pytest

from ecr_constructs.core.tokens import is_unresolved

# As `cdktf.Token.as_number` and `cdktf.Token.as_number_list` encode them.
NUMBER_TOKEN, NUMBER_LIST_TOKEN = -8.109562212591381e298, [-1.8881545897087626e289]


class Resolvable:
    """What the engine hands out for values that have no text."""

    def resolve(self, context: object) -> object:
        return context

    def __repr__(self) -> str:
        return "Resolvable()"


@pytest.mark.parametrize(
    "value",
    [
        "${TfToken[TOKEN.0]}",
        "web-${TfToken[TOKEN.12]}-app",
        "${aws_ecr_repository.web.arn}",
        "#{TfToken[TOKEN.3]}",
        ["#{TfToken[TOKEN.3]}"],
        ("#{TfToken[TOKEN.3]}",),
        NUMBER_TOKEN,
        NUMBER_LIST_TOKEN,
        Resolvable(),
    ],
    ids=repr,
)
def test_tokens_and_expressions_are_unresolved(value):
    assert is_unresolved(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "web",
        "$web",
        "{project}-{name}",
        "$(web)",
        "#{web}",
        b"${web}",
        [],
        ["web"],
        ["#{TfToken[TOKEN.3]}", "web"],
        [["#{TfToken[TOKEN.3]}"]],
        {},
        {"key": "value"},
        0,
        -1,
        10**400,
        -(10**400),
        -1e288,
        -1.7e308,
        math.inf,
        -math.inf,
        math.nan,
        True,
        None,
        object(),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_everything_else_is_known(value):
    assert not is_unresolved(value)
