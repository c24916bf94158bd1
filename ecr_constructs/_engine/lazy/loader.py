"""The choice of a loader for what was found of the bindings, or of another package of jsii."""

from __future__ import annotations

import logging
from importlib.machinery import SourceFileLoader
from typing import TYPE_CHECKING

from ecr_constructs._engine.lazy.assembly import AssemblyLoader, BindingsAssemblyLoader
from ecr_constructs._engine.lazy.best_effort import best_effort
from ecr_constructs._engine.lazy.python import PackageLoader
from ecr_constructs._engine.lazy.switches import BINDINGS, LAZY_BINDINGS

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

__all__ = ["is_changed", "make_lazy"]

_log = logging.getLogger(__name__)
_ASSEMBLY = "._jsii"

# Where bindings are lazy by themselves, they are in Python alone: their JavaScript is not.
_LOADERS: dict[str, type[SourceFileLoader]] = {
    BINDINGS: PackageLoader,
    f"{BINDINGS}{_ASSEMBLY}": BindingsAssemblyLoader,
    f"{LAZY_BINDINGS}{_ASSEMBLY}": BindingsAssemblyLoader,
}


def is_changed(name: str) -> bool:
    """Whether a module of that name gets a loader of ours."""
    return name in _LOADERS or name.endswith(_ASSEMBLY)


def make_lazy(spec: ModuleSpec) -> None:
    """Give a module's spec a loader of ours; a spec of anything but a plain source file stays as it is."""
    with best_effort(f"the lazy loader of {spec.name}"):
        # Not a subclass: that is someone's import hook, who has to see the source as it is.
        if type(spec.loader) is not SourceFileLoader:
            _log.debug("%s is not loaded from a plain source file: it is left alone", spec.name)
            return
        loader = _LOADERS.get(spec.name, AssemblyLoader)
        spec.loader = loader(spec.loader.name, spec.loader.path)
