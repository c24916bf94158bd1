"""Repositories as variables of a shell, safe to be read by `eval` and `source`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

from ecr_constructs.discovery.failures import DiscoveryError
from ecr_constructs.discovery.record import PublishedRepository
from ecr_constructs.errors import show

__all__ = ["shell_lines", "variables_of"]

_IDENTIFIER = re.compile(r"[A-Z_][A-Z0-9_]*")


def variables_of(repositories: Mapping[str, PublishedRepository]) -> dict[str, str]:
    """Return a variable for each fact of each repository: `ECR_TEAM_API_URL`, ...

    The name is in capitals, with `_` for whatever no variable may hold.

    Args:
        repositories: The repositories, by name.

    Raises:
        DiscoveryError: Two repositories would have the same variables, or one has a name that makes none.
    """
    owners: dict[str, list[str]] = {}
    for name in repositories:
        owners.setdefault(_identifier(name), []).append(name)
    problems = [
        f"{' and '.join(names)} would have the same variables, ECR_{identifier}_URL and so on"
        for identifier, names in owners.items()
        if names[1:]
    ]
    problems += [
        f"{show(names[0])} makes no variable"
        for identifier, names in owners.items()
        if not _IDENTIFIER.fullmatch(f"_{identifier}")
    ]
    if problems:
        raise DiscoveryError(f"{'; '.join(problems)}. Use another format, or a prefix that has one of them alone.")
    return {
        f"ECR_{_identifier(name)}_{field.upper()}": str(value).lower() if isinstance(value, bool) else value
        for name, repository in repositories.items()
        for field, value in dataclasses.asdict(repository).items()
    }


def shell_lines(variables: Mapping[str, str]) -> Iterator[str]:
    """Return an assignment for each variable, its value quoted, so that a shell takes it as it is."""
    for name, value in variables.items():
        quoted = value.replace("'", "'\"'\"'")
        yield f"{name}='{quoted}'"


def _identifier(name: str) -> str:
    return re.sub(r"[-./]", "_", name).upper()
