"""The two general rules of what AWS keeps for an account and region: one of a kind, and each name once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ecr_constructs.config.desired import Wanted, created_key_of, wanted_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.config.rules.registry_policy import policy_paths
from ecr_constructs.config.rules.scanning import scanning_paths
from ecr_constructs.errors import KeyPath, Problem

__all__ = ["check_names_once", "check_one_per_registry"]

_Find = Callable[[Environment], Iterator[KeyPath]]


def check_one_per_registry(environments: Environments) -> Iterator[Located]:
    """Check that one environment says what AWS keeps one of: a second one would overwrite it."""
    for sharing in environments.registries.values():
        for what, code, find in _CONTRIBUTED:
            yield from _check_one({file: list(find(each)) for file, each in sharing.items()}, what, code, environments)
        found: dict[tuple[str, str], dict[str, list[KeyPath]]] = {}
        for file, environment in sharing.items():
            for wanted in wanted_of(environment):
                if wanted.once is not None:
                    paths = found.setdefault(wanted.once, {}).setdefault(file, [])
                    paths.append(wanted.path or ("ecr_enable_scan_findings_logging",))
        for (what, code), places in found.items():
            yield from _check_one(places, what, code, environments)


# What several places contribute to; the rest is wanted as one thing.
_CONTRIBUTED: tuple[tuple[str, str, _Find], ...] = (
    ("the scanning configuration", "scanning-shared", scanning_paths),
    ("the registry's policy", "registry-policy-shared", policy_paths),
)


def _check_one(
    places: Mapping[str, list[KeyPath]], what: str, code: str, environments: Environments
) -> Iterator[Located]:
    said = {file: paths[0] for file, paths in places.items() if paths}
    first = next(iter(said.items()), None)
    for file, path in list(said.items())[1:]:
        if first is not None:
            rule = f"must leave {what} to {environments.where(*first)}: an account has one in a region"
            yield file, Problem(path, code, rule, "", "Say it in one of the two files.")


def check_names_once(environments: Environments) -> Iterator[Located]:
    """Check that what has a name in a registry, or in an account, is said in one file."""
    for within, groups in (
        ("an account and region", environments.registries.values()),
        ("an account", environments.accounts.values()),
    ):
        for sharing in groups:
            yield from _check_names(sharing, within, environments)


def _check_names(sharing: Mapping[str, Environment], within: str, environments: Environments) -> Iterator[Located]:
    first: dict[tuple[str, str], tuple[str, KeyPath]] = {}
    for file, environment in sharing.items():
        for wanted in _named(environment):
            for kind, name, rest in wanted.names if wanted.within == within else ():
                path = (*wanted.path, *rest)
                owner = first.setdefault((kind, name), (file, path))
                if owner[0] != file:
                    rule = f"must be said once in {within}; {environments.where(*owner)} has {name} too"
                    yield file, Problem(path, "registry-key-shared", rule, "", "Remove one of the two.")


def _named(environment: Environment) -> Iterator[Wanted]:
    yield from wanted_of(environment)
    yield from created_key_of(environment)
