"""What a first plan does to the parameters of a repository, some of which may exist."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from ecr_constructs.adoption.fixed import published_of
from ecr_constructs.adoption.read import FoundParameter
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.desired import settings_of
from ecr_constructs.core.adoption import adopted_parameters, parameter_parts
from ecr_constructs.core.aws import RepositoryArn, partition_of, registry_host
from ecr_constructs.core.ssm import PublishedRecord
from ecr_constructs.errors import show

__all__ = ["ParameterEffects", "parameter_effects"]

_Notes: TypeAlias = Iterator[tuple[Literal["changed", "warning"], str]]


@dataclasses.dataclass(frozen=True, slots=True)
class ParameterEffects:
    """What happens to the parameters of a repository.

    Attributes:
        imported: How many are imported.
        made: How many are made.
        notes: What else happens, each with its kind.
    """

    imported: int = 0
    made: int = 0
    notes: tuple[tuple[Literal["changed", "warning"], str], ...] = ()


def parameter_effects(
    declared: DeclaredRepository, there: Mapping[str, FoundParameter] | None, account_id: str
) -> ParameterEffects:
    """Return what a first plan does to the parameters of a repository.

    Args:
        declared: The repository.
        there: The parameters that exist, by their full names; None where that is not known.
        account_id: Its account.
    """
    paths = published_of(declared)
    adopted = [
        each
        for each in adopted_parameters(declared.options.adopt, declared.environment.ecr_ssm_layout)
        if each in paths
    ]
    if there is None:
        return ParameterEffects(len(adopted), len(paths) - len(adopted))
    found = {name: there[path] for name, path in paths.items() if path in there}
    imported = [name for name in adopted if name in found and found[name].is_importable]
    made = [name for name in paths if name not in found and name not in adopted]
    notes = (*_left(declared, paths, adopted, found), *_changes(declared, paths, found, imported, account_id))
    return ParameterEffects(len(imported), len(made), notes)


def _left(
    declared: DeclaredRepository, paths: Mapping[str, str], adopted: Sequence[str], found: Mapping[str, FoundParameter]
) -> _Notes:
    """Return where what is adopted and what exists are not the same."""
    layout = declared.environment.ecr_ssm_layout
    if missing := [name for name in adopted if name not in found]:
        named = ", ".join(paths[name] for name in missing)
        right = ", ".join(parameter_parts([name for name in adopted if name in found], layout))
        fix = f"name {right} in adopt instead" if right else "take parameters out of adopt"
        yield "warning", f"has no parameter {named} to adopt, so that Terraform would refuse to plan: {fix}"
    if left := [name for name, each in found.items() if name not in adopted and each.is_importable]:
        words = ", ".join(parameter_parts([*adopted, *left], layout))
        named = ", ".join(paths[name] for name in left)
        yield "warning", f"has parameters already, at which the apply would stop: add {words} to adopt ({named})"
    for name, each in found.items():
        if not each.is_importable:
            text = f"has a parameter {paths[name]} of type {each.type}, which cannot become a String"
            yield "warning", f"{text}: delete it before the first apply, which would stop at it"


def _changes(
    declared: DeclaredRepository,
    paths: Mapping[str, str],
    found: Mapping[str, FoundParameter],
    imported: Sequence[str],
    account_id: str,
) -> _Notes:
    """Return which values are written over."""
    wanted = _values(declared, account_id)
    for name in imported:
        value = found[name].value
        if value != wanted[name]:
            told = f"{show(wanted[name])} instead of {show(value)}" if name != "config" else "other values"
            yield "changed", f"parameter {paths[name]}: {told}"
    if "url" in imported and found["url"].value != wanted["url"]:
        text = f"has a parameter {paths['url']} that says {show(found['url'].value)}"
        yield "warning", f"{text}: whatever reads it pulls from {wanted['url']} after the first apply"


def _values(declared: DeclaredRepository, account_id: str) -> dict[str, str]:
    settings, region, name = settings_of(declared), declared.environment.region, declared.repository_name
    arn = RepositoryArn(partition=partition_of(region), region=region, account_id=account_id, repository_name=name)
    return PublishedRecord(
        url=f"{registry_host(account_id, region)}/{name}",
        arn=str(arn),
        name=name,
        registry_id=account_id,
        scan_on_push=settings.scan_on_push,
        encryption_type=settings.encryption_type,
        tag_mutability=settings.image_tag_mutability,
    ).values
