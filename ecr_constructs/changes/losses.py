"""The repositories that Terraform would destroy or replace with their images, and what brings that about.

A repository with another name, encryption or region is another repository
(https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Repository.html has none of these as one that can be
changed).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from ecr_constructs.changes.states import StoredRepository
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.config.model.kms import SECURITY_LAYER, KeyAlias, KeyInParameter, KeyInState, KeyToCreate
from ecr_constructs.core.names import check_logical_name, terraform_address
from ecr_constructs.core.repository import takes_key
from ecr_constructs.core.shards import shard_of
from ecr_constructs.errors import KeyPath

__all__ = ["Loss", "logical_name_of", "losses_of", "stored_of"]

_TYPE = "aws_ecr_repository"
_OWN_KEY = "AWS's own key"


@dataclasses.dataclass(frozen=True, slots=True)
class Loss:
    """A repository that Terraform destroys, alone or to make another one in its place.

    Attributes:
        stored: The repository as it is.
        repository: What stands in its place; None where nothing does.
        path: Where the environment's file brings it about.
        does: What the one in its place does, as words that follow "must not" or "will"; empty where there is none.
        replaced: Whether Terraform makes it anew, at the same address.
        option: The option that has another value.
        fix: What keeps the images, as a clause.
    """

    stored: StoredRepository
    repository: DeclaredRepository | None = None
    path: KeyPath = ()
    does: str = ""
    replaced: bool = False
    option: str = ""
    fix: str = ""


def losses_of(environment: Environment, stored: Sequence[StoredRepository], *, shard: int) -> Iterator[Loss]:
    """Compare what a stack has, by Terraform's addresses, with what its environment declares.

    Args:
        environment: The environment.
        stored: What the stack has, or had when it was last synthesised.
        shard: Which of the environment's stacks it is; one that there is no more will do.
    """
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
            yield from _of_one(environment, repository, each, shard=shard)
        elif each.name is not None and each.name in new:
            yield _in_place_of(new[each.name], each)
        else:
            yield Loss(each)


def stored_of(environment: Environment, *, shard: int) -> list[StoredRepository]:
    """Return what a stack of an environment has once it was applied, sorted by address."""
    settings = environment.settings
    return sorted(
        (
            StoredRepository(
                address=_address(name),
                name=each.repository_name,
                encryption_type=each.encryption_type,
                kms_key=_key(each),
                account_id=settings.account_id,
                region=settings.region,
                force_delete=each.options.force_delete,
                key=_named_key(each) if takes_key(each.encryption_type) else None,
            )
            for name, each in environment.repositories_of(shard).items()
            if each.is_made
        ),
        key=lambda each: each.address,
    )


def _of_one(
    environment: Environment, repository: DeclaredRepository, stored: StoredRepository, *, shard: int
) -> Iterator[Loss]:
    its_shard = shard_of(repository.logical_name, environment.settings.ecr_shards)
    if its_shard != shard:
        does = f"move from {environment.stack_id(shard)} to {environment.stack_id(its_shard)}"
        fix = "Move its state by `terraform state mv`, or set ecr_shards to what it was"
        yield Loss(stored, repository, repository.path, does, fix=fix)
        return
    # Nothing can be said of a value that is known only at apply. A file that names a key otherwise means another one;
    # one that names none any more leaves Terraform with the key that it has.
    key_before, key_now = stored.kms_key, _key(repository)
    if stored.key is not None and repository.kms_key is not None:
        key_before, key_now = stored.key, _named_key(repository)
    for option, words, before, now in (
        ("region", "the region", stored.region, repository.environment.region),
        ("repository_name", "the name in ECR", stored.name, repository.repository_name),
        ("encryption_type", "the encryption", stored.encryption_type, repository.encryption_type),
        ("kms_key", "the key", key_before, key_now),
    ):
        if before is not None and now is not None and before != now:
            path = (*repository.path, option) if option in repository.own_keys else repository.path
            does = f"change {words} from {before} to {now}"
            fix = "Leave the key out" if before == _OWN_KEY else f"Set {option}: {before}"
            yield Loss(stored, repository, path, does, replaced=True, option=option, fix=fix)


def _in_place_of(repository: DeclaredRepository, stored: StoredRepository) -> Loss:
    """Return that a repository has the name in ECR of one that would be destroyed."""
    former = logical_name_of(stored.address)
    fix = "Move its state by `terraform state mv`" if former is None else f"Add renamed_from: {former}"
    return Loss(stored, repository, repository.path, f"take the name in ECR of {stored.address}", fix=fix)


def _key(repository: DeclaredRepository) -> str | None:
    return repository.kms_key if isinstance(repository.kms_key, str) else None


def _named_key(repository: DeclaredRepository) -> str:
    """Return how a file names the key of a repository that has one, as it would be written on one line."""
    key = repository.kms_key
    match key:
        case None:
            return _OWN_KEY
        case str():
            return key
        case KeyAlias():
            return f"{{alias: {key.alias}}}"
        case KeyInParameter():
            return f"{{ssm_parameter: {key.ssm_parameter}}}"
        case KeyInState():
            state = key.remote_state
            words = f"bucket: {state.bucket}, key: {state.key}, region: {state.region}, output: {state.output}"
            return f"{{remote_state: {{{words}}}}}"
        case KeyToCreate():
            return "{create: true}"
        case _:
            return SECURITY_LAYER


def _address(logical_name: str) -> str:
    return f"{_TYPE}.{terraform_address(logical_name)}"


def logical_name_of(address: str) -> str | None:
    """Return the logical name that has an address; None for an address that no logical name has."""
    name = address.removeprefix(f"{_TYPE}.").removeprefix("N_").replace("_S_", "/").replace("_D_", ".")
    return name if not check_logical_name(name) and _address(name) == address else None
