"""What protects the images of a repository no more: a later change may delete them."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_constructs.core.adoption import named_parts
from ecr_constructs.errors import KeyPath
from ecr_constructs.review.change import Change, EnvironmentPair, RepositoryPair
from ecr_constructs.review.finding import Consequence, Finding
from ecr_constructs.review.said import Said, said_of, said_of_one

__all__ = ["judge_protection", "newly_deletable"]

_DELETES: Consequence = "deletes images"


def judge_protection(change: Change) -> Iterator[Finding]:
    """Yield what protects images of a repository on one side alone: `prevent_destroy`, `force_delete`, `adopt`."""
    for pair in change.changed:
        for each in pair.made:
            if each.before is not None and each.after is not None and each.before is not each.after:
                yield from _loosened(pair, each)


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
            **(_said_protected(pair) if by_all else said_of_one(before, after, "prevent_destroy")),
            repositories=(each.logical_name,),
            what="can be destroyed from now on: Terraform refused that until now",
            fix="Keep protected: true." if by_all else "Keep prevent_destroy: true.",
        )
    if after.options.force_delete and not before.options.force_delete:
        yield newly_deletable(pair.name, after.path_of("force_delete"), each.logical_name)
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


def _said_protected(pair: EnvironmentPair) -> Said:
    assert pair.before is not None  # noqa: S101
    assert pair.after is not None  # noqa: S101
    return said_of(pair.before, pair.after, "protected")


def newly_deletable(environment: str, path: KeyPath, name: str) -> Finding:
    """Return that a repository may newly be destroyed with images in it.

    Args:
        environment: Its environment.
        path: Where that is said.
        name: Its logical name.
    """
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
