"""The result of a comparison as text, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from ecr_constructs.doctor.findings import REMEDIES, Examination, Kind
from ecr_constructs.errors import one_line
from ecr_constructs.terminal.counting import number_of
from ecr_constructs.terminal.records import Column, records
from ecr_constructs.terminal.screen import Screen
from ecr_constructs.terminal.wrapping import wrapped

__all__ = ["as_text"]

_COLUMNS = (Column("parameter"), Column("is"), Column("because", is_text=True, least=30))


def as_text(found: Examination, screen: Screen) -> Iterator[str]:
    """Return what was compared, a table of the differences, how many there are, and what to do about them."""
    place = f"account {found.account_id}, {found.region}"
    published, there = number_of(found.repositories, "repository"), number_of(found.parameters, "parameter")
    heading = f"{found.environment} publishes {published}; {there} below {found.prefix} in {place}."
    yield wrapped(heading, screen)
    if not found.findings:
        yield "Everything that is published is as the file and ECR have it."
        return
    yield ""
    yield records(
        _COLUMNS, [tuple(map(one_line, (each.parameter, each.kind, each.detail))) for each in found.findings], screen
    )
    yield ""
    numbers = {kind: sum(each.kind == kind for each in found.findings) for kind in get_args(Kind)}
    for kind, number in numbers.items():
        if number:
            yield wrapped(f"{number} {kind}: {REMEDIES[kind]}", screen)
