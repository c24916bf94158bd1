"""What tests and pages say of CDKTF, as the engine of this environment has it: both engines have the same names.

The same tests run where CDKTF is installed and where `cdktn` is, so whatever names the engine takes the name from here.
"""

from __future__ import annotations

import importlib
import re
from types import ModuleType

from ecr_constructs._engine.which import CDKTF, engine

__all__ = ["bindings_of", "of_this_engine"]


def bindings_of(name: str) -> ModuleType:
    """Return a module of the AWS provider's bindings, such as `iam_role`."""
    return importlib.import_module(f"{engine().bindings}.{name}")


def of_this_engine(program: str) -> str:
    """Return a program, or a page with some, that imports the engine that is installed here."""
    program = re.sub(rf"\b{CDKTF.bindings}\b", engine().bindings, program)
    program = re.sub(rf"\b(from|import) {CDKTF.name}\b", rf"\1 {engine().name}", program)
    return re.sub(rf"\b{CDKTF.name}(?=\.[A-Z])", engine().name, program)
