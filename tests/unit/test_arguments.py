"""The gate of the constructs: what a signature declares is what goes through it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from ecr_constructs.core.arguments import gate_of
from ecr_constructs.core.iam import PolicyStatement
from ecr_constructs.core.lifecycle import LifecycleRule
from ecr_constructs.core.registry.replication import ReplicationDestination
from ecr_constructs.core.repository import ImageTagMutability
from ecr_constructs.core.tokens import TokenString


class HasName(Protocol):
    name: str


class IResolvable(Protocol):
    def resolve(self, context: object) -> object: ...


class Token:
    def resolve(self, _context):
        return "later"


class Thing:
    pass


NUMBER_TOKEN = -1.8881545897087503e289
LIST_TOKEN = ["#{TfToken[TOKEN.1]}"]
RULE = LifecycleRule(tag_status="any", count_type="imageCountMoreThan", count_number=1)


def declares(annotation: Any) -> Callable[..., None]:
    def function(self, value):
        pass

    function.__annotations__ = {"value": annotation}
    return function


def found(annotation, value):
    return [(problem.key, problem.code) for problem in gate_of(declares(annotation)).problems((None, value), {})]


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (str, "web"),
        (str, "${var.later}"),
        (str | None, None),
        # Which words there are, and what was probably meant, the checks say that come after the gate.
        (ImageTagMutability, "IMMUTABEL"),
        (ImageTagMutability | TokenString, "${var.later}"),
        (Sequence[ImageTagMutability | TokenString], LIST_TOKEN),
        (bool, True),
        (bool | IResolvable, Token()),
        (bool | IResolvable, "${var.later}"),
        (int, 1),
        (float, 1),
        (float, 1.5),
        (float, NUMBER_TOKEN),
        (float | str | None, "${var.days}"),
        (Sequence[str], ["a", "b"]),
        (Sequence[str], ("a",)),
        (Sequence[str], {"a": 1}.keys()),
        (Sequence[str], LIST_TOKEN),
        (Sequence[str] | None, None),
        (Iterable[Thing | str], [Thing(), "a"]),
        (Mapping[str, str], {"a": "b"}),
        (str | Mapping[str, object], {"a": [1]}),
        (Mapping[str, Mapping[str, str | Sequence[str]]], {"StringEquals": {"a": ["b"], "c": "d"}}),
        (Thing, Thing()),
        (ReplicationDestination, ReplicationDestination(region="us-east-1")),
        (bytes | Path | str, Path("logo.png")),
        (str | HasName, Thing()),  # whoever reads it says what it lacks
        (LifecycleRule, RULE),
        (object, 1),
    ],
)
def test_what_is_declared_goes_through(annotation, value):
    assert found(annotation, value) == []


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (str, 7),
        (str, None),
        (str, b"web"),
        (str, Token()),
        (str | None, float("nan")),
        (ImageTagMutability, Token()),
        (ImageTagMutability | TokenString | None, 7),
        (bool, "false"),
        (bool, 1),
        (bool, None),
        (bool | IResolvable, "yes"),
        (bool | IResolvable, 0),
        (int, True),
        (int, 1.5),
        (float, "7"),
        (float, True),
        (float, float("nan")),
        (float, float("inf")),
        (Sequence[str], "dev*"),
        (Sequence[str], {"a": "b"}),
        (Sequence[str], None),
        (Sequence[str], 7),
        (Sequence[str], iter(["a"])),
        (Mapping[str, str], [("a", "b")]),
        (Mapping[str, str], "a=b"),
        (Thing, "thing"),
        (ReplicationDestination, "us-west-2"),
        (LifecycleRule, {"tag_status": "any"}),
    ],
)
def test_nothing_else_does(annotation, value):
    assert found(annotation, value) == [("value", "argument-type")]


@pytest.mark.parametrize(
    ("annotation", "value", "where"),
    [
        (Sequence[str], ["a", 7, None], ["value[1]", "value[2]"]),
        (Mapping[str, str], {"CostCenter": 1234, "a": "b"}, ["value.CostCenter"]),
        (Mapping[str, str], {7: "b"}, ["value[7]"]),
        (Mapping[str, Mapping[str, str | Sequence[str]]], {"Bool": {"a": True}}, ["value.Bool.a"]),
        (Sequence[str] | None, ["a", 7], ["value[1]"]),
        (Sequence[ReplicationDestination], [ReplicationDestination(region=7)], ["value[0].region"]),
        (PolicyStatement, PolicyStatement(actions=("a",), principals=7, sid=b"s"), ["value.principals", "value.sid"]),
    ],
)
def test_every_wrong_part_is_named_where_it_is(annotation, value, where):
    assert found(annotation, value) == [(key, "argument-type") for key in where]


def test_a_choice_of_words_is_asked_for_as_text():
    (problem,) = gate_of(declares(ImageTagMutability | TokenString | None)).problems((None, 7), {})
    assert (problem.rule, problem.fix) == ("must be text or None", "Put it in quotes.")


@pytest.mark.parametrize("value", ["${var.later}", Token(), NUMBER_TOKEN])
def test_what_shapes_the_document_is_known(value):
    assert found(bool, value) == [("value", "known-at-synthesis")]


def test_arguments_by_place_by_name_and_the_rest_are_looked_at_alike():
    def function(self, first: str, *rest: str, named: bool = False, **handed_on: object) -> None:
        pass

    gate = gate_of(function)
    assert gate.problems((None, "a", "b"), {"named": True, "other": 7}) == []
    assert [problem.key for problem in gate.problems((None, 1, "b", 2), {"named": "no"})] == [
        "first",
        "rest[1]",
        "named",
    ]


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        (Sequence[str], "dev*", "must be a list, each entry text, got 'dev*'. Write ['dev*']: text is no list of its"),
        (bool, "false", "must be True or False, got 'false'. Write True or False, without quotes."),
        (str, 1234, "must be text, got 1234. Put it in quotes."),
        (Thing, "x", "must be a Thing, got 'x'. Give the Thing itself."),
        (str | None, Token(), "must be text or None, got a Token. Give the token as such a value: Token.as_string"),
    ],
)
def test_what_to_do_is_said(annotation, value, message):
    (problem,) = gate_of(declares(annotation)).problems((None, value), {})
    assert message in str(problem)
