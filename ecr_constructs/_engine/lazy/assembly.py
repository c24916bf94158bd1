"""The modules that load an assembly into jsii's kernel: what is done before they run, and after.

Every package of jsii has one, and the first thing that it does is to ask the kernel. What is needed here is imported
when such a module runs, not while it is looked for: then Python holds the lock of all imports, and a thread that is in
the middle of one would wait for this one, and this one for it.
"""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from typing import TYPE_CHECKING

from ecr_constructs._engine.lazy.best_effort import best_effort

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["AssemblyLoader", "BindingsAssemblyLoader"]


class AssemblyLoader(SourceFileLoader):
    """Sees to the kernel, and runs the module as it is."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module when there is a kernel, or can be one."""
        _see_to_the_kernel()
        super().exec_module(module)


class BindingsAssemblyLoader(SourceFileLoader):
    """Loads the helper into the kernel before the provider's assembly, and sees to the end of the first run."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module as it is, between the two."""
        from ecr_constructs._engine.lazy import index, node, notice

        _see_to_the_kernel()
        with best_effort("the notice about Node"):
            notice.say_once()
        with best_effort("the JavaScript half of the lazy bindings"):
            node.load_helper()
        super().exec_module(module)
        with best_effort("looking for jsii's index"):
            assembly = vars(module)["__jsii_assembly__"]
            index.wait_at_exit(assembly.name, assembly.version)


def _see_to_the_kernel() -> None:
    from ecr_constructs._engine.lazy import kernel, package_cache

    package_cache.see_to_it()
    kernel.quicken()
    kernel.wait()
