"""What a class overrides is looked up once, and what it overrides is called all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ecr_constructs._engine.lazy.overrides import looking_up_once
from tests.engine.engine_programs import Programs

# Each stack of the class gives its elements names of its own, which JavaScript asks Python for.
OVERRIDDEN = """
import json
import ecr_constructs.fast
from cdktf import App, TerraformOutput, TerraformStack, Testing

class Named(TerraformStack):
    def _allocate_logical_id(self, element):
        return "x_" + element.node.id

class Plain(TerraformStack):
    pass

def names(kind, id):
    stack = kind(App(), id)
    TerraformOutput(stack, "out", value="1")
    return list(json.loads(Testing.synth(stack))["output"])

found = [names(kind, id) for id in ("a", "b") for kind in (Named, Plain)]
Plain._allocate_logical_id = lambda self, element: "y_" + element.node.id
found.append(names(Plain, "c"))
del Plain._allocate_logical_id
found.append(names(Plain, "d"))
print(json.dumps([name for [name] in found]))
"""


@pytest.mark.parametrize("eager", ["", "1"])
def test_what_is_overridden_is_called_of_every_instance(programs: Programs, eager: str) -> None:
    answer = programs.answer(OVERRIDDEN, ECR_CONSTRUCTS_EAGER=eager)
    assert answer == ["x_out", "out", "x_out", "out", "y_out", "out"]


class Engine:
    __jsii_declared_type__ = "engine.Engine"


class Base(Engine):
    __jsii_declared_type__ = None


class Construct(Base):
    __jsii_declared_type__ = None


@pytest.fixture
def looked_up() -> list[tuple[Any, Any]]:
    return []


@pytest.fixture
def find(looked_up: list[tuple[Any, Any]]) -> Callable[[Any, Any], list[Any]]:
    def look(klass: Any, construct: Any) -> list[Any]:
        looked_up.append((klass, type(construct)))
        return [klass, type(construct)]

    return looking_up_once(look)


def test_each_class_is_looked_at_once(find: Callable[..., Any], looked_up: list[tuple[Any, Any]]) -> None:
    pairs = [(Engine, Construct), (Engine, Base), (Base, Construct)]
    for klass, kind in pairs * 3:
        assert find(klass, kind()) == [klass, kind]
    assert looked_up == pairs


@pytest.mark.parametrize("changed", [Construct, Base])
def test_it_is_looked_at_again_when_it_has_changed(
    find: Callable[..., Any], looked_up: list[tuple[Any, Any]], changed: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(Engine, Construct())
    monkeypatch.setattr(changed, "to_string", str, raising=False)
    find(Engine, Construct())
    find(Engine, Construct())
    assert looked_up == [(Engine, Construct)] * 2


def test_what_changes_in_the_engine_itself_is_no_matter(
    find: Callable[..., Any], looked_up: list[tuple[Any, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    find(Engine, Construct())
    monkeypatch.setattr(Engine, "to_string", str, raising=False)
    find(Engine, Construct())
    assert looked_up == [(Engine, Construct)]
