"""Lazy loading of the AWS provider's bindings: the entry for the engine, and the choice of a loader.

`ecr_constructs.fast` finds the bindings; `lazy_python` and `lazy_node` load the package and its JavaScript.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from typing import TYPE_CHECKING

from ecr_constructs.fast import BINDINGS, enable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec

__all__ = ["best_effort", "enable", "make_lazy"]

_log = logging.getLogger(__name__)


def make_lazy(spec: ModuleSpec) -> None:
    """Give the bindings' spec a lazy loader; a spec of anything but a plain source file stays as it is."""
    with best_effort(f"the lazy loader of {spec.name}"):
        # Not a subclass: that is someone's import hook, who has to see the source as it is.
        if type(spec.loader) is not SourceFileLoader:
            _log.debug("%s is not loaded from a plain source file: it is left alone", spec.name)
            return
        # Imported here because both are needed only now, and import this module.
        from ecr_constructs._engine import lazy_node, lazy_python

        loader = lazy_python.PackageLoader if spec.name == BINDINGS else lazy_node.AssemblyLoader
        spec.loader = loader(spec.loader.name, spec.loader.path)


@contextmanager
def best_effort(what: str) -> Iterator[None]:
    """Let nothing that fails inside reach the program: what fails here costs it time only. It is logged (debug)."""
    try:
        yield
    except Exception:  # noqa: BLE001 - the slow way needs none of this, whatever the reason
        _log.debug("%s failed: the slow way is taken", what, exc_info=True)
