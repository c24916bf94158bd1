"""The rules of a registry's scanning: at most one a frequency, each with the filters for the repositories meant."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

from ecr_constructs.core.names import check_repository_name
from ecr_constructs.core.registry.scanning.filters import MOST_FILTERS, Names, check_filter, filter_matches
from ecr_constructs.core.registry.scanning.folding import fold
from ecr_constructs.core.tokens import is_unresolved
from ecr_constructs.errors import Problem, nearest, show

__all__ = [
    "SCAN_FREQUENCIES",
    "SCAN_TYPES",
    "AccidentalScan",
    "ScanFrequency",
    "ScanType",
    "ScanningContribution",
    "ScanningRule",
    "accidental_scans",
    "check_contributions",
    "scanning_rules",
]

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryScanningConfiguration.html
ScanType: TypeAlias = Literal["BASIC", "ENHANCED"]
SCAN_TYPES: Final[tuple[ScanType, ...]] = get_args(ScanType)
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegistryScanningRule.html, the weakest first: where
# filters of several rules match a repository, it is scanned at the strongest.
ScanFrequency: TypeAlias = Literal["SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"]
*_BY_FILTERS, _BY_NONE = get_args(ScanFrequency)
SCAN_FREQUENCIES: Final[tuple[ScanFrequency, ...]] = (_BY_NONE, *_BY_FILTERS)
_MANUAL, _ON_PUSH, _CONTINUOUS = range(3)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScanningContribution:
    """What one place asks of a registry's scanning.

    Attributes:
        scan_frequency: `SCAN_ON_PUSH`, `CONTINUOUS_SCAN`, or `MANUAL`: by no rule.
        names: Repositories, each by its whole name.
        filters: Filters with `*`; whatever they match is meant.
    """

    scan_frequency: ScanFrequency
    names: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScanningRule:
    """One rule of the registry's configuration; its filters are sorted."""

    scan_frequency: ScanFrequency
    filters: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, order=True)
class AccidentalScan:
    """A repository that is scanned more than was meant.

    Attributes:
        name: The repository.
        scan_frequency: How often it is scanned.
        filter: The filter that matches it.
        asked: The frequency that was asked for it by its name, if any.
        by_hand: Whether the filter was written by hand, and not made for another repository.
    """

    name: str
    scan_frequency: ScanFrequency
    filter: str
    asked: ScanFrequency | None = None
    by_hand: bool = False

    @property
    def notice(self) -> Problem:
        """What to tell the user."""
        if self.by_hand:
            rule = (
                f"{self.name} is scanned at {self.scan_frequency}, because the filter {self.filter} matches it, "
                f"although {self.asked} was asked for it by name"
            )
            fix = "Make the filter narrower, or ask for the same."
            return Problem((), "scan-accident", rule, fix=fix, severity="warning")
        wish = "" if self.asked is None else f" instead of {self.asked}"
        rule = (
            f"{self.name} is scanned by accident, at {self.scan_frequency}{wish}: the filter {self.filter}, made for "
            "another repository, matches it as well, and ECR has no filter for the other one alone"
        )
        fix = "Ask for the same frequency, or rename one of the two."
        return Problem((), "scan-accident", rule, fix=fix, severity="warning")


def check_contributions(contributions: Sequence[ScanningContribution], *, scan_type: ScanType | None) -> list[Problem]:
    """Return every rule that contributions break, by themselves and among each other.

    Args:
        contributions: What is asked; the paths of the problems are those of the last one.
        scan_type: `BASIC` or `ENHANCED`, where that was said.
    """
    if not contributions:
        return []
    *before, last = contributions
    problems = _check_frequency(last, scan_type)
    for index, name in enumerate(last.names):
        path = ("repositories", index)
        if is_unresolved(name):
            rule, fix = "must be known at synthesis", "Give the name as text: a filter is made for it."
            problems.append(Problem(path, "scanning-name", rule, "a token", fix))
        else:
            problems += check_repository_name(name, *path)
    for index, text in enumerate(last.filters):
        problems += check_filter(text, "filters", index)
    if problems:
        return problems
    asked = {name: each.scan_frequency for each in before for name in each.names}
    for index, name in enumerate(last.names):
        one, other = asked.get(name, last.scan_frequency), last.scan_frequency
        if one != other and SCAN_FREQUENCIES[_MANUAL] in (one, other):
            rule = f"must not be asked to be both {SCAN_FREQUENCIES[_MANUAL]} and scanned; {one} was asked for before"
            fix = "Decide on one of the two."
            problems.append(Problem(("repositories", index), "scan-frequency-conflict", rule, f"{name}: {other}", fix))
    by_hand = _filters_by_hand(contributions)
    for level, filters in by_hand.items():
        if len(filters) > MOST_FILTERS:
            rule = f"must be at most {MOST_FILTERS} for {SCAN_FREQUENCIES[level]}"
            fix = "Use filters that match more."
            problems.append(Problem(("filters",), "scanning-filters", rule, f"{len(filters)}", fix))
    return problems


