"""What a validation has found, as its formats show it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from ecr_constructs.errors import Problem
from ecr_constructs.report.summary import EnvironmentSummary

__all__ = ["Report"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a validation has found.

    Attributes:
        environments: The environments to show; none where there are problems.
        problems: What is wrong.
        noticed: What is to be seen of each environment, by its name.
        remedies: Sentences on what would make an environment faster.
    """

    environments: Sequence[EnvironmentSummary] = ()
    problems: Sequence[Problem] = ()
    noticed: Mapping[str, Sequence[Problem]] = dataclasses.field(default_factory=dict)
    remedies: Sequence[str] = ()

    @property
    def notices(self) -> Iterator[Problem]:
        """What is to be seen of all environments."""
        return (notice for notices in self.noticed.values() for notice in notices)
