"""What a plan would do to the repositories that exist, told from a state or from what was synthesised before.

A repository with another name, encryption or region is another repository: Terraform destroys the old one with its
images (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Repository.html has nothing of these that can be
changed). That is refused unless the environment's file says `allow_replacement: true` of it, and then still shown.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from ecr_constructs.changes.states import StoredRepository
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.names import check_logical_name, terraform_address
from ecr_constructs.core.shards import shard_of
from ecr_constructs.errors import KeyPath, Problem

__all__ = ["compare"]

_TYPE = "aws_ecr_repository"
_CODE = "repository-replaced"


@dataclasses.dataclass(frozen=True, slots=True)
class _Change:
    """What makes Terraform replace a repository: the option of the file, its words, and the values before and now."""

    key: str
    words: str
    before: str
    now: str


def compare(
    environment: Environment, stored: Sequence[StoredRepository], *, shard: int, file: str
) -> Iterator[Problem]:
    """Compare what a stack has, by Terraform's addresses, with what its environment declares.

    Args:
        environment: The environment.
        stored: What the stack has, or had when it was last synthesised.
        shard: Which of the environment's stacks it is; one that there is no more will do.
        file: Where `stored` was read, as messages name it.

    Returns:
        What is refused and what is to be seen, with paths from the top of the environment's file. A repository that is
        declared no more, by whatever name, is a notice: taking it out of the file is how its removal is asked for.
    """
    foreign = list(_check_account(environment, stored, file))
    if foreign:
        yield from foreign
        return
    declared = {_address(name): repository for name, repository in environment.made.items()}
    there = {each.address for each in stored}
    renamed = {
        _address(former): repository
        for address, repository in declared.items()
        if (former := repository.options.renamed_from) is not None and address not in there
    }
    new = {each.repository_name: each for address, each in declared.items() if address not in there}
    for each in stored:
        repository = declared.get(each.address) or renamed.get(each.address)
        if repository is not None:
            yield from _compare_one(environment, repository, each, shard=shard, file=file)
        elif each.name is not None and each.name in new:
            yield _in_place_of(new[each.name], each, file)
        else:
            yield _destroyed(each, file)


def _check_account(environment: Environment, stored: Sequence[StoredRepository], file: str) -> Iterator[Problem]:
    account_id = environment.settings.account_id
    for other in sorted({each.account_id for each in stored if each.account_id} - {account_id}):
        if account_id is not None:
            rule = f"must be that of {file}, {other}"
            fix = f"Give the state of {environment.name}, or correct the account."
            yield Problem(("account_id",), "against-account", rule, repr(account_id), fix)


def _compare_one(
    environment: Environment, repository: DeclaredRepository, stored: StoredRepository, *, shard: int, file: str
) -> Iterator[Problem]:
    its_shard = shard_of(repository.logical_name, environment.settings.ecr_shards)
    if its_shard != shard:
        old, new = environment.stack_id(shard), environment.stack_id(its_shard)
        what = f"move from {old} to {new}, which destroys {stored.address} of {file}"
        fix = "Move its state by `terraform state mv`, or set ecr_shards to what it was"
        yield _refuse(repository, repository.path, what, fix)
        return
    for change in _changes(repository, stored):
        path = (*repository.path, change.key) if change.key in repository.own_keys else repository.path
        what = f"change {change.words} from {change.before} to {change.now}, which replaces {stored.address} of {file}"
        yield _refuse(repository, path, what, f"Set {change.key}: {change.before}")


def _changes(repository: DeclaredRepository, stored: StoredRepository) -> Iterator[_Change]:
    """Return what is different for sure: nothing can be said of a value that is known only at apply."""
    key = repository.kms_key if isinstance(repository.kms_key, str) else None
    pairs = (
        ("region", "the region", stored.region, repository.environment.region),
        ("repository_name", "the name in ECR", stored.name, repository.repository_name),
        ("encryption_type", "the encryption", stored.encryption_type, repository.encryption_type),
        ("kms_key", "the key", stored.kms_key, key),
    )
    for option, words, before, now in pairs:
        if before is not None and now is not None and before != now:
            yield _Change(option, words, before, now)


def _in_place_of(repository: DeclaredRepository, stored: StoredRepository, file: str) -> Problem:
    """Return what is said of a repository that has the name in ECR of one that would be destroyed."""
    what = f"take the name in ECR of {stored.address} of {file}, which destroys that one"
    former = _logical_name(stored.address)
    fix = "Move its state by `terraform state mv`" if former is None else f"Add renamed_from: {former}"
    return _refuse(repository, repository.path, what, fix)


def _refuse(repository: DeclaredRepository, path: KeyPath, what: str, fix: str) -> Problem:
    if repository.options.allow_replacement:
        text = f"{repository.logical_name} will {what} and deletes its images"
        return Problem(path, _CODE, text, severity="warning", about=repository.logical_name)
    rule = f"must not {what} and deletes its images"
    return Problem(path, _CODE, rule, "", f"{fix}, or allow_replacement: true if the images may go.")


def _destroyed(stored: StoredRepository, file: str) -> Problem:
    name = "" if stored.name is None else f", {stored.name},"
    images = "with its images" if stored.force_delete else "unless it holds images, which Terraform refuses to delete"
    text = f"{stored.address} of {file}{name} is declared no more: it will be destroyed, {images}"
    fix = "If it has another name now, say renamed_from."
    return Problem((), "repository-destroyed", text, fix=fix, severity="warning")


def _address(logical_name: str) -> str:
    return f"{_TYPE}.{terraform_address(logical_name)}"


def _logical_name(address: str) -> str | None:
    """Return the logical name that has an address; None for an address that no logical name has."""
    name = address.removeprefix(f"{_TYPE}.").removeprefix("N_").replace("_S_", "/").replace("_D_", ".")
    return name if not check_logical_name(name) and _address(name) == address else None
