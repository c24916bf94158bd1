"""Free text for Terraform's JSON: what is escaped, and what is an expression. `tests/deploy` has Terraform read it."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_constructs.core.texts import as_template, split_expressions

TEXTS = st.text(alphabet='%{}$"\\a \n')
ESCAPED = {
    "a directive": ("100%{off", "100%%{off"),
    "a whole one": ("%{if true}x%{endif}", "%%{if true}x%%{endif}"),
    "one that looks escaped": ("%%{a} %%%{b}", "%%%{a} %%%%{b}"),
    "none": ("100% {off}", "100% {off}"),
    "an expression": ("${var.x}", "${var.x}"),
    "a directive within an expression": ('${"%{if true}x%{endif}"}', '${"%{if true}x%{endif}"}'),
    "a directive after an expression": ('${f({a = "}"})} %{b', '${f({a = "}"})} %%{b'),
    "an expression that was escaped": ("$${ %{a", "$${ %%{a"),
    "a token": ("${TfToken[TOKEN.1]}%{a", "${TfToken[TOKEN.1]}%%{a"),
}


@pytest.mark.parametrize(("text", "written"), ESCAPED.values(), ids=ESCAPED)
def test_a_directive_is_escaped_and_an_expression_stays(text: str, written: str) -> None:
    assert as_template(text) == written


@given(TEXTS)
def test_the_parts_of_a_text_are_all_of_it(text: str) -> None:
    assert "".join(part for part, _ in split_expressions(text)) == text


@dataclasses.dataclass
class Struct:
    """As the bindings have theirs."""

    _values: dict[str, object]


def test_texts_are_found_wherever_they_are() -> None:
    given = {"%{k}": ["%{a}", ("%{b}", 1)], "flag": True, "none": None}
    assert as_template(given) == {"%%{k}": ["%%{a}", ["%%{b}", 1]], "flag": True, "none": None}


def test_a_struct_is_copied_and_not_changed() -> None:
    """Or what two resources share would be escaped twice."""
    inner = Struct({"text": "%{a}"})
    outer = Struct({"inner": [inner]})
    for _ in range(2):
        assert as_template(outer) == Struct({"inner": [Struct({"text": "%%{a}"})]})
    assert inner == Struct({"text": "%{a}"})


def test_other_values_come_back_as_they_are() -> None:
    for value in (None, 1.5, object(), Struct({"text": "a"})):
        assert as_template(value) is value
