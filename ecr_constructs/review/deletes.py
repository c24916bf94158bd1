"""Which repositories a change destroys or replaces with their images, and what would let a later one do so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ecr_constructs.changes.losses import Loss, losses_of, stored_of
from ecr_constructs.config.desired import public_of
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.adoption import named_parts
from ecr_constructs.core.names import terraform_address
from ecr_constructs.core.registry.public import PublicSettings
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.change import Change, EnvironmentPair, RepositoryPair
from ecr_constructs.review.finding import Consequence, Finding
from ecr_constructs.review.said import at, said_of_one

__all__ = ["destroyed", "judge_losses", "judge_protection", "judge_public_losses", "replaced"]

_DELETES: Consequence = "deletes images"
_REMOVED = "repository-destroyed"
_REPLACED = "repository-replaced"
_IN_WHOLE = "with all of its images"
# Keys of an environment that an option of a repository follows from.
_CAUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "region": ("region",),
    "repository_name": ("ecr_repository_name", "project"),
    "encryption_type": ("ecr_encryption_type",),
    "kms_key": ("ecr_kms_key", "ecr_encryption_type"),
}
_REFUSED = "unless it holds images, which Terraform refuses to delete"


def judge_losses(change: Change) -> Iterator[Finding]:
    """Yield each repository that Terraform destroys or replaces, by the same judgement as `validate --against`.

    Of an environment whose file goes nothing is destroyed: nobody plans its stacks any more.
    """
    for pair in change.changed:
        if pair.before is None or pair.after is None:
            continue
        if (moved := _moved_account(pair)) is not None:
            yield from moved
            continue
        for shard in range(1, pair.before.settings.ecr_shards + 1):
            for loss in losses_of(pair.after, stored_of(pair.before, shard=shard), shard=shard):
                yield (
                    _removed(loss, pair, shard)
                    if loss.repository is None
                    else replaced(loss, environment=pair.name, path=_cause(loss, pair))
                )


def judge_protection(change: Change) -> Iterator[Finding]:
    """Yield what protects images of a repository on one side alone: `prevent_destroy`, `force_delete`, `adopt`."""
    for pair in change.changed:
        for each in pair.made:
            if each.before is not None and each.after is not None and each.before is not each.after:
                yield from _loosened(pair, each)


def judge_public_losses(change: Change) -> Iterator[Finding]:
    """Yield the same of public repositories, whose images are in the registry of all the world."""
    for pair in change.changed:
        if pair.before is None or pair.after is None:
            continue
        before, after = (_public(each) for each in (pair.before, pair.after))
        names = {each.repository_name: address for address, (_, each) in after.items() if address not in before}
        for address, (path, stored) in before.items():
            name = str(path[-1])
            if address not in after:
                taken = stored.repository_name in names
                what = "its place is taken by another with its name in ECR, " if taken else ""
                images = _IN_WHOLE if stored.force_destroy else _REFUSED
                yield Finding(
                    code=_REMOVED,
                    severity="danger",
                    consequence=_DELETES,
                    environment=pair.name,
                    path=path,
                    at_base=True,
                    repositories=(name,),
                    what=f"is a public repository that is declared no more: {what}it is destroyed, {images}",
                    fix="Keep it under the name that it had.",
                )
                continue
            path, wanted = after[address]
            if wanted.repository_name != stored.repository_name:
                yield Finding(
                    code=_REPLACED,
                    severity="danger",
                    consequence=_DELETES,
                    environment=pair.name,
                    path=(*path, "repository_name"),
                    repositories=(name,),
                    what=f"will change the public name from {stored.repository_name} to {wanted.repository_name}, "
                    "which replaces it and deletes its images",
                    fix=f"Set repository_name: {stored.repository_name}.",
                )
            if wanted.force_destroy and not stored.force_destroy:
                yield _may_be_deleted(pair.name, (*path, "force_destroy"), name)


def _moved_account(pair: EnvironmentPair) -> list[Finding] | None:
    """Return what is said of an environment that is in another account; None where it is not, or nobody knows."""
    assert pair.before is not None  # noqa: S101
    assert pair.after is not None  # noqa: S101
    before, after = pair.before.settings.account_id, pair.after.settings.account_id
    if None in (before, after) or before == after:
        return None
    return [
        Finding(
            code="account-changed",
            severity="danger",
            consequence=_DELETES,
            environment=pair.name,
            path=("account_id",),
            repositories=(name,),
            what=f"is left behind in account {before} with its images: Terraform finds no repository in {after}, makes "
            "an empty one there, and has the other one in no state any more",
            fix="Declare a new environment for the new account, and copy the images before this one goes.",
        )
        for name in pair.before.made
    ]


def destroyed(loss: Loss, *, environment: str, path: KeyPath, name: str, how: str, at_base: bool = False) -> Finding:
    """Return what is said of a repository that Terraform destroys, and that nothing stands in the place of.

    Args:
        loss: The repository.
        environment: Its environment.
        path: Where it was declared, or what has it gone.
        name: Its logical name.
        how: What became of it.
        at_base: Whether the path is one of the base.
    """
    return Finding(
        code=_REMOVED,
        severity="danger",
        consequence=_DELETES,
        environment=environment,
        path=path,
        at_base=at_base,
        repositories=(name,),
        what=f"{how}: Terraform destroys it, {_IN_WHOLE if loss.stored.force_delete else _REFUSED}",
        fix="If it has another name now, say renamed_from there; if it shall stay without this environment, take it "
        "out of the state by `terraform state rm`.",
    )


def replaced(loss: Loss, *, environment: str, path: KeyPath) -> Finding:
    """Return what is said of a repository that another one takes the place of.

    Args:
        loss: The repository.
        environment: Its environment.
        path: What brings it about.
    """
    assert loss.repository is not None  # noqa: S101
    repository = loss.repository
    taken = loss.stored.address in loss.does
    verb = "replaces it" if loss.replaced else "destroys that one" if taken else "destroys it"
    allowed = repository.options.allow_replacement
    does, fix = loss.does, loss.fix
    details: tuple[str, ...] = ()
    if loss.option == "repository_name" and len(path) == 1:
        # Of all repositories of an environment it is one finding.
        words, _, values = loss.does.partition(" from ")
        does, fix = words, f"Set {path[0]} to what it was"
        details = (f"{repository.logical_name}: from {values}",)
    return Finding(
        code=_REPLACED,
        severity="danger",
        consequence=_DELETES,
        environment=environment,
        path=path,
        repositories=(repository.logical_name,),
        what=f"will {does}, which {verb} and deletes its images",
        fix=f"{fix}{'' if allowed else ', or allow_replacement: true if the images may go'}.",
        details=details,
        acknowledged=allowed,
    )


def _removed(loss: Loss, pair: EnvironmentPair, shard: int) -> Finding:
    assert pair.before is not None  # noqa: S101
    assert pair.after is not None  # noqa: S101
    repository = next(
        each for name, each in pair.before.repositories_of(shard).items() if _has_address(name, loss.stored.address)
    )
    name = repository.logical_name
    now = pair.after.repositories.get(name)
    if now is None:
        how = "is declared no more"
        return destroyed(loss, environment=pair.name, path=repository.path, name=name, how=how, at_base=True)
    path = ("ecr_strategy",) if now.environment.ecr_strategy != "local" else now.path
    how = "is not made by this environment any more"
    return destroyed(loss, environment=pair.name, path=path, name=name, how=how)


def _cause(loss: Loss, pair: EnvironmentPair) -> KeyPath:
    """Return where the later file brings a replacement about: of all of an environment's, that is one key."""
    assert loss.repository is not None  # noqa: S101
    assert pair.before is not None  # noqa: S101
    assert pair.after is not None  # noqa: S101
    repository, before, after = loss.repository, pair.before.settings, pair.after.settings
    if not loss.replaced:
        moves = before.ecr_shards != after.ecr_shards and loss.stored.address not in loss.does
        return ("ecr_shards",) if moves else loss.path
    if loss.option in repository.options.model_fields_set:
        return repository.path_of(loss.option)
    changed = (key for key in _CAUSES[loss.option] if getattr(before, key) != getattr(after, key))
    return next(((key,) for key in changed), loss.path)


