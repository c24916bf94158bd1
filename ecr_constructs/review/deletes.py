"""Which repositories a change destroys or replaces with their images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ecr_constructs.changes.losses import Loss, losses_of, stored_of
from ecr_constructs.config.declared import DeclaredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.core.names import terraform_address
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.change import Change, EnvironmentPair
from ecr_constructs.review.finding import Consequence, Finding
from ecr_constructs.review.renamed import account_of
from ecr_constructs.review.replicas import ReplicasIn, fate_of_replicas
from ecr_constructs.review.said import Said, at, said_of, said_of_one

__all__ = ["destroyed", "fate_of", "judge_losses", "replaced"]

_DELETES: Consequence = "deletes images"
# Keys of an environment that an option of a repository follows from.
_CAUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "region": ("region",),
    "repository_name": ("ecr_repository_name", "project"),
    "encryption_type": ("ecr_encryption_type",),
    "kms_key": ("ecr_kms_key", "ecr_encryption_type"),
}


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
        replicas = ReplicasIn(pair.before)
        for shard in range(1, pair.before.settings.ecr_shards + 1):
            stands = {terraform_address(name): each for name, each in pair.before.repositories_of(shard).items()}
            for loss in losses_of(pair.after, stored_of(pair.before, shard=shard), shard=shard):
                former = stands[loss.stored.address.partition(".")[2]]
                rest = fate_of_replicas(replicas.of(former))
                yield (_removed(loss, pair, former, rest) if loss.repository is None else _lost(loss, pair, rest))


def _moved_account(pair: EnvironmentPair) -> list[Finding] | None:
    """Return what is said of an environment that is in another account; None where it is not, or nobody knows."""
    assert pair.before is not None  # noqa: S101
    assert pair.after is not None  # noqa: S101
    before, after = account_of(pair.before), account_of(pair.after)
    if None in (before, after) or before == after:
        return None
    key = "account_id" if pair.after.settings.account_id is not None else "assume_role_arn"
    return [
        Finding(
            code="account-changed",
            severity="danger",
            consequence=_DELETES,
            environment=pair.name,
            path=(key,),
            repositories=(name,),
            what=f"is left behind in account {before} with its images: Terraform finds no repository in {after}, makes "
            "an empty one there, and has the other one in no state any more",
            fix="Declare a new environment for the new account, and copy the images before this one goes.",
        )
        for name in pair.before.made
    ]


def fate_of(*, in_whole: bool) -> str:
    """Return what becomes of the images of a repository that is destroyed.

    Args:
        in_whole: Whether it may be destroyed with images in it.
    """
    return "with all of its images" if in_whole else "unless it holds images, which Terraform refuses to delete"


def destroyed(
    loss: Loss, *, environment: str, path: KeyPath, name: str, how: str, at_base: bool = False, rest: str = ""
) -> Finding:
    """Return what is said of a repository that Terraform destroys, and that nothing stands in the place of.

    Args:
        loss: The repository.
        environment: Its environment.
        path: Where it was declared, or what has it gone.
        name: Its logical name.
        how: What became of it.
        at_base: Whether the path is one of the base.
        rest: What becomes of its replicas, as far as that is known.
    """
    return Finding(
        code="repository-destroyed",
        severity="danger",
        consequence=_DELETES,
        environment=environment,
        path=path,
        at_base=at_base,
        repositories=(name,),
        what=f"{how}: Terraform destroys it, {fate_of(in_whole=loss.stored.force_delete)}{rest}",
        fix="If it has another name now, say renamed_from there; if it shall stay without this environment, take it "
        "out of the state by `terraform state rm`.",
    )


def replaced(loss: Loss, *, environment: str, said: Said, is_meant: bool, rest: str = "") -> Finding:
    """Return what is said of a repository that another one takes the place of.

    Args:
        loss: The repository.
        environment: Its environment.
        said: What brings it about.
        is_meant: Whether `allow_replacement` says that its images may go.
        rest: What becomes of its replicas, as far as that is known.
    """
    assert loss.repository is not None  # noqa: S101
    repository, path = loss.repository, said["path"]
    taken = loss.stored.address in loss.does
    verb = "replaces it" if loss.replaced else "destroys that one" if taken else "destroys it"
    does, fix = loss.does, loss.fix
    details: tuple[str, ...] = ()
    if loss.replaced and len(path) == 1 and path[0] != loss.option:
        # Of all repositories of an environment it is one finding, at a key of another name.
        fix = f"Set {path[0]} to what it was"
    if loss.option == "repository_name" and len(path) == 1:
        does, _, values = loss.does.partition(" from ")
        details = (f"{repository.logical_name}: from {values}",)
    return Finding(
        code="repository-replaced",
        severity="danger",
        consequence=_DELETES,
        environment=environment,
        **said,
        repositories=(repository.logical_name,),
        what=f"will {does}, which {verb}, {fate_of(in_whole=loss.stored.force_delete)}{rest}",
        fix=f"{fix}, or add allow_replacement: true in this change if the images may go.",
        details=details,
        acknowledged=is_meant,
    )


def _removed(loss: Loss, pair: EnvironmentPair, repository: DeclaredRepository, rest: str) -> Finding:
    assert pair.after is not None  # noqa: S101
    name = repository.logical_name
    now = pair.after.repositories.get(name)
    if now is None:
        how = "is declared no more"
        path = repository.path
        return destroyed(loss, environment=pair.name, path=path, name=name, how=how, at_base=True, rest=rest)
    path = ("ecr_strategy",) if now.environment.ecr_strategy != "local" else now.path
    how = "is not made by this environment any more"
    return destroyed(loss, environment=pair.name, path=path, name=name, how=how, rest=rest)


def _lost(loss: Loss, pair: EnvironmentPair, rest: str) -> Finding:
    """Return what is said of a replacement; one that was allowed before was about an earlier change."""
    assert loss.repository is not None  # noqa: S101
    assert pair.before is not None  # noqa: S101
    options = loss.repository.options
    former = _former(loss.repository, pair.before)
    stood = former is not None and former.options.allow_replacement
    is_meant = options.allow_replacement and not stood
    return replaced(loss, environment=pair.name, said=_cause(loss, pair), is_meant=is_meant, rest=rest)


def _cause(loss: Loss, pair: EnvironmentPair) -> Said:
    """Return what brings a replacement about: of all of an environment's that is one key, perhaps one that goes."""
    assert loss.repository is not None  # noqa: S101
    assert pair.before is not None  # noqa: S101
    assert pair.after is not None  # noqa: S101
    repository, before, after = loss.repository, pair.before.settings, pair.after.settings
    if not loss.replaced:
        moves = before.ecr_shards != after.ecr_shards and loss.stored.address not in loss.does
        return said_of(pair.before, pair.after, "ecr_shards") if moves else at(*loss.path)
    if loss.option in repository.options.model_fields_set:
        return at(*repository.path_of(loss.option))
    changed = [key for key in _CAUSES[loss.option] if getattr(before, key) != getattr(after, key)]
    if changed:
        return said_of(pair.before, pair.after, changed[0])
    former = _former(repository, pair.before)
    return at(*loss.path) if former is None else said_of_one(former, repository, loss.option)


def _former(repository: DeclaredRepository, before: Environment) -> DeclaredRepository | None:
    return before.made.get(repository.options.renamed_from or repository.logical_name)
