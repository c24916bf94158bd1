"""Load the AWS provider's bindings lazily: write ``import ecr_constructs.fast`` as the first line of a CDKTF program.

The package `cdktf_cdktf_provider_aws` imports more than 2,000 modules, and its JavaScript as many files, for the first
resource. After this import it loads those that the program uses, and nothing else about it changes. This works for
every CDKTF program, with or without the constructs of this package::

    import ecr_constructs.fast  # noqa: F401 - before the bindings
    # isort: split
    from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket

Whenever something is not as expected (the bindings were imported before, come from a zip file, are lazy already, or
have a form that is not known), they load as they always did: slower, and nothing else. The loggers under
`ecr_constructs._engine` say why, at level debug. jsii's banner about an old Node, which comes with every process, is
replaced by one line the first time, unless the user has set jsii's own variables for it.

Environment variables, off unless set to something other than ``0``, ``false`` or ``no``:

- ``ECR_CONSTRUCTS_EAGER``: load everything, as the bindings do by themselves.
- ``ECR_CONSTRUCTS_NO_INDEX_WAIT``: do not wait for jsii's index at the end of the first run on a machine. Right for
  CI jobs that start with an empty cache every time.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["BINDINGS", "EAGER", "NO_INDEX_WAIT", "SILENCED", "enable", "is_on", "start_kernel"]

EAGER = "ECR_CONSTRUCTS_EAGER"
NO_INDEX_WAIT = "ECR_CONSTRUCTS_NO_INDEX_WAIT"
BINDINGS = "cdktf_cdktf_provider_aws"

# jsii prints a banner in every process that runs on such a Node. It is said once instead, by `_engine.lazy_notice`.
SILENCED = {
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": ",".join(map(str, range(12, 60))),
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
}


_starting: threading.Thread | None = None


class LazyBindingsFinder:
    """Lets the other finders find the bindings, then gives what they found a lazy loader."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the bindings' spec with a lazy loader, and None for every other module."""
        if _starting is not None and fullname.endswith("._jsii"):
            # The first thing that such a module does is to ask the kernel, of which there must not be two.
            _starting.join()
        if fullname not in (BINDINGS, f"{BINDINGS}._jsii"):
            return None
        spec = _find_with_the_others(fullname, path, target)
        if spec is not None:
            with suppress(Exception):
                # Imported here because the engine imports CDKTF, which the bindings are about to do too.
                from ecr_constructs._engine.lazy import make_lazy

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
    if BINDINGS in sys.modules:
        return False
    sys.meta_path.insert(0, LazyBindingsFinder())
    return True


def start_kernel() -> None:
    """Start jsii's kernel in the background, for a program that has something else to do before it needs CDKTF.

    Node takes some 0.15 s to come up, in which Python can read files and import other modules. The first import of
    CDKTF waits for what is left of it. Where the kernel runs already, or there is no Node, this does nothing, and CDKTF
    says what is missing.
    """
    global _starting
    runs = any(name.endswith("._jsii") for name in sys.modules)
    if _starting is None and enable() and not runs and shutil.which(os.environ.get("JSII_NODE", "node")):
        with suppress(Exception):
            # Here and not in the thread, where it would share Python with what the program does next.
            import jsii

            _starting = threading.Thread(target=_ask_for_process, args=(jsii.kernel.provider,), name="jsii-kernel")
            _starting.start()


def is_on(switch: str) -> bool:
    """Whether the environment variable is set to something other than ``0``, ``false`` or ``no``."""
    return os.environ.get(switch, "").strip().lower() not in ("", "0", "false", "no")


def _ask_for_process(provider: Any) -> None:
    with suppress(Exception):
        # Private: jsii starts the process when this is first read.
        _ = provider._process


def _find_with_the_others(name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    for finder in list(sys.meta_path):
        if isinstance(finder, LazyBindingsFinder) or not hasattr(finder, "find_spec"):
            continue
        spec = finder.find_spec(name, path, target)
        if spec is not None:
            return spec
    return None


enable()
