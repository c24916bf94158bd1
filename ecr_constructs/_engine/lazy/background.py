"""What a program has started in the background while it does something else: the kernel, and what is loaded into it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

from ecr_constructs._engine.lazy import kernel, package_cache
from ecr_constructs._engine.lazy.finder import enable

__all__ = ["start_engine", "start_kernel", "wait_for_engine"]


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
