"""Finds the AWS provider's bindings for Python, and has them load lazily."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from ecr_constructs._engine.lazy import kernel, package_cache
from ecr_constructs._engine.lazy.loader import is_changed, make_lazy
from ecr_constructs._engine.lazy.switches import BINDINGS, EAGER, LAZY_BINDINGS, SILENCED, is_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["enable", "start_engine", "start_kernel", "wait_for_engine"]


class LazyBindingsFinder:
    """Lets the other finders find the bindings, then gives what they found a lazy loader."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the bindings' spec with a lazy loader, and None for every other module."""
        if not is_changed(fullname):
            return None
        spec = _find_with_the_others(fullname, path, target)
        if spec is not None:
            make_lazy(spec)
        return spec


def enable() -> bool:
    """Make the bindings lazy from now on; calling it again changes nothing.

    Returns:
        Whether they are: False when `EAGER` is set or the bindings were imported before.
    """
    if is_on(EAGER):
        return False
    for name, value in SILENCED.items():
        os.environ.setdefault(name, value)
    if any(isinstance(finder, LazyBindingsFinder) for finder in sys.meta_path):
        return True
    if BINDINGS in sys.modules or LAZY_BINDINGS in sys.modules:
        return False
    sys.meta_path.insert(0, LazyBindingsFinder())
    return True


def start_kernel() -> None:
    """Start jsii's kernel in the background, for a program that has something else to do before it needs CDKTF.

    Node takes some 0.1 s to come up, in which Python can read files and import other modules. The first import of
    CDKTF waits for what is left of it. Where the kernel runs already, or there is no Node, this does nothing, and CDKTF
    says what is missing.
    """
    _start_kernel()


def start_engine() -> None:
    """Start jsii's kernel in the background, and load the engine there with its bindings of the AWS provider.

    For a program that has nothing to do with the engine until it calls `wait_for_engine`: the kernel takes some 0.2 s
    more to load them. Which engine it is is decided by this: see `ECR_CONSTRUCTS_ENGINE`. What cannot be loaded is told
    where the program imports it.

    Raises:
        OperationError: `ECR_CONSTRUCTS_ENGINE` names none, or one that is not installed.
    """
    # Imported here: a program that starts a kernel alone has no engine to choose.
    from ecr_constructs._engine.which import engine

    chosen = engine()
    _start_kernel(["constructs", chosen.name, f"{chosen.bindings}._jsii"])


def wait_for_engine() -> None:
    """Wait for what `start_engine` loads, before the first import of the engine or of a construct.

    Two threads that import the same modules in another order would wait for each other.
    """
    kernel.wait_for_modules()


def _start_kernel(modules: Sequence[str] = ()) -> None:
    runs = any(name.endswith("._jsii") for name in sys.modules)
    if enable() and not runs and shutil.which(os.environ.get("JSII_NODE", "node")):
        package_cache.see_to_it()
        kernel.quicken()
        kernel.start(modules)


def _find_with_the_others(name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    for finder in list(sys.meta_path):
        if isinstance(finder, LazyBindingsFinder) or not hasattr(finder, "find_spec"):
            continue
        spec = finder.find_spec(name, path, target)
        if spec is not None:
            return spec
    return None
