"""Finds the AWS provider's bindings for Python, and has them load lazily."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from ecr_constructs._engine.lazy import kernel, package_cache
from ecr_constructs._engine.lazy.switches import BINDINGS, EAGER, LAZY_BINDINGS, SILENCED, is_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["enable", "start_kernel"]

# Whose loading is changed. Where bindings are lazy by themselves, they are in Python alone: their JavaScript is not.
_CHANGED = (BINDINGS, f"{BINDINGS}._jsii", f"{LAZY_BINDINGS}._jsii")


class LazyBindingsFinder:
    """Lets the other finders find the bindings, then gives what they found a lazy loader."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the bindings' spec with a lazy loader, and None for every other module."""
        if fullname.endswith("._jsii"):
            # The first thing that such a module does is to ask the kernel.
            package_cache.see_to_it()
            kernel.wait()
        if fullname not in _CHANGED:
            return None
        spec = _find_with_the_others(fullname, path, target)
        if spec is not None:
            with suppress(Exception):
                # Imported here: a program that never asks for the bindings needs none of it.
                from ecr_constructs._engine.lazy.loader import make_lazy

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

    Node takes some 0.15 s to come up, in which Python can read files and import other modules. The first import of
    CDKTF waits for what is left of it. Where the kernel runs already, or there is no Node, this does nothing, and CDKTF
    says what is missing.
    """
    runs = any(name.endswith("._jsii") for name in sys.modules)
    if enable() and not runs and shutil.which(os.environ.get("JSII_NODE", "node")):
        package_cache.see_to_it()
        kernel.start()


def _find_with_the_others(name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    for finder in list(sys.meta_path):
        if isinstance(finder, LazyBindingsFinder) or not hasattr(finder, "find_spec"):
            continue
        spec = finder.find_spec(name, path, target)
        if spec is not None:
            return spec
    return None
