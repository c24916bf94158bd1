"""The choice of a loader for what was found of the bindings."""

from __future__ import annotations

import logging
from importlib.machinery import SourceFileLoader
from typing import TYPE_CHECKING

from ecr_constructs._engine.lazy.best_effort import best_effort
from ecr_constructs._engine.lazy.node import AssemblyLoader
from ecr_constructs._engine.lazy.python import PackageLoader
from ecr_constructs._engine.lazy.switches import BINDINGS

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

__all__ = ["make_lazy"]

_log = logging.getLogger(__name__)


def make_lazy(spec: ModuleSpec) -> None:
    """Give the bindings' spec a lazy loader; a spec of anything but a plain source file stays as it is."""
    with best_effort(f"the lazy loader of {spec.name}"):
        # Not a subclass: that is someone's import hook, who has to see the source as it is.
        if type(spec.loader) is not SourceFileLoader:
            _log.debug("%s is not loaded from a plain source file: it is left alone", spec.name)
            return
        loader = PackageLoader if spec.name == BINDINGS else AssemblyLoader
        spec.loader = loader(spec.loader.name, spec.loader.path)