def _loosened(pair: EnvironmentPair, each: RepositoryPair) -> Iterator[Finding]:
    before, after = each.before, each.after
    assert before is not None  # noqa: S101
    assert after is not None  # noqa: S101
    if before.prevent_destroy and not after.prevent_destroy:
        by_all = before.environment.protected
        yield Finding(
            code="prevent-destroy-removed",
            severity="attention",
            consequence=_DELETES,
            environment=pair.name,
            **(at("protected") if by_all else said_of_one(before, after, "prevent_destroy")),
            repositories=(each.logical_name,),
            what="can be destroyed from now on: Terraform refused that until now",
            fix="Keep protected: true." if by_all else "Keep prevent_destroy: true.",
        )
    if after.options.force_delete and not before.options.force_delete:
        yield _may_be_deleted(pair.name, after.path_of("force_delete"), each.logical_name)
    gone = [part for part in named_parts(before.options.adopt) if part not in named_parts(after.options.adopt)]
    if gone:
        yield Finding(
            code="adoption-removed",
            severity="note",
            consequence=_DELETES,
            environment=pair.name,
            **said_of_one(before, after, "adopt"),
            repositories=(each.logical_name,),
            what=f"is adopted no more ({', '.join(gone)}): where that was not applied yet, Terraform will try to make "
            "what there is already, and fails",
            fix="Apply the adoption before it is removed.",
        )


def _may_be_deleted(environment: str, path: KeyPath, name: str) -> Finding:
    return Finding(
        code="force-delete-set",
        severity="attention",
        consequence=_DELETES,
        environment=environment,
        path=path,
        repositories=(name,),
        what="is destroyed with its images from now on, whenever it is removed or replaced: without this it is refused "
        "while it holds any",
        fix=f"Remove {path[-1]}, unless its images can be made again.",
    )


def _public(environment: Environment) -> dict[str, tuple[KeyPath, PublicSettings]]:
    return {
        wanted.logical_id: (wanted.path, wanted.value)
        for wanted in public_of(environment)
        if isinstance(wanted.value, PublicSettings)
    }


def _has_address(logical_name: str, address: str) -> bool:
    return address.partition(".")[2] == terraform_address(logical_name)
