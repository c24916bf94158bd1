"""Stacks as Terraform JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from ecr_constructs._engine.which import refuse_others, some_engine_is_imported
from ecr_constructs.errors import OperationError, show

if TYPE_CHECKING:
    from ecr_constructs._engine.door import App, TerraformStack

__all__ = ["Document", "Documents", "Synthesised", "document_of", "name_of", "synthesise"]

Document: TypeAlias = dict[str, Any]
"""What Terraform reads of one stack."""


class Documents(dict[str, Document]):
    """What Terraform reads of an app's stacks, by their names."""


Synthesised: TypeAlias = "TerraformStack | Document"
"""A stack, or what it was synthesised to already."""


@overload
def synthesise(of: TerraformStack | Document) -> Document: ...
@overload
def synthesise(of: App | Documents) -> Documents: ...
def synthesise(of: TerraformStack | App | Document) -> Document:
    """Return what a stack or the stacks of an app become, as `cdktf synth` writes it.

    Everything that `app.synth()` does is done: references between stacks are made, aspects run, validations and
    annotations of errors stop it. Nothing is written into the app's folder.

    Args:
        of: A stack; an app, for all of its stacks by their names; or what this returned, which it returns.

    Raises:
        OperationError: The app is not valid, or writes Terraform's own language instead of JSON.
        TypeError: It is none of these.
    """
    # What is no mapping can only be of an engine where one is loaded.
    if isinstance(of, dict):
        return of
    if some_engine_is_imported():
        from ecr_constructs._engine.synthesis import is_app, is_stack, path_of, stacks_of, written

        if is_stack(of):
            (text,) = written([of])  # type: ignore[list-item]  # told by is_stack
            return _read(text, name_of(of))
        if is_app(of):
            stacks = stacks_of(of)  # type: ignore[arg-type]  # told by is_app
            texts = written(stacks) if stacks else []
            return Documents(
                (path_of(stack), _read(text, path_of(stack))) for stack, text in zip(stacks, texts, strict=True)
            )
        refuse_others(of)
    raise TypeError(f"must be a stack or an app of CDKTF, or what synth returned of one, got {show(of)}")


def document_of(stack: Synthesised) -> Document:
    """Return what one stack becomes.

    Raises:
        TypeError: It is no stack; an app is none.
    """
    found = synthesise(stack)
    if isinstance(found, Documents):
        raise TypeError(f"must be one stack, got an app of {len(found)}: {', '.join(found) or 'none'}")
    return found


def name_of(stack: object) -> str:
    """Return what to call a stack in messages."""
    if isinstance(stack, Mapping):
        name = stack.get("//", {}).get("metadata", {}).get("stackName")
        return str(name or "the document")
    return str(stack.node.id)  # type: ignore[attr-defined]  # a stack by now


def _read(text: str, name: str) -> Document:
    try:
        return dict(json.loads(text))
    except ValueError:
        raise OperationError(
            f"{name} is written in Terraform's own language, and tests read JSON: unset SYNTH_HCL_OUTPUT."
        ) from None
