"""Where the project and its rules are described: addresses for reports that are read elsewhere."""

from __future__ import annotations

import functools
import importlib.metadata

__all__ = ["TOOL", "address_of_rule", "project_address", "tool_version"]

TOOL = "ecr-constructs"
"""What the tool is called, and its package."""


@functools.cache
def project_address() -> str:
    """Return the address of the project's sources."""
    addresses = importlib.metadata.metadata(TOOL).get_all("Project-URL") or ()
    known: dict[str, str] = dict(each.split(", ", 1) for each in addresses)
    return known["Source"]


def address_of_rule(code: str) -> str:
    """Return the address of what there is to know of a code: its heading in `docs/rules.md`."""
    return f"{project_address()}/blob/main/docs/rules.md#{code}"


def tool_version() -> str:
    """Return the version that is installed."""
    return importlib.metadata.version(TOOL)
