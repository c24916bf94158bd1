"""What the API reference takes from the package beyond what autodoc finds."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import itertools
import typing
from collections.abc import Iterable, Iterator
from types import ModuleType

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.python._object import PyObject
from sphinx.util import inspect as sphinx_inspect
from sphinx.util.docutils import SphinxDirective


def import_what_is_for_checkers(module: ModuleType) -> None:
    """Import what a module imports below `if TYPE_CHECKING:`, so that autodoc can tell what its signatures mean.

    All of the module's own imports are done by now, so nothing is imported in a circle.
    """
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            imports: list[ast.stmt] = [each for each in node.body if isinstance(each, ast.ImportFrom)]
            exec(compile(ast.Module(imports, []), str(module.__file__), "exec"), vars(module))  # noqa: S102


def sign(value: object) -> None:
    """Give a class the signature that readers look for.

    Of a construct it is that of its constructor, which jsii's way of calling it hides; of a dataclass the one with the
    values that its factories make.
    """
    if not isinstance(value, type):
        return
    if type(value).__call__ is not type.__call__:
        signature = sphinx_inspect.signature(value.__init__, bound_method=True)  # type: ignore[misc]
        public = [each for each in signature.parameters.values() if not each.name.startswith("_")]
        value.__signature__ = signature.replace(parameters=public)  # type: ignore[attr-defined]
    elif dataclasses.is_dataclass(value):
        made = {each.name: each.default_factory for each in dataclasses.fields(value)}
        signature = inspect.signature(value)
        parameters = [
            each
            if (factory := made.get(each.name, dataclasses.MISSING)) is dataclasses.MISSING
            else each.replace(default=factory())
            for each in signature.parameters.values()
        ]
        value.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]


def closed_choices(package: ModuleType) -> dict[str, tuple[object, ...]]:
    """Return the words of each public type of a package that is a choice of words."""
    public = {name: getattr(package, name) for name in package.__all__}
    return {
        name: typing.get_args(type_) for name, type_ in public.items() if typing.get_origin(type_) is typing.Literal
    }


def name_choices(package: ModuleType, modules: Iterable[ModuleType]) -> None:
    """Have signatures name a choice of words, and not list the words each time.

    Args:
        package: What the choices are public names of.
        modules: Where they are used; what evaluates annotations finds a class of the choice's name there.
    """
    for name in closed_choices(package):
        named = type(name, (), {"__module__": package.__name__})
        for module in modules:
            if vars(module).get(name) == getattr(package, name):
                setattr(module, name, named)


class ClosedChoices(SphinxDirective):
    """Describes every public type of a package that is a choice of words, with the words."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the descriptions."""
        return self.parse_text_to_nodes("\n".join(self._lines(importlib.import_module(self.arguments[0]))))

    @staticmethod
    def _lines(package: ModuleType) -> Iterator[str]:
        yield f".. py:currentmodule:: {package.__name__}"
        yield ""
        for name, words in closed_choices(package).items():
            module = f"{package.__name__}.{package._MODULES[name]}"
            yield f".. py:type:: {name}"
            yield ""
            yield "   One of " + ", ".join(f"``{word!r}``" for word in words) + "."
            yield ""
            for line in _documentation(importlib.import_module(module), name):
                yield f"   {line}"
            yield ""


def _documentation(module: ModuleType, name: str) -> list[str]:
    """Return the comment above the assignment of a name, where it is assigned: where its words come from."""
    source = inspect.getsource(module)
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module and name in {alias.name for alias in node.names}:
            return _documentation(importlib.import_module(node.module), name)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            above = itertools.takewhile(
                lambda line: line.startswith("# "), reversed(source.splitlines()[: node.lineno - 1])
            )
            return [line.removeprefix("# ") for line in reversed([*above])]
    return []


def setup(app: Sphinx) -> dict[str, object]:
    """Register it with Sphinx."""
    app.add_directive("closed-choices", ClosedChoices)
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
