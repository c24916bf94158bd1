"""Where a construct stands, known without asking the kernel, which takes a round trip for each question."""

from __future__ import annotations

import weakref

from ecr_constructs._engine.door import Construct, TerraformStack
from ecr_constructs._engine.which import refuse_others
from ecr_constructs.constructs.base.gate import checks_arguments

__all__ = ["PlacedConstruct", "free_id", "stack_of"]

_stacks: weakref.WeakKeyDictionary[Construct, TerraformStack] = weakref.WeakKeyDictionary()
_paths: weakref.WeakKeyDictionary[Construct, str] = weakref.WeakKeyDictionary()


@checks_arguments
class PlacedConstruct(Construct):
    """A construct that knows its stack and its path."""

    def __init__(self, scope: Construct, id: str) -> None:  # noqa: A002 - CDK's name
        super().__init__(scope, id)
        _stacks[self] = stack_of(scope)
        # As the constructs library writes it: ids joined by '/', which no id may hold.
        _paths[self] = f"{_path_of(scope)}/{id.replace('/', '--')}"

    @property
    def _path(self) -> str:
        return _paths[self]


def stack_of(construct: Construct) -> TerraformStack:
    """Return the stack that a construct belongs to."""
    stack = construct if isinstance(construct, TerraformStack) else _stacks.get(construct)
    if stack is None:
        stack = TerraformStack.of(construct)
        refuse_others(stack)
        _stacks[construct] = stack
    return stack


def free_id(stack: TerraformStack, name: str) -> str:
    """Return the first of `name_1`, `name_2`, ... that no construct of a stack has."""
    number = 1
    while stack.node.try_find_child(f"{name}_{number}") is not None:
        number += 1
    return f"{name}_{number}"


def _path_of(construct: Construct) -> str:
    path = _paths.get(construct)
    if path is None:
        path = _paths[construct] = construct.node.path
    return path
