"""The environments that have to do with some others, so that nothing else need be asked: of hundreds, a few."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecr_constructs.config.desired import access_of, public_of, registry_grants_of, templates_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.review.change import Change, EnvironmentPair

__all__ = ["around"]

_ACCOUNT = re.compile(r"\b[0-9]{12}\b")


def around(change: Change, environments: Sequence[EnvironmentPair]) -> frozenset[str]:
    """Return the names of environments, and of all that decide with them who may do what.

    Those are the ones of their accounts, of every account that they name or that a repository of theirs is in, and
    those that refer to repositories in their accounts.

    Args:
        change: The change.
        environments: Some of its environments.
    """
    sides = [each for pair in environments for each in (pair.before, pair.after) if each is not None]
    accounts = {account for each in sides for account in _accounts(each)}
    own = {each.settings.account_id for each in sides} - {None}
    found = {each.name for each in environments}
    for side in (change.base, change.head):
        for name, each in side.environments.items():
            if each.settings.account_id in accounts or not own.isdisjoint(_referred(each)):
                found.add(name)
    return frozenset(found)


def _accounts(environment: Environment) -> Iterator[str]:
    """Yield the accounts that an environment has to do with."""
    if environment.settings.account_id is not None:
        yield environment.settings.account_id
    yield from _referred(environment)
    said = dict.fromkeys(str(access_of(each)) for each in environment.made.values())
    others = [*templates_of(environment), *public_of(environment)]
    for text in (*said, *(str(each.value) for each in others), str(registry_grants_of(environment))):
        yield from _ACCOUNT.findall(text)


def _referred(environment: Environment) -> Iterator[str]:
    """Yield the accounts of the repositories that an environment refers to."""
    if environment.source is not None:
        yield environment.source.account_id
    for each in environment.repositories.values():
        if each.ecr_config.repository_uri is not None and (uri := each.uri) is not None:
            yield uri.account_id
