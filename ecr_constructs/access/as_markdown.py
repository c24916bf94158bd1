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
from ecr_constructs.terminal.screen import Screen

__all__ = ["as_markdown"]

# What Markdown would read as something else than text.
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|"})


def as_markdown(found: Sequence[EnvironmentAccess], _screen: Screen) -> Iterator[str]:
    """Return a section for each environment, with a table for all repositories with the same access."""
    for each in found:
        yield f"## {_plain(title_of(each.environment))}"
        yield ""
        for sites, principals in each.groups:
            yield f"**{', '.join(_plain(label_of(site)) for site in sites)}**"
            yield ""
            yield from _table(principals, sites[0], each.names) if principals else ["Nobody else."]
            yield ""
        yield from _roles(each)
        yield from _needs(each)
    yield OWN_ACCOUNTS + (f" **{WIDE}** gets in by a wildcard, an organisation or a whole account.")


def _table(principals: Sequence[Access], site: Site, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield _row(["who", *(ability.value for ability in Ability), "because"])
    yield _row(["---"] * (len(Ability) + 2))
    for each in principals:
        who = _plain(who_of(each, site, names)) + (f" **{WIDE}**" if each.wide else "")
        answers = (each.answer(ability).value for ability in Ability)
        yield _row([who, *answers, "<br>".join(map(_plain, reasons_of(each)))])


def _roles(found: EnvironmentAccess) -> Iterator[str]:
    lines = [
        f"- {_plain(each.name)}: taken on by {_plain(as_said(text))}"
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
        yield f"An identity policy of {_plain(need.whose)}"
        yield ""
        yield f"```json\n{policy_text(need.statements)}\n```"
        yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return text.translate(_SIGNS)