def scanning_rules(
    contributions: Iterable[ScanningContribution], *, known: Iterable[str], on_push: Iterable[str] = ()
) -> tuple[list[ScanningRule], list[Problem]]:
    """Return the rules that scan what is meant and, wherever a filter can be that exact, nothing else that is known.

    Args:
        contributions: What is asked, as `check_contributions` found it right.
        known: Names of all repositories that are known to be in the registry.
        on_push: Those of them that were made with `scan_on_push`: they are scanned on push unless more or `MANUAL` is
            asked for, because a repository that no filter matches is not scanned under `ENHANCED`.

    Returns:
        The rules, and a problem for each that would take more filters than ECR allows.
    """
    meant = _meant(tuple(contributions), known, on_push)
    rules, problems = [], []
    for level in (_CONTINUOUS, _ON_PUSH):
        by_hand = meant.by_hand.get(level, [])
        needed = [name for name in meant.levels if meant.levels[name] == level and meant.by_filters[name] < level]
        others = Names(name for name in meant.levels if max(meant.levels[name], meant.by_filters[name]) < level)
        made = fold(needed, others, MOST_FILTERS - len(by_hand))
        if made is None:
            rule = f"must come to at most {MOST_FILTERS} filters for {SCAN_FREQUENCIES[level]}"
            got = f"{len(needed)} repositories and {len(by_hand)} filters, with no wildcards for the first alone"
            fix = "Scan more repositories at the same frequency, or give those of one frequency a common prefix."
            problems.append(Problem((), "scanning-filters", rule, got, fix))
        elif filters := tuple(sorted({*by_hand, *made})):
            rules.append(ScanningRule(scan_frequency=SCAN_FREQUENCIES[level], filters=filters))
    return rules, problems


def accidental_scans(
    contributions: Iterable[ScanningContribution],
    rules: Iterable[ScanningRule],
    *,
    known: Iterable[str],
    on_push: Iterable[str] = (),
) -> list[AccidentalScan]:
    """Return each known repository that the rules scan more than is meant, sorted; arguments as in `scanning_rules`."""
    meant = _meant(tuple(contributions), known, on_push)
    names, found = Names(meant.levels), dict[str, AccidentalScan]()
    for rule in sorted(rules, key=lambda each: SCAN_FREQUENCIES.index(each.scan_frequency), reverse=True):
        level = SCAN_FREQUENCIES.index(rule.scan_frequency)
        by_hand = set(meant.by_hand.get(level, ()))
        # The filter that says most about the matter, where several match: one that was written by hand.
        for text in sorted(rule.filters, key=lambda each: (each not in by_hand, each)):
            for name in names.matching(text):
                if meant.levels[name] < level and name not in found:
                    asked = SCAN_FREQUENCIES[meant.levels[name]] if name in meant.asked else None
                    found[name] = AccidentalScan(
                        name=name,
                        scan_frequency=rule.scan_frequency,
                        filter=text,
                        asked=asked,
                        by_hand=text in by_hand,
                    )
    return sorted(found.values(), key=lambda each: each.name)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    """What is meant for each known repository.

    Attributes:
        levels: By name, the index in `SCAN_FREQUENCIES` of what is meant.
        by_filters: By name, that of the strongest filter written by hand that matches it.
        asked: Names that something was asked for by name.
        by_hand: The filters written by hand, by index of their frequency.
    """

    levels: Mapping[str, int]
    by_filters: Mapping[str, int]
    asked: frozenset[str]
    by_hand: Mapping[int, Sequence[str]]


def _meant(contributions: Sequence[ScanningContribution], known: Iterable[str], on_push: Iterable[str]) -> _Meant:
    asked: dict[str, int] = {}
    for contribution in contributions:
        level = SCAN_FREQUENCIES.index(contribution.scan_frequency)
        asked.update({name: max(level, asked.get(name, level)) for name in contribution.names})
    by_hand, pushed = _filters_by_hand(contributions), set(on_push)
    names = sorted(name for name in {*known, *pushed, *asked} if not is_unresolved(name))
    by_filters = dict.fromkeys(names, _MANUAL)
    for level in sorted(by_hand):
        by_filters.update({name: level for name in names if any(filter_matches(text, name) for text in by_hand[level])})
    levels = {
        name: asked[name] if name in asked else max(by_filters[name], _ON_PUSH if name in pushed else _MANUAL)
        for name in names
    }
    return _Meant(levels=levels, by_filters=by_filters, asked=frozenset(asked), by_hand=by_hand)


def _filters_by_hand(contributions: Iterable[ScanningContribution]) -> dict[int, list[str]]:
    found: dict[int, set[str]] = {}
    for contribution in contributions:
        if contribution.filters:
            level = SCAN_FREQUENCIES.index(contribution.scan_frequency)
            found.setdefault(level, set()).update(contribution.filters)
    return {level: sorted(filters) for level, filters in found.items()}


def _check_frequency(contribution: ScanningContribution, scan_type: ScanType | None) -> list[Problem]:
    frequency, path, code = contribution.scan_frequency, ("scan_frequency",), "scan-frequency"
    if is_unresolved(frequency) or frequency not in SCAN_FREQUENCIES:
        rule = f"must be one of {', '.join(SCAN_FREQUENCIES)}"
        fix = nearest(str(frequency).upper(), SCAN_FREQUENCIES) or "Use one of these."
        return [Problem(path, code, rule, show(frequency), fix)]
    if frequency == SCAN_FREQUENCIES[_MANUAL] and contribution.filters:
        rule = "must be SCAN_ON_PUSH or CONTINUOUS_SCAN for a filter, because ECR knows no filters that exclude"
        return [Problem(path, code, rule, show(frequency), "Leave the filter out: what no filter matches is MANUAL.")]
    if frequency == SCAN_FREQUENCIES[_CONTINUOUS] and scan_type == "BASIC":
        rule, fix = "must be SCAN_ON_PUSH or MANUAL with BASIC scanning", "Use ENHANCED scanning."
        return [Problem(path, code, rule, show(frequency), fix)]
    return []
