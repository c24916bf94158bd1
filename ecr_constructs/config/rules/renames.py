"""Repositories that get another name: a new logical name is harmless, a new name in ECR deletes images."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.file import DEFAULTS
from ecr_constructs.config.model.workloads import BACKEND, WORKLOADS
from ecr_constructs.config.rules.defaults import place_of
from ecr_constructs.core.shards import shard_of
from ecr_constructs.errors import Problem, show

__all__ = ["check_default_rename", "check_rename", "check_renames_together", "point_out_renames"]


def check_rename(repository: DeclaredRepository, environment: Environment) -> Iterator[Problem]:
    """Check the former name of one repository."""
    former, name = repository.options.renamed_from, repository.logical_name
    if former is None or not repository.is_made or "renamed_from" not in repository.own_keys:
        return
    path = ("renamed_from",)
    if former in environment.made:
        rule = "must be the logical name of no repository that is still there"
        fix = "Name the one that became this one, or remove the key."
        yield Problem(path, "rename-source", rule, show(former), fix)
        return
    if repository.options.adopt:
        fix = "Adopt what other tools made, rename what this state has."
        yield Problem(path, "rename-adopted", "must not come with adopt", "both", fix)
    shards = environment.settings.ecr_shards
    old, new = (environment.stack_id(shard_of(each, shards)) for each in (former, name))
    if old != new:
        rule = f"must be a name of the same stack: {former} is in {old}, {name} in {new}"
        fix = "Choose another name, or move the state by `terraform state mv` and remove the key."
        yield Problem(path, "rename-stack", rule, "", fix)
    before = _name_before(repository, former)
    if before not in (None, repository.repository_name) and not repository.options.allow_replacement:
        rule = f"must not change the name in ECR to {repository.repository_name}, which deletes the images"
        fix = (
            f"Add repository_name with the name that it has ({before}, if the file did not say one), or "
            "allow_replacement: true if the images may go."
        )
        yield Problem(path, "rename-replaces", rule, "", fix)


def check_default_rename(environment: Environment) -> Iterator[Problem]:
    """Check that the defaults say of no repository what it was called."""
    former = environment.defaults.renamed_from
    if former is not None:
        path, rule = (DEFAULTS, "renamed_from"), "must not be a default"
        yield Problem(path, "rename-default", rule, show(former), "Say it of one repository.")


def check_renames_together(environment: Environment) -> Iterator[Problem]:
    """Check that no two repositories were the same one before."""
    first: dict[str, str] = {}
    for name, repository in environment.made.items():
        former = repository.options.renamed_from if "renamed_from" in repository.own_keys else None
        if former is not None and (owner := first.setdefault(former, name)) != name:
            rule = f"must be what one repository was called; {owner} was {former} too"
            path = (*repository.path, "renamed_from")
            yield Problem(path, "rename-taken", rule, "", "Remove one of the two.")


def point_out_renames(environment: Environment) -> Iterator[Problem]:
    """Point out which repositories Terraform moves in its state."""
    for name, repository in environment.made.items():
        if (former := repository.options.renamed_from) is not None:
            text = f"{name} was {former}: Terraform moves what its state has of it"
            yield Problem(place_of(repository, "renamed_from"), "renamed", text, severity="notice", about=name)


def _name_before(repository: DeclaredRepository, former: str) -> str | None:
    """Return the name in ECR that the former logical name stood for; None where the file says the name itself."""
    if repository.options.repository_name is not None:
        return None
    if former == BACKEND or former.startswith(tuple(f"{kind}_" for kind in WORKLOADS.values())):
        return f"{repository.environment.project}_{former}"
    return repository.name_by_template(former)
