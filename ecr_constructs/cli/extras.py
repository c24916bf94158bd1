"""The optional packages that a command needs."""

from __future__ import annotations

import importlib.util

from ecr_constructs.errors import OperationError

__all__ = ["MissingExtra", "require_extra"]


class MissingExtra(OperationError):
    """A command needs a package that the plain installation leaves out; the exit status is 2."""


def require_extra(extra: str, *modules: str) -> None:
    """Check that an extra of this package is installed.

    Args:
        extra: Its name: `sandbox`.
        modules: Top-level modules that come with it.

    Raises:
        MissingExtra: At least one of them is not there.
    """
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingExtra(
            f"This command needs {', '.join(missing)}, not installed here: pip install 'ecr-constructs[{extra}]'"
        )
