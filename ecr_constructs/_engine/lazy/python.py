"""The Python half of the lazy bindings: a package that imports its submodules when they are first asked for.

The package's own source runs, except for its last part: the thousands of ``from . import submodule``, for which a
module-level ``__getattr__`` (PEP 562) stands in.
"""

from __future__ import annotations

import importlib
import logging
import re
import sys
from importlib.machinery import SourceFileLoader
from typing import TYPE_CHECKING, Any

from ecr_constructs._engine.lazy.best_effort import best_effort

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

__all__ = ["PackageLoader", "camel_case", "split_source"]

_log = logging.getLogger(__name__)

_SUBMODULE_IMPORT = re.compile(r"from \. import (\w+)\s*")
_HOOKS = ("__getattr__", "__dir__")
_taught: set[str] = set()


class PackageLoader(SourceFileLoader):
    """Loads the bindings' package without its submodules, or as ever if it is not what is expected."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the package's source up to the import of its submodules, then make those lazy."""
        # Of an earlier load: while `importlib.reload` runs the source, a missing name has to be missing.
        for hook in _HOOKS:
            vars(module).pop(hook, None)
        source = None
        with best_effort(f"reading the source of {module.__name__}"):
            source = self._prepared(module.__name__)
        if source is None:
            super().exec_module(module)
            return
        code, submodules = source
        exec(code, vars(module))  # noqa: S102 - the package's own source
        _make_lazy(module, submodules)
        # The source puts a module with nothing but the public names in the place of the one that it runs in.
        public = sys.modules.get(module.__name__, module)
        if public is not module:
            _make_lazy(public, submodules)
        jsii_knows = False
        with best_effort(f"telling jsii about {module.__name__}"):
            _teach_jsii(module, submodules)
            jsii_knows = True
        if not jsii_knows:
            _import_all(module.__name__, submodules)

    def _prepared(self, name: str) -> tuple[Any, frozenset[str]] | None:
        source = self.get_source(name)
        parts = split_source(source) if source else None
        if parts is None:
            _log.debug("%s does not import its submodules in the known way: it is left alone", name)
            return None
        head, submodules = parts
        return self.source_to_code(head, self.path), submodules


def split_source(source: str) -> tuple[str, frozenset[str]] | None:
    """Split a package's source into what runs first and the submodules that its last lines import.

    Returns:
        Both, or None if the last lines are no such imports or the package has a ``__getattr__`` of its own.
    """
    lines = source.splitlines(keepends=True)
    submodules: set[str] = set()
    end = len(lines)
    while end and (line := lines[end - 1]):
        found = _SUBMODULE_IMPORT.fullmatch(line)
        if found:
            submodules.add(found[1])
        elif line.strip() and not line.startswith("#"):
            break
        end -= 1
    head = "".join(lines[:end])
    if not submodules or "__getattr__" in head:
        return None
    return head, frozenset(submodules)


def camel_case(name: str) -> str:
    """Return jsii's name of a submodule: ``ecr_repository`` is ``ecrRepository`` there."""
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def _make_lazy(module: ModuleType, submodules: frozenset[str]) -> None:
    package = module.__name__

    def __getattr__(name: str) -> ModuleType:  # noqa: N807 - PEP 562
        if name not in submodules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=module)
        return importlib.import_module(f"{package}.{name}")

    def __dir__() -> list[str]:  # noqa: N807 - PEP 562
        return sorted({*vars(module), *submodules} - {*_HOOKS})

    vars(module).update(__getattr__=__getattr__, __dir__=__dir__)


def _teach_jsii(module: ModuleType, submodules: frozenset[str]) -> None:
    """Tell jsii which module has a type, for objects that come back before their module is imported.

    jsii has a map for packages that are lazy by themselves. It is private, and older versions have none, for which
    this raises whatever comes of it.
    """
    package = module.__name__
    assembly = vars(module)["__jsii_assembly__"].name
    runtime = importlib.import_module("jsii._reference_map")
    modules: dict[str, str] = runtime._submodule_fqn_map
    find: Callable[[str], bool] = runtime._try_import_type_module
    registries = (runtime._types, runtime._data_types, runtime._enums, runtime._interfaces)
    modules.update({f"{assembly}.{camel_case(name)}": f"{package}.{name}" for name in submodules})

    def find_or_import_all(fqn: str) -> bool:
        found = find(fqn)
        if fqn.startswith(f"{assembly}.") and not any(fqn in registry for registry in registries):
            _import_all(package, submodules)
            return True
        return found

    if assembly not in _taught:
        runtime._try_import_type_module = find_or_import_all  # type: ignore[attr-defined]
        _taught.add(assembly)


def _import_all(package: str, submodules: frozenset[str]) -> None:
    _log.debug("jsii does not know all types of %s: all of its modules are imported", package)
    for name in sorted(submodules):
        importlib.import_module(f"{package}.{name}")
