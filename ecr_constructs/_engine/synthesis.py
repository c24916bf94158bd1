"""Stacks of a running program as documents, without its output folder: what the testing kit compares."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecr_constructs._engine.door import (
    App,
    DefaultTokenResolver,
    ISynthesisSession,
    Manifest,
    StringConcat,
    TerraformStack,
    Tokenization,
    implements,
)
from ecr_constructs.errors import OperationError

__all__ = ["is_app", "is_stack", "path_of", "resolved", "stacks_of", "written"]


def is_app(value: object) -> bool:
    """Tell whether a value is an app of CDKTF."""
    return isinstance(value, App)


def is_stack(value: object) -> bool:
    """Tell whether a value is a stack of CDKTF."""
    return isinstance(value, TerraformStack)


def path_of(stack: TerraformStack) -> str:
    """Return the name of a stack, as `cdktf deploy` takes it."""
    return str(stack.node.id)


def stacks_of(app: App) -> list[TerraformStack]:
    """Return the stacks of an app, in the order in which they were made."""
    return [each for each in app.node.find_all() if isinstance(each, TerraformStack)]


def written(stacks: Sequence[TerraformStack]) -> list[str]:
    """Return what `app.synth()` writes of stacks, as text.

    Its steps are taken one by one, because it would write into the app's folder, which other processes that test the
    same app write into as well. Every stack of the app is prepared, as one may refer to another.

    Args:
        stacks: Stacks of one app.

    Raises:
        OperationError: The app is not valid.
    """
    app = App.of(stacks[0])
    for each in stacks_of(app):
        each.prepare_stack()
    with tempfile.TemporaryDirectory(prefix="ecr-testing-") as folder:
        session = _Session(folder, skip_validation=app.skip_validation)
        for stack in stacks:
            stack.synthesizer.synthesize(session)
        texts = [
            (Path(folder) / "stacks" / path_of(each) / "cdk.tf.json").read_text(encoding="utf-8") for each in stacks
        ]
    problems = app.node.validate()
    if problems and not app.skip_validation:
        raise OperationError("The app is not valid:\n" + "\n".join(f"  {each}" for each in problems))
    return texts


@implements(ISynthesisSession)
class _Session:
    """Where a synthesis writes."""

    def __init__(self, folder: str, *, skip_validation: bool) -> None:
        self._folder = folder
        self._manifest = Manifest("testing", folder, False)  # noqa: FBT003
        self._skip_validation = skip_validation

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    @property
    def outdir(self) -> str:
        return self._folder

    @property
    def stacks_prepared(self) -> bool:
        return True  # asked for by cdktn alone, which would prepare each stack again

    @property
    def skip_validation(self) -> bool:
        return self._skip_validation


def resolved(stack: TerraformStack, value: Any) -> Any:
    """Return a value with what Terraform reads in the place of its tokens.

    Args:
        stack: Where it is read.
        value: Texts, numbers, lists and mappings, with tokens in them.
    """
    # Preparing, a reference to another stack becomes the one that its output is read by.
    return Tokenization.resolve(value, preparing=True, resolver=DefaultTokenResolver(StringConcat()), scope=stack)
