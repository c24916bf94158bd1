"""What Amazon Inspector is paid for: a registry's scanning is basic and free, or enhanced and paid for by the image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import scanning_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.prices import BASIC_SCAN, FIRST_SCAN, RESCAN
from ecr_constructs.core.registry.scanning import ScanFrequency
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.change import EnvironmentPair, RepositoryPair
from ecr_constructs.review.costs.places import shared_path
from ecr_constructs.review.finding import Finding
from ecr_constructs.terminal.counting import number_of

__all__ = ["scanning_costs"]

_How: TypeAlias = Literal["on push", "continuously", "more often", "with the others"]

_WHAT: dict[_How, str] = {
    "on push": f"is scanned by Amazon Inspector: {FIRST_SCAN}",
    "continuously": f"is scanned by Amazon Inspector continuously: {FIRST_SCAN}, and {RESCAN}",
    "more often": f"is scanned continuously instead of on push: {RESCAN}, whenever there are new vulnerabilities",
    "with the others": (
        f"is scanned by Amazon Inspector as well, because a registry has one type of scanning: {FIRST_SCAN}, where "
        f"{BASIC_SCAN.what.lower()} is free"
    ),
}
_FIX: dict[_How, str] = {
    "on push": "",
    "continuously": "With scan_frequency: SCAN_ON_PUSH each image is scanned once.",
    "more often": "",
    "with the others": "With scan_on_push: false it is not scanned.",
}


def scanning_costs(pair: EnvironmentPair) -> Iterator[Finding]:
    """Yield the repositories that Inspector newly scans, or scans more often, each way of it once."""
    if pair.after is None:
        return
    before, after = _frequencies(pair.before), _frequencies(pair.after)
    used = {_way(each.before, before) for each in pair.made if each.before is not None}
    found: dict[_How, list[DeclaredRepository]] = {}
    for each in pair.made:
        how = _how(each, before, after)
        if each.after is None or how is None or (each.before is None and _way(each.after, after) in used):
            continue
        found.setdefault(how, []).append(each.after)
    beside = number_of(len(pair.after.scanned_beside), "repository")
    others = f"So {'is' if beside.startswith('1 ') else 'are'} {beside} of other environments of the registry."
    is_new = not before and pair.after.scanned_beside
    for number, (how, repositories) in enumerate(sorted(found.items())):
        yield Finding(
            code="cost-scanning",
            severity="note",
            consequence="costs",
            environment=pair.name,
            path=_cause(how, repositories, pair.after),
            what=_WHAT[how],
            fix=_FIX[how],
            repositories=tuple(each.logical_name for each in repositories),
            details=(others,) if is_new and number == 0 else (),
        )


def _frequencies(environment: Environment | None) -> dict[str, ScanFrequency]:
    """Return when Inspector scans repositories, by their names in ECR; continuously wins."""
    found: dict[str, ScanFrequency] = {}
    for contribution in () if environment is None else scanning_of(environment):
        for name in contribution.names:
            if found.get(name) != "CONTINUOUS_SCAN":
                found[name] = contribution.scan_frequency
    return found


def _way(repository: DeclaredRepository, frequencies: dict[str, ScanFrequency]) -> tuple[bool, ScanFrequency | None]:
    """Return how a repository is scanned, which its neighbours may be as well."""
    return repository.options.enable_enhanced_scanning, frequencies.get(repository.repository_name)


def _how(each: RepositoryPair, before: dict[str, ScanFrequency], after: dict[str, ScanFrequency]) -> _How | None:
    """Return what is new of the scanning of a repository, and is paid for."""
    if each.after is None:
        return None
    now = after.get(each.after.repository_name)
    was = None if each.before is None else before.get(each.before.repository_name)
    if now is None or now == was or was == "CONTINUOUS_SCAN":
        return None
    if was is not None:
        return "more often"
    if not each.after.options.enable_enhanced_scanning:
        return "with the others"
    return "continuously" if now == "CONTINUOUS_SCAN" else "on push"


def _cause(how: _How, repositories: list[DeclaredRepository], environment: Environment) -> KeyPath:
    """Return where the file says what makes Inspector scan."""
    if how == "more often":
        return shared_path(each.path_of("scan_frequency") for each in repositories)
    if how != "with the others":
        return shared_path(each.path_of("enable_enhanced_scanning") for each in repositories)
    asked = [each for each in environment.made.values() if each.options.enable_enhanced_scanning]
    if asked:
        return shared_path(each.path_of("enable_enhanced_scanning") for each in asked)
    return ("ecr_enable_inspector",)
