"""Environments that are being changed, and what a change of them is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from random import Random
from typing import Any

__all__ = ["Draft", "Mutation", "is_local"]


@dataclasses.dataclass
class Draft:
    """Environments that are being changed; no repository twice, so that each change is seen by itself.

    Attributes:
        data: What the files hold, by environment.
        touched: The repositories that were changed.
    """

    data: dict[str, dict[str, Any]]
    touched: set[tuple[str, str]] = dataclasses.field(default_factory=set)

    def environment(self, random: Random) -> dict[str, Any]:
        """Return any environment that makes repositories."""
        return self.data[random.choice([name for name, each in self.data.items() if is_local(each)])]

    def take(self, random: Random, *, with_key: str = "") -> tuple[dict[str, Any], str] | None:
        """Return an environment and a repository of it that was not changed yet; None where there is none.

        Args:
            random: What chooses.
            with_key: An option that it must have.
        """
        found = [
            (env, name)
            for env, each in self.data.items()
            if is_local(each)
            for name, options in each.get("ecr_repositories", {}).items()
            if (env, name) not in self.touched and (not with_key or with_key in (options or {}))
        ]
        if not found:
            return None
        env, name = random.choice(found)
        self.touched.add((env, name))
        return self.data[env], name


@dataclasses.dataclass(frozen=True)
class Mutation:
    """A change with a name.

    Attributes:
        name: Its name.
        make: Changes a draft, and tells whether it found what it changes.
        rewrite: Writes the files otherwise, whatever they hold.
    """

    name: str
    make: Callable[[Draft, Random], bool] = lambda _draft, _random: False
    rewrite: Callable[[dict[str, str], Random], dict[str, str]] | None = None


def is_local(environment: dict[str, Any]) -> bool:
    """Tell whether an environment makes repositories."""
    return bool(environment.get("ecr_strategy", "local") == "local")
