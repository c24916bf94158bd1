"""Who may do what, as Markdown for a page."""

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
from ecr_constructs.terminal.markdown import plain, table
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_markdown"]


def as_markdown(found: Sequence[EnvironmentAccess], _screen: Screen) -> Iterator[str]:
    """Return a section for each environment, with a table for all repositories with the same access."""
    for each in found:
        yield f"## {plain(title_of(each.environment))}"
        yield ""
        for sites, principals in each.groups:
            yield f"**{', '.join(plain(label_of(site)) for site in sites)}**"
            yield ""
            yield from _table(principals, sites[0], each.names) if principals else ["Nobody else."]
            yield ""
        yield from _roles(each)
        yield from _needs(each)
    yield OWN_ACCOUNTS + (f" **{WIDE}** gets in by a wildcard, an organisation or a whole account.")


def _table(principals: Sequence[Access], site: Site, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from table(["who", *(ability.value for ability in Ability), "because"], _rows(principals, site, names))


def _rows(principals: Sequence[Access], site: Site, names: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    for each in principals:
        who = plain(who_of(each, site, names)) + (f" **{WIDE}**" if each.wide else "")
        answers = (each.answer(ability).value for ability in Ability)
        yield [who, *answers, "<br>".join(map(plain, reasons_of(each)))]


def _roles(found: EnvironmentAccess) -> Iterator[str]:
    lines = [
        f"- {plain(each.name)}: taken on by {plain(as_said(text))}"
        for each in found.holders
        for text in each.assumed_by
    ]
    if lines:
        yield "Roles:"
        yield ""
        yield from lines
        yield ""


def _needs(found: EnvironmentAccess) -> Iterator[str]:
    for need in needs_of(found.repositories):
        yield f"An identity policy of {plain(need.whose)}"
        yield ""
        yield f"```json\n{policy_text(need.statements)}\n```"
        yield ""
