"""The two general rules of what AWS keeps for an account and region: one of a kind, and each name once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ecr_constructs.config.desired import SERVICES, Wanted, created_key_of, wanted_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.relations import Environments, Located
from ecr_constructs.config.rules.registry_policy import policy_paths
from ecr_constructs.config.rules.scanning import scanning_paths
from ecr_constructs.errors import KeyPath, Problem

__all__ = ["check_names_once", "check_one_per_registry"]

# Kinds of names that a file can change without changing anything else.
_OF_IAM = ("policy", "role")
_OIDC = {f"identity provider of {each.name}": f"{each.word}_oidc_provider" for each in SERVICES}

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
                # IAM tells no two names apart by case.
                key = (kind, name.casefold() if kind in _OF_IAM else name)
                owner = first.setdefault(key, (file, path))
                if owner[0] != file:
                    rule = f"must be said once in {within}; {environments.where(*owner)} has {name} too"
                    fix = "Remove one of the two."
                    if kind in _OF_IAM:
                        fix = f"Give one of the two another name, such as {name}-{environment.name}."
                    elif kind in _OIDC:
                        fix = f"Write {_OIDC[kind]}: existing in one of the two, which then has to be applied later."
                    yield file, Problem(path, "registry-key-shared", rule, "", fix)


def _named(environment: Environment) -> Iterator[Wanted]:
    yield from wanted_of(environment)
    yield from created_key_of(environment)
