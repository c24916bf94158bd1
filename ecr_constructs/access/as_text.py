"""Who may do what, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecr_constructs.access.decided import Access
from ecr_constructs.access.matrix import EnvironmentAccess
from ecr_constructs.access.needs import needs_of
from ecr_constructs.access.sites import Site
from ecr_constructs.access.told import (
    OWN_ACCOUNTS,
    WIDE,
    as_said,
    label_of,
    policy_text,
    reasons_of,
    title_of,
    who_of,
)
from ecr_constructs.core.evaluation.abilities import Ability
from ecr_constructs.core.evaluation.evaluate import Answer
from ecr_constructs.terminal.colours import bold
from ecr_constructs.terminal.records import Column, records
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.wrapping import wrapped

__all__ = ["as_text"]

_BECAUSE = Column("because", is_text=True, least=24)
_COLUMNS = (Column("who", is_text=True, least=24), *(Column(ability.value) for ability in Ability), _BECAUSE)
# Where lines are short, abilities with the same answer share one.
_NARROW_COLUMNS = (Column("who"), *(Column(answer.value) for answer in Answer), _BECAUSE)
_WIDE_ENOUGH = 100
_ROLES = (Column("role"), Column("taken on by", is_text=True, least=40))


def as_text(found: Sequence[EnvironmentAccess], screen: Screen) -> Iterator[str]:
    """Return a table for all repositories with the same access, then what holds for all, and what is still needed."""
    for each in found:
        yield from _environment(each, screen)
    yield wrapped(OWN_ACCOUNTS, screen)
    if any(access.wide for each in found for repository in each.repositories for access in repository.principals):
        yield wrapped(f"({WIDE}): gets in by a wildcard, an organisation or a whole account.", screen)
    for each in found:
        for need in needs_of(each.repositories):
            yield ""
            about = f"To use the repositories of {each.environment.name}, an identity policy of {need.whose}:"
            yield wrapped(about, screen)
            yield policy_text(need.statements)


def _environment(found: EnvironmentAccess, screen: Screen) -> Iterator[str]:
    yield bold(title_of(found.environment), screen)
    for sites, principals in found.groups:
        yield ""
        yield wrapped(f"Repositories: {', '.join(map(label_of, sites))}", screen)
        if principals:
            narrow = screen.is_bounded and screen.width < _WIDE_ENOUGH
            cells = [tuple(_cells(each, sites[0], found.names, narrow=narrow)) for each in principals]
            yield records(_NARROW_COLUMNS if narrow else _COLUMNS, cells, screen)
        else:
            yield "Nobody else."
    if roles := [(each.name, "\n".join(map(as_said, each.assumed_by))) for each in found.holders if each.assumed_by]:
        yield ""
        yield records(_ROLES, roles, screen)
    yield ""


def _cells(access: Access, site: Site, names: Mapping[str, Sequence[str]], *, narrow: bool) -> Iterator[str]:
    yield who_of(access, site, names) + (f" ({WIDE})" if access.wide else "")
    if narrow:
        yield from (", ".join(each for each in Ability if access.answer(each) is answer) for answer in Answer)
    else:
        yield from (access.answer(ability).value for ability in Ability)
    yield "\n".join(reasons_of(access))
