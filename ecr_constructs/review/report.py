"""What a review has found, as its formats show it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from ecr_constructs.errors import Problem, key_of
from ecr_constructs.review.finding import SEVERITIES, Finding, Severity
from ecr_constructs.terminal.counting import number_of, some_of
from ecr_constructs.terminal.findings import file_and_line
from ecr_constructs.terminal.severities import counted

__all__ = ["IF_MEANT", "Group", "Report", "grouped", "summary_of"]


IF_MEANT = "What is meant is acknowledged by the change itself: `acknowledge: [CODE]` in that file."
"""What to do where a change means what it does."""


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Findings that say the same of several repositories, each at its own place."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one that speaks for all."""
        return self.findings[0]

    @property
    def repositories(self) -> list[str]:
        """All that they are about."""
        return sorted({name for each in self.findings for name in each.repositories})

    @property
    def details(self) -> list[str]:
        """All that there is more of it, each line once."""
        return list(dict.fromkeys(line for each in self.findings for line in each.details))

    @property
    def sentence(self) -> str:
        """What it means, with the names in front."""
        names = self.repositories
        return f"{some_of(names, 'repository')}: {self.first.what}." if names else f"{self.first.what}."


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a review has found.

    Attributes:
        base: What was compared with, such as `main (1234567)`.
        head: What was compared with that.
        findings: The consequences, in the order in which they are told.
        environments: Names of the environments that were compared.
        changed: Those of them that are not the same.
        uncompared: What is wrong with files of the base, of which nothing can be told for that.
        revision: The revision of the base, as it stands before a file's name; empty where it is none.
    """

    base: str
    head: str
    findings: Sequence[Finding]
    environments: Sequence[str] = ()
    changed: Sequence[str] = ()
    uncompared: Sequence[Problem] = ()
    revision: str = ""

    @property
    def affected(self) -> Iterator[str]:
        """The environments of which anything was found."""
        yield from dict.fromkeys(each.environment for each in self.findings)

    @property
    def compared(self) -> str:
        """What was compared with what, as a sentence."""
        number = number_of(len(self.environments), "environment")
        changed = f"{len(self.changed):,} of them touched" if self.changed else "none of them touched"
        return f"{self.head} compared with {self.base}: {number}, {changed}."

    def of(self, environment: str) -> list[Finding]:
        """Return what was found of an environment."""
        return [each for each in self.findings if each.environment == environment]

    def place_of(self, finding: Finding) -> str:
        """Return `file:line` of a finding; of a revision as base it is `main:file:line`, as git writes it."""
        return f"{self.revision}:{finding.source}" if finding.at_base and self.revision else finding.source

    def reaches(self, severity: Severity) -> bool:
        """Tell whether anything is as grave as that, or graver; what cannot be compared may be as grave as anything."""
        grave = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return bool(self.uncompared) or any(each.severity in grave and not each.acknowledged for each in self.findings)


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Return findings that say the same of several repositories together, in the order of the first ones."""
    together: dict[tuple[object, ...], list[Finding]] = {}
    for each in findings:
        # One that is about no repository is about its key.
        about = key_of(each.path) if not each.repositories else each.path[-1:] if each.details else ""
        key = (each.environment, each.code, each.severity, each.acknowledged, each.what, each.fix, about)
        together.setdefault(key, []).append(each)
    return [Group(tuple(each)) for each in together.values()]


def summary_of(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each severity, and how many of them the change acknowledges."""
    still = [each for each in findings if not each.acknowledged]
    known = len(findings) - len(still)
    if not findings:
        return "No consequences."
    files = (file_and_line(each.problem)[0] for each in still)
    parts = [counted((each.severity for each in still), files).removesuffix(".")] if still else []
    return f"{', '.join([*parts, f'{known:,} acknowledged'] if known else parts)}."
