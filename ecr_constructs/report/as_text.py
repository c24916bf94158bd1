"""The result of a validation as text: the environments, and sentences on what is to be known of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_constructs.report.findings import Report
from ecr_constructs.report.summary import OWN_ORGANIZATION, EnvironmentSummary, Puller
from ecr_constructs.terminal.findings import lines_of
from ecr_constructs.terminal.records import Column, records
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.wrapping import wrapped

__all__ = ["COLUMNS", "as_text", "cells_of", "environments_table"]

COLUMNS = (
    Column("environment"),
    Column("account\nregion", keys=("account", "region")),
    Column("strategy"),
    Column("repositories"),
    Column("who pulls", is_text=True, least=20),
    Column("stacks", is_number=True),
    Column("parameters", is_number=True),
    Column("first\napply", is_number=True),
    Column("plan", is_number=True),
)
"""What is told of an environment."""


def as_text(report: Report, screen: Screen) -> Iterator[str]:
    """Return the problems, or the environments with what is to be known of them; then how many findings there are."""
    if report.problems:
        yield from lines_of(report.problems, screen)
        return
    yield environments_table(report.environments, screen)
    notices = list(report.notices)
    if report.remedies or notices:
        yield ""
        yield from (wrapped(each, screen) for each in report.remedies)
        yield from lines_of(notices, screen)


def environments_table(environments: Sequence[EnvironmentSummary], screen: Screen) -> str:
    """Return a table with a row for each environment, or a block for each where the screen is too narrow for it."""
    return records(COLUMNS, [tuple(cells_of(each)) for each in environments], screen)


def cells_of(environment: EnvironmentSummary) -> Iterator[str]:
    """Yield what is told of an environment, a cell for each of the `COLUMNS`."""
    made = sum(each.made for each in environment.repositories)
    referred = len(environment.repositories) - made
    yield environment.name
    yield f"{environment.account_id or 'any'}\n{environment.region}"
    yield environment.strategy
    yield "\n".join([f"{made} made"] * bool(made) + [f"{referred} referred to"] * bool(referred)) or "none"
    yield "\n".join(_pulls(environment, made)) or "own account"
    yield str(environment.stacks)
    yield str(environment.parameters)
    yield _minutes(environment.first_apply_minutes)
    yield _minutes(environment.plan_minutes)


def _pulls(environment: EnvironmentSummary, made: int) -> Iterator[str]:
    if (source := environment.source) is not None:
        place = f"{source.account_id}, {source.region}"
        yield f"from {place}" if source.env is None else f"from {source.env} ({place})"
    for puller in environment.pulled_by:
        part = "" if puller.repositories == made else f": {puller.repositories} of {made}"
        yield f"{_who(puller)}{part}"


def _who(puller: Puller) -> str:
    if puller.organization is not None:
        own = puller.organization == OWN_ORGANIZATION
        return "own organisation" if own else f"organisation {puller.organization}"
    return f"{', '.join(puller.environments)} ({puller.account_id})" if puller.environments else str(puller.account_id)


def _minutes(minutes: float) -> str:
    return "< 1 min" if minutes < 1 else f"{minutes:.0f} min"
