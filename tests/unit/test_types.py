"""Each choice of words has one description, from which types, checks and models are made; tokens have a type."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

import ecr_constructs
from ecr_constructs.core.lifecycle.rule import COUNT_TYPES
from ecr_constructs.core.registry.account_settings import ACCOUNT_SETTINGS, AccountSettingValues
from ecr_constructs.core.ssm import LAYOUTS, PARAMETERS
from ecr_constructs.errors import InvalidInput
from tests.unit.typed_choices import ALIASES, CHOICES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ecr_constructs"


def public_arguments() -> Iterator[tuple[str, str]]:
    """Return the arguments of public classes that are annotated with a choice, each with the choice."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name in ecr_constructs.__all__:
                yield from arguments_of(node)


def arguments_of(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for member in node.body:
        if isinstance(member, ast.AnnAssign) and not ast.unparse(member.target).startswith("_"):
            for alias in aliases(member.annotation):
                yield f"{node.name}.{ast.unparse(member.target)}", alias
        if isinstance(member, ast.FunctionDef) and (not member.name.startswith("_") or member.name == "__init__"):
            method = "" if member.name == "__init__" else f"{member.name}."
            for each in (*member.args.args, *member.args.kwonlyargs):
                for alias in aliases(each.annotation):
                    yield f"{node.name}.{method}{each.arg}", alias


def aliases(annotation: ast.expr | None) -> list[str]:
    names = [] if annotation is None else [each.id for each in ast.walk(annotation) if isinstance(each, ast.Name)]
    return [name for name in names if name in ALIASES]


def test_every_place_is_among_these():
    through = "PullThroughCache.add_creation_template."  # arguments by any name, whose types a dictionary declares
    listed = {(choice.place, choice.alias) for choice in CHOICES if not choice.place.startswith(through)}

    assert {*public_arguments()} == listed
    assert {choice.alias for choice in CHOICES} == {*ALIASES}


def literals() -> Iterator[tuple[str, tuple[object, ...]]]:
    """Return each `Literal[...]` of more than a word in the package, with where it stands."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
                words = [each.value for each in ast.walk(node.slice) if isinstance(each, ast.Constant)]
                if len(words) > 1:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", tuple(sorted(map(str, words)))


def test_each_choice_is_written_once():
    of_choices = {tuple(sorted(words_of(alias))): alias for alias in ALIASES}
    places: dict[str, list[str]] = {}
    for place, words in literals():
        if words in of_choices:
            places.setdefault(of_choices[words], []).append(place)

    assert {alias: where for alias, where in places.items() if len(where) > 1} == {}
    assert len(places) > 10


def words_of(alias: str) -> tuple[str, ...]:
    value: Any = getattr(ecr_constructs, alias)
    return get_args(value)


def test_what_is_said_of_each_word_is_said_of_all():
    assert tuple(COUNT_TYPES) == words_of("CountType")
    assert tuple(LAYOUTS) == words_of("SsmLayout")
    assert tuple(PARAMETERS) == LAYOUTS["parameters"] == words_of("SsmParameterName")
    assert {*ACCOUNT_SETTINGS} == {*AccountSettingValues.__dataclass_fields__}


def test_the_guide_names_them_all():
    guide = (ROOT / "docs/constructs.md").read_text(encoding="utf-8")
    part = guide.split("### Words and tokens")[1].split("\n## ")[0]
    assert {name for name in ALIASES if f"`{name}`" not in part} == set()


class TestToken:
    @pytest.mark.parametrize("text", ["${TfToken[TOKEN.1]}", "${var.mutability}", "${var.a}_WITH_EXCLUSION"])
    def test_a_token_stays_as_it_is(self, text):
        assert ecr_constructs.token(text) is text

    def test_a_list_of_them_as_well(self):
        tokens = ["#{TfToken[TOKEN.1]}"]
        assert ecr_constructs.token(tokens) is tokens

    @pytest.mark.parametrize("value", ["IMMUTABLE", "", [], ["${var.a}", "IMMUTABLE"], 7, None])
    def test_what_is_none_is_refused(self, value):
        with pytest.raises(InvalidInput) as error:
            ecr_constructs.token(value)
        (problem,) = error.value.problems
        assert (problem.key, problem.code) == ("value", "argument-type")
