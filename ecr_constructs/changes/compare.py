"""What a plan would do to the repositories that exist, told from a state or from what was synthesised before.

What would be lost is refused unless the environment's file says `allow_replacement: true` of it, and then still shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_constructs.changes.losses import Loss, losses_of
from ecr_constructs.changes.states import StoredRepository
from ecr_constructs.config.environment import Environment
from ecr_constructs.errors import Problem

__all__ = ["check_account", "compare"]

_CODE = "repository-replaced"


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
    foreign = list(check_account(environment, stored, file))
    if foreign:
        yield from foreign
        return
    for loss in losses_of(environment, stored, shard=shard):
        yield _destroyed(loss, file) if loss.repository is None else _replaced(loss, file)


def check_account(environment: Environment, stored: Sequence[StoredRepository], file: str) -> Iterator[Problem]:
    """Check that a state is one of the environment's account, as far as both are known."""
    account_id = environment.settings.account_id
    for other in sorted({each.account_id for each in stored if each.account_id} - {account_id}):
        if account_id is not None:
            rule = f"must be that of {file}, {other}"
            fix = f"Give the state of {environment.name}, or correct the account."
            yield Problem(("account_id",), "against-account", rule, repr(account_id), fix)


def _replaced(loss: Loss, file: str) -> Problem:
    assert loss.repository is not None  # noqa: S101
    name, address = loss.repository.logical_name, loss.stored.address
    if address in loss.does:
        what = f"{loss.does} of {file}, which destroys that one"
    else:
        what = f"{loss.does}, which {'replaces' if loss.replaced else 'destroys'} {address} of {file}"
    if loss.repository.options.allow_replacement:
        return Problem(loss.path, _CODE, f"{name} will {what} and deletes its images", severity="warning", about=name)
    fix = f"{loss.fix}, or allow_replacement: true if the images may go."
    return Problem(loss.path, _CODE, f"must not {what} and deletes its images", "", fix)


def _destroyed(loss: Loss, file: str) -> Problem:
    stored = loss.stored
    name = "" if stored.name is None else f", {stored.name},"
    images = "with its images" if stored.force_delete else "unless it holds images, which Terraform refuses to delete"
    text = f"{stored.address} of {file}{name} is declared no more: it will be destroyed, {images}"
    fix = "If it has another name now, say renamed_from."
    return Problem((), "repository-destroyed", text, fix=fix, severity="warning")
