"""Finds the AWS provider's bindings for Python, and has them load lazily."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ecr_constructs._engine.lazy.loader import is_changed, make_lazy
from ecr_constructs._engine.lazy.switches import BINDINGS, EAGER, LAZY_BINDINGS, SILENCED, is_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["enable"]


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


def _find_with_the_others(name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    for finder in list(sys.meta_path):
        if isinstance(finder, LazyBindingsFinder) or not hasattr(finder, "find_spec"):
            continue
        spec = finder.find_spec(name, path, target)
        if spec is not None:
            return spec
    return None
