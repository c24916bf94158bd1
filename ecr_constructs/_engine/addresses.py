"""Terraform names that were chosen, given to elements."""

from __future__ import annotations

import jsii

from ecr_constructs._engine.door import TerraformElement

__all__ = ["set_logical_id"]


def set_logical_id(element: TerraformElement, logical_id: str | None) -> None:
    """Give an element a Terraform name; None leaves it CDKTF's.

    This is `override_logical_id` without the generated check of its argument, which costs as much as the call; every
    resource of a large app takes one.
    """
    if logical_id is not None:
        jsii.invoke(element, "overrideLogicalId", [logical_id])
