"""Terraform's `import` and `moved` blocks: which objects are the stack's already, under another address or none.

One element of a stack writes all of them, at the addresses that the resources have in the end. CDKTF's own
`import_from` runs `terraform version` at every synthesis, once for each resource, and fails where there is none.
"""

from __future__ import annotations

import weakref
from typing import Any

from ecr_constructs._engine.door import TerraformElement, TerraformStack

__all__ = ["add_import", "add_move"]

_ID = "EcrStateBlocks"
_elements: weakref.WeakKeyDictionary[TerraformStack, _StateBlocks] = weakref.WeakKeyDictionary()


def add_import(stack: TerraformStack, kind: str, element: TerraformElement, remote_id: str) -> None:
    """Have Terraform take an object that exists for a resource of the stack, unless its state has the resource.

    Args:
        stack: The stack of the resource.
        kind: Terraform's type of it: `aws_ecr_repository`.
        element: The resource.
        remote_id: What the provider imports it by.
    """
    _element_of(stack).imports.append((kind, element, remote_id))


def add_move(stack: TerraformStack, kind: str, element: TerraformElement, former_id: str) -> None:
    """Have Terraform take what its state has under a former name for a resource of the stack.

    Args:
        stack: The stack of the resource.
        kind: Terraform's type of it: `aws_ecr_repository`.
        element: The resource.
        former_id: The Terraform name that it had.
    """
    _element_of(stack).moves.append((kind, element, former_id))


class _StateBlocks(TerraformElement):
    """All `import` and `moved` blocks of a stack, sorted by address."""

    def __init__(self, stack: TerraformStack) -> None:
        super().__init__(stack, _ID)
        self.imports: list[tuple[str, TerraformElement, str]] = []
        self.moves: list[tuple[str, TerraformElement, str]] = []

    def to_terraform(self) -> dict[str, Any]:
        """Return the blocks in Terraform's JSON syntax."""
        blocks = {
            "import": [{"to": _address(kind, element), "id": id_} for kind, element, id_ in self.imports],
            "moved": [{"from": f"{kind}.{old}", "to": _address(kind, element)} for kind, element, old in self.moves],
        }
        return {key: sorted(found, key=lambda block: block["to"]) for key, found in blocks.items() if found}

    def to_hcl_terraform(self) -> dict[str, Any]:
        """Return the blocks as CDKTF wants them to write HCL."""
        return {
            key: [{name: _hcl(name, value) for name, value in block.items()} for block in blocks]
            for key, blocks in self.to_terraform().items()
        }


def _element_of(stack: TerraformStack) -> _StateBlocks:
    if stack not in _elements:
        _elements[stack] = _StateBlocks(stack)
    return _elements[stack]


def _address(kind: str, element: TerraformElement) -> str:
    return f"{kind}.{element.friendly_unique_id}"


def _hcl(name: str, value: str) -> dict[str, Any]:
    form = "string" if name == "id" else "reference"
    return {"value": value, "isBlock": False, "type": "simple", "storageClassType": form}
